#include "bench/rivals/onednn_primitives.h"

#include "ops/signature/tensor_specs.h"

namespace nestwright::onednn {
namespace {

constexpr auto training = dnnl::prop_kind::forward_training;
constexpr auto direct = dnnl::algorithm::convolution_direct;

// oneDNN 2 describes a primitive by a descriptor, oneDNN 3 by the same arguments themselves.
#if DNNL_VERSION_MAJOR >= 3
template <typename Primitive, typename... Arguments>
typename Primitive::primitive_desc describe(const Arguments&... arguments) {
  return {engine(), arguments...};
}

template <typename Primitive, typename Forward, typename... Arguments>
typename Primitive::primitive_desc describe_backward(const Forward& forward, const Arguments&... arguments) {
  return {engine(), arguments..., forward};
}
#else
template <typename Primitive, typename... Arguments>
typename Primitive::primitive_desc describe(const Arguments&... arguments) {
  return {typename Primitive::desc(arguments...), engine()};
}

template <typename Primitive, typename Forward, typename... Arguments>
typename Primitive::primitive_desc describe_backward(const Forward& forward, const Arguments&... arguments) {
  return {typename Primitive::desc(arguments...), engine(), forward};
}
#endif

std::int64_t parameter_or(const Shape& shape, const char* name, std::int64_t otherwise) {
  return shape.contains(name) ? shape.at(name) : otherwise;
}

// All but the weights.
Layer layer_of_windows(const Shape& s, std::int64_t images, Dims window, std::int64_t in_channels,
                       std::int64_t out_channels) {
  const std::int64_t stride = s.at("stride"), padding = parameter_or(s, "padding", 0);
  const std::int64_t dilation = parameter_or(s, "dilation", 1);
  const std::int64_t height = window_count(s.at("height"), window[0], stride, padding, dilation);
  const std::int64_t width = window_count(s.at("width"), window[1], stride, padding, dilation);
  return {.source = {images, in_channels, s.at("height"), s.at("width")},
          .weights = {},
          .destination = {images, out_channels, height, width},
          .window = std::move(window),
          .strides = {stride, stride},
          .dilates = {dilation - 1, dilation - 1},
          .padding = {padding, padding}};
}

Description bias_of(const Layer& layer) { return dense({layer.weights[0]}); }

}  // namespace

const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

Dims dims_of(const Description& description) {
#if DNNL_VERSION_MAJOR >= 3
  return description.get_dims();
#else
  return description.dims();
#endif
}

Layer convolution_layer(const Shape& s, std::int64_t images) {
  const std::int64_t in = s.at("in_channels"), out = s.at("out_channels");
  const std::int64_t height = s.at("kernel_height"), width = s.at("kernel_width");
  Layer layer = layer_of_windows(s, images, {height, width}, in, out);
  layer.weights = {out, in, height, width};
  return layer;
}

Layer depthwise_layer(const Shape& s, std::int64_t images) {
  const std::int64_t channels = s.at("channels"), height = s.at("kernel_height"), width = s.at("kernel_width");
  Layer layer = layer_of_windows(s, images, {height, width}, channels, channels);
  layer.weights = {channels, 1, 1, height, width};
  return layer;
}

Layer pooling_layer(const Shape& s, std::int64_t images) {
  return layer_of_windows(s, images, {s.at("window"), s.at("window")}, s.at("channels"), s.at("channels"));
}

Layer linear_layer(const Shape& s, std::int64_t images) {
  return {.source = {images, s.at("in_features")},
          .weights = {s.at("out_features"), s.at("in_features")},
          .destination = {images, s.at("out_features")}};
}

Description any(const Dims& dims) { return {dims, dnnl::memory::data_type::f32, dnnl::memory::format_tag::any}; }

Description dense(const Dims& dims) {
  Dims strides(dims.size(), 1);
  for (std::size_t d = dims.size(); d-- > 1;) strides[d - 1] = strides[d] * dims[d];
  return {dims, dnnl::memory::data_type::f32, strides};
}

dnnl::convolution_forward::primitive_desc convolution(const Layer& l, Layout layout) {
  return describe<dnnl::convolution_forward>(training, direct, layout(l.source), layout(l.weights), bias_of(l),
                                             layout(l.destination), l.strides, l.dilates, l.padding, l.padding);
}

dnnl::convolution_backward_data::primitive_desc convolution_input_gradient(const Layer& l, Layout layout) {
  return describe_backward<dnnl::convolution_backward_data>(convolution(l, layout), direct, layout(l.source),
                                                            layout(l.weights), layout(l.destination), l.strides,
                                                            l.dilates, l.padding, l.padding);
}

dnnl::convolution_backward_weights::primitive_desc convolution_weight_gradient(const Layer& l, Layout layout) {
  return describe_backward<dnnl::convolution_backward_weights>(convolution(l, layout), direct, layout(l.source),
                                                               layout(l.weights), layout(l.destination), l.strides,
                                                               l.dilates, l.padding, l.padding);
}

dnnl::inner_product_forward::primitive_desc linear(const Layer& l, Layout layout) {
  return describe<dnnl::inner_product_forward>(training, layout(l.source), layout(l.weights), bias_of(l),
                                               layout(l.destination));
}

dnnl::inner_product_backward_data::primitive_desc linear_input_gradient(const Layer& l, Layout layout) {
  return describe_backward<dnnl::inner_product_backward_data>(linear(l, layout), layout(l.source), layout(l.weights),
                                                              layout(l.destination));
}

dnnl::inner_product_backward_weights::primitive_desc linear_weight_gradient(const Layer& l, Layout layout) {
  return describe_backward<dnnl::inner_product_backward_weights>(linear(l, layout), layout(l.source), layout(l.weights),
                                                                 layout(l.destination));
}

PoolingForward::primitive_desc pooling(const Layer& l, dnnl::algorithm algorithm, Layout source, Layout destination) {
  return describe<PoolingForward>(training, algorithm, source(l.source), destination(l.destination), l.strides,
                                  l.window, l.dilates, l.padding, l.padding);
}

PoolingBackward::primitive_desc pooling_gradient(const Layer& l, dnnl::algorithm algorithm) {
  return describe_backward<PoolingBackward>(pooling(l, algorithm, dense, dense), algorithm, dense(l.source),
                                            dense(l.destination), l.strides, l.window, l.dilates, l.padding, l.padding);
}

void Execution::operator()() {
  primitive.execute(stream, arguments);
  stream.wait();
}

}  // namespace nestwright::onednn
