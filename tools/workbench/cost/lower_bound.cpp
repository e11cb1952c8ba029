#include "tools/workbench/cost/lower_bound.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace nestwright::cost {
namespace {

constexpr double word = 4.0;  // bytes

double value(const Shape& shape, const char* name) { return static_cast<double>(shape.at(name)); }

// How many of a kernel's taps one input can lie under, at most, along one axis: only taps that are a whole number of
// strides apart meet the same input.
double taps_of_an_input(const Shape& shape, const char* kernel) {
  const std::int64_t stride = shape.at("stride");
  const std::int64_t step = stride / std::gcd(stride, shape.at("dilation"));
  return std::ceil(value(shape, kernel) / static_cast<double>(step));
}

// The multiply-adds of matrix products and convolutions, each of an input, a weight and an output; 0 for other
// operators.
double multiply_adds(const Signature& signature, const Shape& shape, const CallSize& size) {
  const std::string& op = signature.name;
  const bool is_convolution = op.starts_with("conv2d") && !op.ends_with("bias_gradient");
  const bool is_linear = op == "linear" || op == "linear_input_gradient" || op == "linear_weight_gradient";
  if (!is_convolution && !is_linear) return 0.0;
  const bool is_fused_forward = op == "conv2d_relu_max_pool2d" || op == "conv2d_max_pool2d";
  if (is_fused_forward) return 0.0;
  double count = static_cast<double>(signature.flops(shape)) / 2.0 * static_cast<double>(size.blocks);
  // A pooled gradient has one pixel in each window that is not zero; the others need no multiply-add.
  if (shape.contains("window")) count /= value(shape, "window") * value(shape, "window");
  return count;
}

}  // namespace

LowerBound least_traffic(const Signature& signature, const Shape& shape, const CallSize& size, double cache_bytes) {
  const double arguments = bytes_of_tensors(signature, shape, size);
  LowerBound bound = {.bytes = std::max(0.0, arguments - cache_bytes), .source = "each input and output once"};
  const double count = multiply_adds(signature, shape, size);
  if (count == 0.0) return bound;
  const bool is_convolution = shape.contains("kernel_width");
  const double reuse =
      is_convolution ? taps_of_an_input(shape, "kernel_width") * taps_of_an_input(shape, "kernel_height") : 1.0;
  const double words = cache_bytes / word;
  const double bytes = word * (count / (2.0 * std::sqrt(2.0) * std::sqrt(reuse * words)) - words);
  if (bytes <= bound.bytes) return bound;
  return {.bytes = bytes, .source = is_convolution ? "Demmel and Dinh 2018" : "Irony, Toledo and Tiskin 2004"};
}

}  // namespace nestwright::cost
