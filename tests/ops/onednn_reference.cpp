#include "tests/ops/onednn_reference.h"

#include <dnnl.hpp>
#include <map>
#include <unordered_map>

#include "bench/rivals/onednn_version.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright {
namespace {

using dnnl::memory;
using reference::Tensor;
using reference::Tensors;

using Arguments = std::unordered_map<int, memory>;

using onednn::describe;
using onednn::describe_backward;
using onednn::dims_of;
using onednn::engine;
using onednn::PoolingBackward;
using onednn::PoolingForward;

void run(const dnnl::primitive& primitive, const Arguments& arguments) {
  dnnl::stream stream(engine());
  primitive.execute(stream, arguments);
  stream.wait();
}

// Dense, in the order of `dims`, the last one contiguous.
memory::desc dense(const memory::dims& dims) {
  memory::dims strides(dims.size(), 1);
  for (std::size_t d = dims.size(); d-- > 1;) strides[d - 1] = strides[d] * dims[d];
  return {dims, memory::data_type::f32, strides};
}

float* data(const memory& values) { return static_cast<float*>(values.get_data_handle()); }

// Weights and biases lie as in PyTorch: dimensions reversed, the same memory.
memory::dims reversed_extents(const Tensor& tensor) { return {tensor.extents().rbegin(), tensor.extents().rend()}; }

memory parameters(const Tensor& tensor) {
  memory values(dense(reversed_extents(tensor)), engine());
  for (std::size_t n = 0; n < tensor.elements().size(); ++n) {
    data(values)[n] = static_cast<float>(tensor.elements()[n].value);
  }
  return values;
}

// `previous` plus a gradient.
Tensor accumulated(const memory& gradient, const Tensor& previous) {
  Tensor sum = previous;
  for (std::size_t n = 0; n < sum.elements().size(); ++n) {
    sum.elements()[n] = previous.elements()[n].value + static_cast<double>(data(gradient)[n]);
  }
  return sum;
}

// Images lie (lane, inner dimensions..., block) here, and there (image, inner dimensions reversed), image = block *
// lanes + lane; both have the same inner dimensions one after another.
memory::dims image_dims(const std::vector<std::int64_t>& extents) {
  memory::dims dims = {extents.front() * extents.back()};
  dims.insert(dims.end(), extents.rbegin() + 1, extents.rend() - 1);
  return dims;
}

// Calls visit(here, there) for every element.
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

memory images(const Tensor& tensor) {
  memory values(dense(image_dims(tensor.extents())), engine());
  for_each_element(tensor.extents(), [&](std::size_t here, std::int64_t there) {
    data(values)[there] = static_cast<float>(tensor.elements()[here].value);
  });
  return values;
}

memory empty_images(const std::vector<std::int64_t>& extents) { return {dense(image_dims(extents)), engine()}; }

Tensor blocks(const memory& values, const std::vector<std::int64_t>& extents) {
  Tensor tensor(extents);
  for_each_element(extents, [&](std::size_t here, std::int64_t there) {
    tensor.elements()[here] = static_cast<double>(data(values)[there]);
  });
  return tensor;
}

// What a convolution or a pooling of `s` is described by.
struct Windows {
  memory::dims strides, dilates, padding;
  std::vector<std::int64_t> output;  // extents

  Windows(const Shape& s, const char* kernel_width, const char* kernel_height, const char* channels,
          std::int64_t block_count) {
    const auto optional = [&](const char* name, std::int64_t otherwise) {
      return s.contains(name) ? s.at(name) : otherwise;
    };
    const std::int64_t stride = s.at("stride"), around = optional("padding", 0), dilation = optional("dilation", 1);
    strides = {stride, stride};
    dilates = {dilation - 1, dilation - 1};
    padding = {around, around};
    output = {s.at("lanes"), window_count(s.at("width"), s.at(kernel_width), stride, around, dilation),
              window_count(s.at("height"), s.at(kernel_height), stride, around, dilation), s.at(channels), block_count};
  }
};

std::vector<std::int64_t> input_extents(const Shape& s, const char* channels, std::int64_t block_count) {
  return {s.at("lanes"), s.at("width"), s.at("height"), s.at(channels), block_count};
}

Windows convolution_windows(const Shape& s, const Tensor& images) {
  return Windows(s, "kernel_width", "kernel_height", "out_channels", images.extents().back());
}

constexpr auto direct = dnnl::algorithm::convolution_direct;

dnnl::convolution_forward::primitive_desc convolution(const Windows& w, const memory::desc& source,
                                                      const memory::desc& weight, const memory::desc& bias) {
  return describe<dnnl::convolution_forward>(dnnl::prop_kind::forward_training, direct, source, weight, bias,
                                             dense(image_dims(w.output)), w.strides, w.dilates, w.padding, w.padding);
}

memory::desc bias_of(const memory::desc& weight) { return dense({dims_of(weight)[0]}); }

Tensors conv2d(const Shape& s, const Tensors& in) {
  const Windows w = convolution_windows(s, in.at("input"));
  const memory source = images(in.at("input")), weight = parameters(in.at("weight")), bias = parameters(in.at("bias"));
  const memory output = empty_images(w.output);
  run(dnnl::convolution_forward(convolution(w, source.get_desc(), weight.get_desc(), bias.get_desc())),
      {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, weight}, {DNNL_ARG_BIAS, bias}, {DNNL_ARG_DST, output}});
  return {{"output", blocks(output, w.output)}};
}

