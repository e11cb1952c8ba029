#include "ops/convolution/reference.h"

#include "ops/pooling/reference.h"
#include "ops/reference/block_gradients.h"
#include "ops/signature/bias_place.h"

namespace nestwright::reference {
namespace {

Tensors forward(const Shape& s, const Tensors& in, bool with_relu) {
  Tensor conv = conv2d(s, in.at("input"), in.at("weight"), in.at("bias"));
  if (with_relu) {
    for (Number& element : conv.elements()) element.value = std::max(element.value, 0.0);
  }
  const std::int64_t window = s.at("window");
  Pooled pooled = max_pool2d(conv, window, window);
  for (std::size_t n = 0; with_relu && n < pooled.output.elements().size(); ++n) {
    if (pooled.output.elements()[n].value <= 0) pooled.argmax.elements()[n] = static_cast<double>(window * window);
  }
  return {{"output", std::move(pooled.output)}, {"argmax", std::move(pooled.argmax)}};
}

Tensor conv_gradient(const Shape& s, const Tensors& in) {
  return max_pool2d_gradient(in.at("output_gradient"), in.at("argmax"), conv2d_output_width(s), conv2d_output_height(s),
                             s.at("window"), s.at("window"));
}

Tensor weight_gradient_of(const Shape& s, const Tensors& in) {
  return conv2d_weight_gradient(s, in.at("input"), conv_gradient(s, in), in.at("previous"));
}

// The gradient of the biases: only windows that relu did not cut count.
Tensor bias_gradient_of(const Shape& s, const Tensors& in) {
  Tensor live = in.at("output_gradient");
  const std::int64_t window = s.at("window");
  for (std::size_t n = 0; n < live.elements().size(); ++n) {
    if (in.at("argmax").elements()[n].value >= static_cast<double>(window * window)) live.elements()[n] = 0.0;
  }
  return conv2d_bias_gradient(live, in.at("previous"));
}

Tensors input_gradient(const Shape& s, const Tensors& in) {
  return {{"input_gradient", conv2d_input_gradient(s, conv_gradient(s, in), in.at("weight"))}};
}

Tensors weight_gradient(const Shape& s, const Tensors& in) { return {{"weight_gradient", weight_gradient_of(s, in)}}; }

Tensors bias_gradient(const Shape& s, const Tensors& in) { return {{"bias_gradient", bias_gradient_of(s, in)}}; }

Tensors parameter_gradients(const Shape& s, const Tensors& in) {
  const std::int64_t outputs = s.at("out_channels");
  const std::vector<std::int64_t> weights = {s.at("kernel_width"), s.at("kernel_height"), s.at("in_channels"), outputs};
  std::vector<std::int64_t> extents = weights;
  extents.back() = gradient_rows(weights[0] * weights[1] * weights[2], outputs, convolution_gradient_tile);
  return {{"gradients", block_gradients(in, extents, outputs, [&](Tensors one) {
             one["previous"] = Tensor(weights);
             Tensor of_weights = weight_gradient_of(s, one);
             one["previous"] = Tensor({outputs});
             return std::pair(std::move(of_weights), bias_gradient_of(s, one));
           })}};
}

// An argmax is a place of the window, or window^2, which says that relu cut the maximum.
double draw_with_argmax(Random& random, const std::string& input, const Shape& s) {
  return input == "argmax" ? random.integer(0, s.at("window") * s.at("window")) : random.real();
}

}  // namespace

// Sums of quarters' products are exact, so that there is no doubt which pixel of a window is the largest.
References fused_convolution_references() {
  return {
      {"conv2d_relu_max_pool2d",
       {[](const Shape& s, const Tensors& in) { return forward(s, in, true); }, draw_quarters}},
      {"conv2d_max_pool2d", {[](const Shape& s, const Tensors& in) { return forward(s, in, false); }, draw_quarters}},
      {"conv2d_max_pool2d_input_gradient", {input_gradient, draw_with_argmax}},
      {"conv2d_max_pool2d_weight_gradient", {weight_gradient, draw_with_argmax}},
      {"conv2d_max_pool2d_bias_gradient", {bias_gradient, draw_with_argmax}},
      {"conv2d_max_pool2d_parameter_gradients", {parameter_gradients, draw_with_argmax}}};
}

}  // namespace nestwright::reference
