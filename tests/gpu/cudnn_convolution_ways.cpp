#include "ops/convolution/reference.h"
#include "ops/signature/tensor_specs.h"
#include "tests/gpu/cudnn_ways.h"

namespace nestwright {
namespace {

using cudnn::Images;
using cudnn::Operation;
using cudnn::Pooling;
using cudnn::then;
using cudnn::Windows;
using reference::Tensor;

Windows windows_of(const Shape& s) {
  return {.stride = s.at("stride"), .padding = s.at("padding"), .dilation = s.at("dilation")};
}

// The ways of conv2d and of depthwise_conv2d: the number of groups follows from the weights.
Ways convolution(LibraryCall& call) {
  const Images x = call.input("input"), w = call.input("weight"), b = call.input("bias"), y = call.output("output");
  const Operation bias = add_bias(call.setting(), b, y);
  const Windows windows = windows_of(call.shape());
  return {then(convolution_by_function(call.setting(), x, w, windows, y), bias),
          then(plan(call.setting(), convolution_graph(x, w, windows, y)), bias)};
}

Ways input_gradient(LibraryCall& call, const Images& dy) {
  const Images w = call.input("weight"), dx = call.output("input_gradient");
  const Windows windows = windows_of(call.shape());
  return {convolution_input_gradient_by_function(call.setting(), dy, w, windows, dx),
          plan(call.setting(), convolution_input_gradient_graph(dy, w, windows, dx))};
}

Ways weight_gradient(LibraryCall& call, const Images& dy) {
  const Images x = call.input("input"), dw = call.output("weight_gradient");
  const Windows windows = windows_of(call.shape());
  return {convolution_weight_gradient_by_function(call.setting(), x, dy, windows, dw),
          plan(call.setting(), convolution_weight_gradient_graph(x, dy, windows, dw))};
}

// The extents of a convolution's output as images, innermost first.
std::vector<std::int64_t> convolved(const LibraryCall& call) {
  const Shape& s = call.shape();
  return {reference::conv2d_output_width(s), reference::conv2d_output_height(s), s.at("out_channels"), call.images()};
}

Pooling fused_pooling(const Shape& s) { return {.window = s.at("window"), .stride = s.at("window")}; }

Ways convolution_pooling(LibraryCall& call, bool has_relu) {
  const PooledConvolution layer = {.input = call.input("input"),
                                   .weights = call.input("weight"),
                                   .bias = call.input("bias"),
                                   .windows = windows_of(call.shape()),
                                   .window = call.shape().at("window"),
                                   .has_relu = has_relu};
  return {pooled_convolution(call, layer, call.output("output"))};
}

// Images that a relu may have given: 1 where argmax says that a window has its maximum, 0 elsewhere, so also in the
// windows that relu cut.
Tensor relu_output_of(const Tensor& argmax, std::int64_t window, std::vector<std::int64_t> extents) {
  Tensor relu(std::move(extents));
  for (std::int64_t image = 0; image < argmax.extent(3); ++image) {
    for (std::int64_t c = 0; c < argmax.extent(2); ++c) {
      for (std::int64_t y = 0; y < argmax.extent(1); ++y) {
        for (std::int64_t x = 0; x < argmax.extent(0); ++x) {
          const auto place = static_cast<std::int64_t>(argmax(x, y, c, image).value);
          if (place >= window * window) continue;
          relu(x * window + place % window, y * window + place / window, c, image) = 1.0;
        }
      }
    }
  }
  return relu;
}

// The gradient of the values that go into a relu and then a max-pooling, and the operation that computes it from the
// gradient of the pooled values: first pooling's gradient, then relu's.
struct Unpooled {
  Images gradient;
  Operation operation;
};
// `extents` are those of the values before pooling.
Unpooled unpool(LibraryCall& call, const std::vector<std::int64_t>& extents) {
  const Pooling windows = fused_pooling(call.shape());
  const Images rectified = call.put(relu_output_of(call.values("argmax"), windows.window, extents));
  const Images dy = call.input("output_gradient"), y = call.make(call.values("argmax").extents());
  const Images unpooled = call.make(extents), gradient = call.make(extents);
  const std::optional<Operation> all =
      then(then(pooling(call.setting(), windows, rectified, y),
                pooling_gradient(call.setting(), windows, rectified, y, dy, unpooled)),
           activation_gradient(call.setting(), CUDNN_ACTIVATION_RELU, rectified, unpooled, gradient));
  return {.gradient = gradient, .operation = *all};
}

// Each of `ways`, preceded by the operation that computes `unpooled`, on which they work.
Ways after(const Unpooled& unpooled, const Ways& ways) {
  Ways both;
  for (const std::optional<Operation>& way : ways) both.push_back(then(unpooled.operation, way));
  return both;
}

Ways pooled_bias_gradient(LibraryCall& call) {
  std::vector<std::int64_t> extents = call.values("argmax").extents();
  for (std::size_t d = 0; d < 2; ++d) extents[d] *= call.shape().at("window");
  const Unpooled unpooled = unpool(call, extents);
  return after(unpooled, bias_gradient_ways(call, unpooled.gradient));
}

Ways pool(LibraryCall& call, cudnnPoolingMode_t mode) {
  const Pooling windows = {.mode = mode, .window = call.shape().at("window"), .stride = call.shape().at("stride")};
  return {pooling(call.setting(), windows, call.input("input"), call.output("output"))};
}

Ways pool_gradient(LibraryCall& call, cudnnPoolingMode_t mode) {
  const Pooling windows = {.mode = mode, .window = call.shape().at("window"), .stride = call.shape().at("stride")};
  const Images dy = call.input("output_gradient"), dx = call.output("input_gradient");
  // The gradient of a mean depends on neither input nor output, but cuDNN wants both.
  const Images x =
      mode == CUDNN_POOLING_MAX ? call.input("input") : call.put(Tensor({dx.width, dx.height, dx.channels, dx.images}));
  const Images y = call.make(call.values("output_gradient").extents());
  return {then(pooling(call.setting(), windows, x, y), pooling_gradient(call.setting(), windows, x, y, dy, dx))};
}

}  // namespace

Operation pooled_convolution(LibraryCall& call, const PooledConvolution& layer, const Images& output) {
  const auto count = [&](std::int64_t input, std::int64_t kernel) {
    return window_count(input, kernel, layer.windows.stride, layer.windows.padding, layer.windows.dilation);
  };
  const std::vector<std::int64_t> extents = {count(layer.input.width, layer.weights.width),
                                             count(layer.input.height, layer.weights.height), layer.weights.images,
                                             layer.input.images};
  const Images sums = call.make(extents), rectified = layer.has_relu ? call.make(extents) : sums;
  std::optional<Operation> all =
      then(convolution_by_function(call.setting(), layer.input, layer.weights, layer.windows, sums),
           add_bias(call.setting(), layer.bias, sums));
  if (layer.has_relu) all = then(all, cudnn::activation(call.setting(), CUDNN_ACTIVATION_RELU, sums, rectified));
  return *then(all, pooling(call.setting(), {.window = layer.window, .stride = layer.window}, rectified, output));
}

Ways bias_gradient_ways(LibraryCall& call, const Images& dy) {
  const Images db = call.output("bias_gradient");
  return {bias_gradient_by_function(call.setting(), dy, db), plan(call.setting(), bias_gradient_graph(dy, db))};
}

std::map<std::string, Prepare> convolution_ways() {
  return {
      {"conv2d", convolution},
      {"depthwise_conv2d", convolution},
      {"conv2d_input_gradient", [](LibraryCall& c) { return input_gradient(c, c.input("output_gradient")); }},
      {"conv2d_weight_gradient", [](LibraryCall& c) { return weight_gradient(c, c.input("output_gradient")); }},
      {"conv2d_bias_gradient", [](LibraryCall& c) { return bias_gradient_ways(c, c.input("output_gradient")); }},
      {"conv2d_max_pool2d", [](LibraryCall& c) { return convolution_pooling(c, false); }},
      {"conv2d_relu_max_pool2d", [](LibraryCall& c) { return convolution_pooling(c, true); }},
      {"conv2d_max_pool2d_input_gradient",
       [](LibraryCall& c) {
         const Unpooled unpooled = unpool(c, convolved(c));
         return after(unpooled, input_gradient(c, unpooled.gradient));
       }},
      {"conv2d_max_pool2d_weight_gradient",
       [](LibraryCall& c) {
         const Unpooled unpooled = unpool(c, convolved(c));
         return after(unpooled, weight_gradient(c, unpooled.gradient));
       }},
      {"conv2d_max_pool2d_bias_gradient", pooled_bias_gradient},
      {"max_pool2d", [](LibraryCall& c) { return pool(c, CUDNN_POOLING_MAX); }},
      {"max_pool2d_gradient", [](LibraryCall& c) { return pool_gradient(c, CUDNN_POOLING_MAX); }},
      {"avg_pool2d", [](LibraryCall& c) { return pool(c, CUDNN_POOLING_AVERAGE_COUNT_INCLUDE_PADDING); }},
      {"avg_pool2d_gradient",
       [](LibraryCall& c) { return pool_gradient(c, CUDNN_POOLING_AVERAGE_COUNT_INCLUDE_PADDING); }},
  };
}

}  // namespace nestwright