// A convolution in as many groups as there are channels.
Tensors depthwise_conv2d(const Shape& s, const Tensors& in) {
  const Windows w(s, "kernel_width", "kernel_height", "channels", in.at("input").extents().back());
  const memory source = images(in.at("input")), bias = parameters(in.at("bias"));
  const memory taps = parameters(in.at("weight"));
  const memory weight(dense({s.at("channels"), 1, 1, s.at("kernel_height"), s.at("kernel_width")}), engine(),
                      taps.get_data_handle());
  const memory output = empty_images(w.output);
  run(dnnl::convolution_forward(convolution(w, source.get_desc(), weight.get_desc(), bias.get_desc())),
      {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, weight}, {DNNL_ARG_BIAS, bias}, {DNNL_ARG_DST, output}});
  return {{"output", blocks(output, w.output)}};
}

Tensors conv2d_input_gradient(const Shape& s, const Tensors& in) {
  const Windows w = convolution_windows(s, in.at("output_gradient"));
  const std::vector<std::int64_t> extents = input_extents(s, "in_channels", w.output.back());
  const memory gradient = images(in.at("output_gradient")), weight = parameters(in.at("weight"));
  const memory result = empty_images(extents);
  const auto forward = convolution(w, result.get_desc(), weight.get_desc(), bias_of(weight.get_desc()));
  const auto backward = describe_backward<dnnl::convolution_backward_data>(forward, direct, result.get_desc(),
                                                                           weight.get_desc(), gradient.get_desc(),
                                                                           w.strides, w.dilates, w.padding, w.padding);
  run(dnnl::convolution_backward_data(backward),
      {{DNNL_ARG_DIFF_DST, gradient}, {DNNL_ARG_WEIGHTS, weight}, {DNNL_ARG_DIFF_SRC, result}});
  return {{"input_gradient", blocks(result, extents)}};
}

Tensors conv2d_weight_gradient(const Shape& s, const Tensors& in) {
  const Windows w = convolution_windows(s, in.at("input"));
  const memory source = images(in.at("input")), gradient = images(in.at("output_gradient"));
  const memory result = parameters(in.at("previous"));
  const memory bias(bias_of(result.get_desc()), engine());
  const auto forward = convolution(w, source.get_desc(), result.get_desc(), bias.get_desc());
  const auto backward = describe_backward<dnnl::convolution_backward_weights>(
      forward, direct, source.get_desc(), result.get_desc(), bias.get_desc(), gradient.get_desc(), w.strides, w.dilates,
      w.padding, w.padding);
  run(dnnl::convolution_backward_weights(backward), {{DNNL_ARG_SRC, source},
                                                     {DNNL_ARG_DIFF_DST, gradient},
                                                     {DNNL_ARG_DIFF_WEIGHTS, result},
                                                     {DNNL_ARG_DIFF_BIAS, bias}});
  return {{"weight_gradient", accumulated(result, in.at("previous"))}};
}

PoolingForward::primitive_desc pooling(const Windows& w, const Shape& s, dnnl::algorithm algorithm,
                                       const memory::desc& source) {
  return describe<PoolingForward>(dnnl::prop_kind::forward_training, algorithm, source, dense(image_dims(w.output)),
                                  w.strides, memory::dims{s.at("window"), s.at("window")}, w.dilates, w.padding,
                                  w.padding);
}

