#include "tests/ops/onednn_reference.h"

#include <map>

#include "bench/rivals/onednn_primitives.h"

namespace nestwright {
namespace {

using dnnl::memory;
using onednn::convolution_layer;
using onednn::dense;
using onednn::Dims;
using onednn::dims_of;
using onednn::engine;
using onednn::Execution;
using onednn::Layer;
using onednn::linear_layer;
using onednn::PoolingBackward;
using onednn::PoolingForward;
using reference::Tensor;
using reference::Tensors;

void run(const dnnl::primitive& primitive, const std::unordered_map<int, memory>& arguments) {
  Execution{.primitive = primitive, .arguments = arguments}();
}

float* data(const memory& values) { return static_cast<float*>(values.get_data_handle()); }

memory empty(const Dims& dims) { return {dense(dims), engine()}; }

// Copies weights or biases, which lie in memory as oneDNN's do; only the order in which dimensions are named differs.
memory parameters(const Tensor& tensor, const Dims& dims) {
  memory values = empty(dims);
  for (std::size_t n = 0; n < tensor.elements().size(); ++n) {
    data(values)[n] = static_cast<float>(tensor.elements()[n].value);
  }
  return values;
}

// `previous` plus the gradient.
Tensor accumulated(const memory& gradient, const Tensor& previous) {
  Tensor sum = previous;
  for (std::size_t n = 0; n < sum.elements().size(); ++n) {
    sum.elements()[n] = previous.elements()[n].value + static_cast<double>(data(gradient)[n]);
  }
  return sum;
}

// The number of images in a tensor in blocks, absent ones included. A tensor in blocks is (lane, inner dimensions...,
// block), the innermost first; oneDNN's is (image, the same inner dimensions reversed), the outermost first, with image
// = block * lanes + lane. Within an image both hold the same values in the same order.
std::int64_t image_count(const Tensor& tensor) { return tensor.extents().front() * tensor.extents().back(); }

// Calls visit(place in the tensor in blocks, place in oneDNN's) for every element.
template <typename Visit>
void for_each_element(const std::vector<std::int64_t>& extents, Visit visit) {
  const std::int64_t lanes = extents.front(), blocks = extents.back();
  std::int64_t inner = 1;
  for (std::size_t d = 1; d + 1 < extents.size(); ++d) inner *= extents[d];
  for (std::int64_t block = 0; block < blocks; ++block) {
    for (std::int64_t n = 0; n < inner; ++n) {
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        visit(static_cast<std::size_t>(lane + lanes * (n + inner * block)), n + inner * (block * lanes + lane));
      }
    }
  }
}

memory images(const Tensor& tensor, const Dims& dims) {
  memory values = empty(dims);
  for_each_element(tensor.extents(), [&](std::size_t here, std::int64_t there) {
    data(values)[there] = static_cast<float>(tensor.elements()[here].value);
  });
  return values;
}

Tensor blocks(const memory& values, std::int64_t lanes) {
  const Dims dims = dims_of(values.get_desc());
  std::vector<std::int64_t> extents = {lanes};
  extents.insert(extents.end(), dims.rbegin(), dims.rend() - 1);
  extents.push_back(dims.front() / lanes);
  Tensor tensor(extents);
  for_each_element(extents, [&](std::size_t here, std::int64_t there) {
    tensor.elements()[here] = static_cast<double>(data(values)[there]);
  });
  return tensor;
}

template <typename Primitive>
Tensors forward(const typename Primitive::primitive_desc& description, const Layer& layer, const Shape& s,
                const Tensors& in) {
  const memory output = empty(layer.destination);
  run(Primitive(description), {{DNNL_ARG_SRC, images(in.at("input"), layer.source)},
                               {DNNL_ARG_WEIGHTS, parameters(in.at("weight"), layer.weights)},
                               {DNNL_ARG_BIAS, parameters(in.at("bias"), {layer.weights[0]})},
                               {DNNL_ARG_DST, output}});
  return {{"output", blocks(output, s.at("lanes"))}};
}

template <typename Primitive>
Tensors input_gradient(const typename Primitive::primitive_desc& description, const Layer& layer, const Shape& s,
                       const Tensors& in) {
  const memory result = empty(layer.source);
  run(Primitive(description), {{DNNL_ARG_DIFF_DST, images(in.at("output_gradient"), layer.destination)},
                               {DNNL_ARG_WEIGHTS, parameters(in.at("weight"), layer.weights)},
                               {DNNL_ARG_DIFF_SRC, result}});
  return {{"input_gradient", blocks(result, s.at("lanes"))}};
}

template <typename Primitive>
Tensors weight_gradient(const typename Primitive::primitive_desc& description, const Layer& layer, const Tensors& in) {
  const memory result = empty(layer.weights);
  run(Primitive(description), {{DNNL_ARG_SRC, images(in.at("input"), layer.source)},
                               {DNNL_ARG_DIFF_DST, images(in.at("output_gradient"), layer.destination)},
                               {DNNL_ARG_DIFF_WEIGHTS, result}});
  return {{"weight_gradient", accumulated(result, in.at("previous"))}};
}

Tensors conv2d(const Shape& s, const Tensors& in) {
  const Layer layer = convolution_layer(s, image_count(in.at("input")));
  return forward<dnnl::convolution_forward>(onednn::convolution(layer, dense), layer, s, in);
}

Tensors depthwise_conv2d(const Shape& s, const Tensors& in) {
  const Layer layer = onednn::depthwise_layer(s, image_count(in.at("input")));
  return forward<dnnl::convolution_forward>(onednn::convolution(layer, dense), layer, s, in);
}

Tensors conv2d_input_gradient(const Shape& s, const Tensors& in) {
  const Layer layer = convolution_layer(s, image_count(in.at("output_gradient")));
  return input_gradient<dnnl::convolution_backward_data>(onednn::convolution_input_gradient(layer, dense), layer, s,
                                                         in);
}

Tensors conv2d_weight_gradient(const Shape& s, const Tensors& in) {
  const Layer layer = convolution_layer(s, image_count(in.at("input")));
  return weight_gradient<dnnl::convolution_backward_weights>(onednn::convolution_weight_gradient(layer, dense), layer,
                                                             in);
}

Tensors linear(const Shape& s, const Tensors& in) {
  const Layer layer = linear_layer(s, image_count(in.at("input")));
  return forward<dnnl::inner_product_forward>(onednn::linear(layer, dense), layer, s, in);
}

Tensors linear_input_gradient(const Shape& s, const Tensors& in) {
  const Layer layer = linear_layer(s, image_count(in.at("output_gradient")));
  return input_gradient<dnnl::inner_product_backward_data>(onednn::linear_input_gradient(layer, dense), layer, s, in);
}

Tensors linear_weight_gradient(const Shape& s, const Tensors& in) {
  const Layer layer = linear_layer(s, image_count(in.at("input")));
  return weight_gradient<dnnl::inner_product_backward_weights>(onednn::linear_weight_gradient(layer, dense), layer, in);
}

Tensors pool(const Shape& s, const Tensors& in, dnnl::algorithm algorithm) {
  const Layer layer = onednn::pooling_layer(s, image_count(in.at("input")));
  const memory output = empty(layer.destination);
  const auto description = onednn::pooling(layer, algorithm, dense, dense);
  run(PoolingForward(description), {{DNNL_ARG_SRC, images(in.at("input"), layer.source)},
                                    {DNNL_ARG_DST, output},
                                    {DNNL_ARG_WORKSPACE, memory(description.workspace_desc(), engine())}});
  return {{"output", blocks(output, s.at("lanes"))}};
}

Tensors pool_gradient(const Shape& s, const Tensors& in, dnnl::algorithm algorithm) {
  const Layer layer = onednn::pooling_layer(s, image_count(in.at("output_gradient")));
  const auto forward = onednn::pooling(layer, algorithm, dense, dense);
  const memory result = empty(layer.source), workspace(forward.workspace_desc(), engine());
  if (algorithm == dnnl::algorithm::pooling_max) {
    run(PoolingForward(forward), {{DNNL_ARG_SRC, images(in.at("input"), layer.source)},
                                  {DNNL_ARG_DST, empty(layer.destination)},
                                  {DNNL_ARG_WORKSPACE, workspace}});
  }
  run(PoolingBackward(onednn::pooling_gradient(layer, algorithm)),
      {{DNNL_ARG_DIFF_DST, images(in.at("output_gradient"), layer.destination)},
       {DNNL_ARG_DIFF_SRC, result},
       {DNNL_ARG_WORKSPACE, workspace}});
  return {{"input_gradient", blocks(result, s.at("lanes"))}};
}

constexpr auto maximum = dnnl::algorithm::pooling_max;
constexpr auto average = dnnl::algorithm::pooling_avg_exclude_padding;

using Evaluate = Tensors (*)(const Shape&, const Tensors&);

const std::map<std::string, Evaluate>& evaluators() {
  static const std::map<std::string, Evaluate> all = {
      {"conv2d", conv2d},
      {"depthwise_conv2d", depthwise_conv2d},
      {"conv2d_input_gradient", conv2d_input_gradient},
      {"conv2d_weight_gradient", conv2d_weight_gradient},
      {"max_pool2d", [](const Shape& s, const Tensors& in) { return pool(s, in, maximum); }},
      {"max_pool2d_gradient", [](const Shape& s, const Tensors& in) { return pool_gradient(s, in, maximum); }},
      {"avg_pool2d", [](const Shape& s, const Tensors& in) { return pool(s, in, average); }},
      {"avg_pool2d_gradient", [](const Shape& s, const Tensors& in) { return pool_gradient(s, in, average); }},
      {"linear", linear},
      {"linear_input_gradient", linear_input_gradient},
      {"linear_weight_gradient", linear_weight_gradient},
  };
  return all;
}

}  // namespace

const std::vector<std::string>& onednn_operators() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> known;
    for (const auto& [name, evaluate] : evaluators()) known.push_back(name);
    return known;
  }();
  return names;
}

Tensors onednn_evaluate(const std::string& op, const Shape& shape, const Tensors& inputs) {
  return evaluators().at(op)(shape, inputs);
}

}  // namespace nestwright
