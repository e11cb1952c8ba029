#include "bench/rivals/onednn.h"

#include <fmt/format.h>

#include <dnnl.hpp>
#include <map>
#include <memory>
#include <unordered_map>

#include "bench/rivals/onednn_version.h"
#include "ops/signature/tensor_specs.h"
#include "support/error.h"

namespace nestwright {
namespace {

using dnnl::memory;
using onednn::describe;
using onednn::describe_backward;
using Description = memory::desc;

constexpr auto training = dnnl::prop_kind::forward_training;
constexpr auto direct = dnnl::algorithm::convolution_direct;

// A primitive with memory for its arguments.
struct Run {
  dnnl::stream stream{onednn::engine()};
  dnnl::primitive primitive;
  std::unordered_map<int, memory> arguments;

  void add(int argument, const Description& description) {
    memory buffer(description, onednn::engine());
    auto* const values = static_cast<float*>(buffer.get_data_handle());
    for (std::size_t i = 0; i < description.get_size() / sizeof(float); ++i) {
      values[i] = static_cast<float>(i % 17) / 16.0F - 0.5F;
    }
    arguments.emplace(argument, buffer);
  }
};

Description any(const memory::dims& dims) { return {dims, memory::data_type::f32, memory::format_tag::any}; }

// What a convolution or a linear layer is described by.
struct Layer {
  Description source, weights, bias, destination;
  memory::dims strides = {}, dilates = {}, padding = {};
};

Layer convolution(const Shape& s, std::int64_t batch) {
  const auto extent = [&](const char* input, const char* kernel) {
    return window_count(s.at(input), s.at(kernel), s.at("stride"), s.at("padding"), s.at("dilation"));
  };
  const std::int64_t dilation = s.at("dilation") - 1;
  return {.source = any({batch, s.at("in_channels"), s.at("height"), s.at("width")}),
          .weights = any({s.at("out_channels"), s.at("in_channels"), s.at("kernel_height"), s.at("kernel_width")}),
          .bias = {{s.at("out_channels")}, memory::data_type::f32, memory::format_tag::x},
          .destination =
              any({batch, s.at("out_channels"), extent("height", "kernel_height"), extent("width", "kernel_width")}),
          .strides = {s.at("stride"), s.at("stride")},
          .dilates = {dilation, dilation},
          .padding = {s.at("padding"), s.at("padding")}};
}

Layer linear(const Shape& s, std::int64_t batch) {
  return {.source = any({batch, s.at("in_features")}),
          .weights = any({s.at("out_features"), s.at("in_features")}),
          .bias = {{s.at("out_features")}, memory::data_type::f32, memory::format_tag::x},
          .destination = any({batch, s.at("out_features")})};
}

template <typename Primitive>
void set_forward(Run& run, const typename Primitive::primitive_desc& description) {
  run.add(DNNL_ARG_SRC, description.src_desc());
  run.add(DNNL_ARG_WEIGHTS, description.weights_desc());
  run.add(DNNL_ARG_BIAS, description.bias_desc());
  run.add(DNNL_ARG_DST, description.dst_desc());
  run.primitive = Primitive(description);
}

template <typename Primitive>
void set_input_gradient(Run& run, const typename Primitive::primitive_desc& description) {
  run.add(DNNL_ARG_DIFF_SRC, description.diff_src_desc());
  run.add(DNNL_ARG_WEIGHTS, description.weights_desc());
  run.add(DNNL_ARG_DIFF_DST, description.diff_dst_desc());
  run.primitive = Primitive(description);
}

template <typename Primitive>
void set_weight_gradient(Run& run, const typename Primitive::primitive_desc& description) {
  run.add(DNNL_ARG_SRC, description.src_desc());
  run.add(DNNL_ARG_DIFF_WEIGHTS, description.diff_weights_desc());
  run.add(DNNL_ARG_DIFF_DST, description.diff_dst_desc());
  run.primitive = Primitive(description);
}

dnnl::convolution_forward::primitive_desc convolution_forward(const Layer& l) {
  return describe<dnnl::convolution_forward>(training, direct, l.source, l.weights, l.bias, l.destination, l.strides,
                                             l.dilates, l.padding, l.padding);
}

void conv2d(Run& run, const Shape& s, std::int64_t batch) {
  set_forward<dnnl::convolution_forward>(run, convolution_forward(convolution(s, batch)));
}

void conv2d_input_gradient(Run& run, const Shape& s, std::int64_t batch) {
  const Layer l = convolution(s, batch);
  set_input_gradient<dnnl::convolution_backward_data>(
      run,
      describe_backward<dnnl::convolution_backward_data>(convolution_forward(l), direct, l.source, l.weights,
                                                         l.destination, l.strides, l.dilates, l.padding, l.padding));
}

void conv2d_weight_gradient(Run& run, const Shape& s, std::int64_t batch) {
  const Layer l = convolution(s, batch);
  set_weight_gradient<dnnl::convolution_backward_weights>(
      run,
      describe_backward<dnnl::convolution_backward_weights>(convolution_forward(l), direct, l.source, l.weights,
                                                            l.destination, l.strides, l.dilates, l.padding, l.padding));
}

dnnl::inner_product_forward::primitive_desc linear_forward(const Layer& l) {
  return describe<dnnl::inner_product_forward>(training, l.source, l.weights, l.bias, l.destination);
}

void linear_operator(Run& run, const Shape& s, std::int64_t batch) {
  set_forward<dnnl::inner_product_forward>(run, linear_forward(linear(s, batch)));
}

void linear_input_gradient(Run& run, const Shape& s, std::int64_t batch) {
  const Layer l = linear(s, batch);
  set_input_gradient<dnnl::inner_product_backward_data>(
      run, describe_backward<dnnl::inner_product_backward_data>(linear_forward(l), l.source, l.weights, l.destination));
}

void linear_weight_gradient(Run& run, const Shape& s, std::int64_t batch) {
  const Layer l = linear(s, batch);
  set_weight_gradient<dnnl::inner_product_backward_weights>(
      run,
      describe_backward<dnnl::inner_product_backward_weights>(linear_forward(l), l.source, l.weights, l.destination));
}

// In the layout that PyTorch's users have by default.
void max_pool2d(Run& run, const Shape& s, std::int64_t batch) {
  const std::int64_t window = s.at("window"), stride = s.at("stride");
  const Description source({batch, s.at("channels"), s.at("height"), s.at("width")}, memory::data_type::f32,
                           memory::format_tag::nchw);
  const memory::dims output = {batch, s.at("channels"), window_count(s.at("height"), window, stride),
                               window_count(s.at("width"), window, stride)};
  const memory::dims windows = {window, window}, strides = {stride, stride}, none = {0, 0};
  const auto description = describe<onednn::PoolingForward>(training, dnnl::algorithm::pooling_max, source, any(output),
                                                            strides, windows, none, none, none);
  run.add(DNNL_ARG_SRC, description.src_desc());
  run.add(DNNL_ARG_DST, description.dst_desc());
  run.arguments.emplace(DNNL_ARG_WORKSPACE, memory(description.workspace_desc(), onednn::engine()));
  run.primitive = onednn::PoolingForward(description);
}

using Prepare = void (*)(Run&, const Shape&, std::int64_t batch);

Prepare find_primitive(const std::string& op) {
  static const std::map<std::string, Prepare> primitives = {{"conv2d", conv2d},
                                                            {"conv2d_input_gradient", conv2d_input_gradient},
                                                            {"conv2d_weight_gradient", conv2d_weight_gradient},
                                                            {"linear", linear_operator},
                                                            {"linear_input_gradient", linear_input_gradient},
                                                            {"linear_weight_gradient", linear_weight_gradient},
                                                            {"max_pool2d", max_pool2d}};
  const auto primitive = primitives.find(op);
  if (primitive == primitives.end()) throw Error("oneDNN", fmt::format("has no single primitive for {}", op));
  return primitive->second;
}

}  // namespace

std::function<void()> onednn_call(const std::string& op, const Shape& shape, std::int64_t batch) {
  const Prepare prepare = find_primitive(op);
  auto run = std::make_shared<Run>();
  try {
    prepare(*run, complete_shape(find_signature(op), shape), batch);
  } catch (const dnnl::error& error) {
    throw Error("oneDNN", fmt::format("has no {} at [{}]: {}", op, shape.text(), error.what()));
  }
  return [run] {
    run->primitive.execute(run->stream, run->arguments);
    run->stream.wait();
  };
}

std::string onednn_version() {
  const dnnl_version_t* const version = dnnl_version();
  return fmt::format("oneDNN {}.{}.{}", version->major, version->minor, version->patch);
}

}  // namespace nestwright