Tensors pool(const Shape& s, const Tensors& in, dnnl::algorithm algorithm) {
  const Windows w(s, "window", "window", "channels", in.at("input").extents().back());
  const memory source = images(in.at("input")), output = empty_images(w.output);
  const auto description = pooling(w, s, algorithm, source.get_desc());
  run(PoolingForward(description), {{DNNL_ARG_SRC, source},
                                    {DNNL_ARG_DST, output},
                                    {DNNL_ARG_WORKSPACE, memory(description.workspace_desc(), engine())}});
  return {{"output", blocks(output, w.output)}};
}

Tensors pool_gradient(const Shape& s, const Tensors& in, dnnl::algorithm algorithm) {
  const Windows w(s, "window", "window", "channels", in.at("output_gradient").extents().back());
  const std::vector<std::int64_t> extents = input_extents(s, "channels", w.output.back());
  const bool needs_input = algorithm == dnnl::algorithm::pooling_max;
  const memory source = needs_input ? images(in.at("input")) : empty_images(extents);
  const memory gradient = images(in.at("output_gradient")), result = empty_images(extents);
  const auto forward = pooling(w, s, algorithm, source.get_desc());
  const memory workspace(forward.workspace_desc(), engine());
  if (needs_input) {
    run(PoolingForward(forward),
        {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, empty_images(w.output)}, {DNNL_ARG_WORKSPACE, workspace}});
  }
  const auto backward =
      describe_backward<PoolingBackward>(forward, algorithm, result.get_desc(), gradient.get_desc(), w.strides,
                                         memory::dims{s.at("window"), s.at("window")}, w.dilates, w.padding, w.padding);
  run(PoolingBackward(backward),
      {{DNNL_ARG_DIFF_DST, gradient}, {DNNL_ARG_DIFF_SRC, result}, {DNNL_ARG_WORKSPACE, workspace}});
  return {{"input_gradient", blocks(result, extents)}};
}

dnnl::inner_product_forward::primitive_desc product(const memory::desc& source, const memory::desc& weight,
                                                    const memory::desc& output) {
  return describe<dnnl::inner_product_forward>(dnnl::prop_kind::forward_training, source, weight, bias_of(weight),
                                               output);
}

Tensors linear(const Shape& s, const Tensors& in) {
  const std::vector<std::int64_t> extents = {s.at("lanes"), s.at("out_features"), in.at("input").extents().back()};
  const memory source = images(in.at("input")), weight = parameters(in.at("weight")), bias = parameters(in.at("bias"));
  const memory output = empty_images(extents);
  run(dnnl::inner_product_forward(product(source.get_desc(), weight.get_desc(), output.get_desc())),
      {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, weight}, {DNNL_ARG_BIAS, bias}, {DNNL_ARG_DST, output}});
  return {{"output", blocks(output, extents)}};
}

Tensors linear_input_gradient(const Shape& s, const Tensors& in) {
  const std::vector<std::int64_t> extents = {s.at("lanes"), s.at("in_features"),
                                             in.at("output_gradient").extents().back()};
  const memory gradient = images(in.at("output_gradient")), weight = parameters(in.at("weight"));
  const memory result = empty_images(extents);
  const auto backward = describe_backward<dnnl::inner_product_backward_data>(
      product(result.get_desc(), weight.get_desc(), gradient.get_desc()), result.get_desc(), weight.get_desc(),
      gradient.get_desc());
  run(dnnl::inner_product_backward_data(backward),
      {{DNNL_ARG_DIFF_DST, gradient}, {DNNL_ARG_WEIGHTS, weight}, {DNNL_ARG_DIFF_SRC, result}});
  return {{"input_gradient", blocks(result, extents)}};
}

Tensors linear_weight_gradient(const Shape&, const Tensors& in) {
  const memory source = images(in.at("input")), gradient = images(in.at("output_gradient"));
  const memory result = parameters(in.at("previous")), bias(bias_of(result.get_desc()), engine());
  const auto backward = describe_backward<dnnl::inner_product_backward_weights>(
      product(source.get_desc(), result.get_desc(), gradient.get_desc()), source.get_desc(), result.get_desc(),
      bias.get_desc(), gradient.get_desc());
  run(dnnl::inner_product_backward_weights(backward), {{DNNL_ARG_SRC, source},
                                                       {DNNL_ARG_DIFF_DST, gradient},
                                                       {DNNL_ARG_DIFF_WEIGHTS, result},
                                                       {DNNL_ARG_DIFF_BIAS, bias}});
  return {{"weight_gradient", accumulated(result, in.at("previous"))}};
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
