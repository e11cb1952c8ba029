#include "ops/convolution/reference.h"

#include "ops/pooling/reference.h"

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

}  // namespace

References fused_convolution_references() {
  return {
      {"conv2d_relu_max_pool2d", [](const Shape& s, const Tensors& in) { return forward(s, in, true); }},
      {"conv2d_max_pool2d", [](const Shape& s, const Tensors& in) { return forward(s, in, false); }},
      {"conv2d_max_pool2d_input_gradient",
       [](const Shape& s, const Tensors& in) -> Tensors {
         return {{"input_gradient", conv2d_input_gradient(s, conv_gradient(s, in), in.at("weight"))}};
       }},
      {"conv2d_max_pool2d_weight_gradient",
       [](const Shape& s, const Tensors& in) -> Tensors {
         return {
             {"weight_gradient", conv2d_weight_gradient(s, in.at("input"), conv_gradient(s, in), in.at("previous"))}};
       }},
      {"conv2d_max_pool2d_bias_gradient",
       [](const Shape& s, const Tensors& in) -> Tensors {
         Tensor live = in.at("output_gradient");
         const std::int64_t window = s.at("window");
         for (std::size_t n = 0; n < live.elements().size(); ++n) {
           if (in.at("argmax").elements()[n].value >= static_cast<double>(window * window)) live.elements()[n] = 0.0;
         }
         return {{"bias_gradient", conv2d_bias_gradient(live, in.at("previous"))}};
       }},
  };
}

}  // namespace nestwright::reference
