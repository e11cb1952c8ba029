#pragma once

#include <optional>

#include "bench/cudnn/libraries.h"
#include "bench/cudnn/operation.h"
#include "bench/cudnn/tensor.h"

// Operations as cuDNN's graphs (its developer guide, "Graph API"), each by the fastest of all plans that cuDNN offers
// for it here, or by the first for a reference. None where it offers none: which graphs an engine takes depends on the
// device, the layout and the type.
namespace nestwright::cudnn {

// What is computed with, and how.
struct Setting {
  const Libraries* libraries = nullptr;  // outlive what is made ready with them
  Layout layout = Layout::nchw;
  bool allow_tf32 = false;  // products of numbers with 10 bits of mantissa instead of 23, on tensor cores
  // To hold other results against: what is computed are the formula's own sums, whose error bound is known, no
  // transforms of Winograd or Fourier; and the first way that works is taken, not the fastest of all.
  bool is_reference = false;
};

// output = input * weights, in as many groups as weights have fewer channels than the input.
std::optional<Operation> convolution_graph(const Setting& setting, const Images& input, const Images& weights,
                                           const Windows& windows, const Images& output);
// output = relu(input * weights + bias): unpadded, with stride 1.
std::optional<Operation> convolution_bias_relu_graph(const Setting& setting, const Images& input, const Images& weights,
                                                     const Images& bias, const Images& output);
std::optional<Operation> convolution_input_gradient_graph(const Setting& setting, const Images& output_gradient,
                                                          const Images& weights, const Windows& windows,
                                                          const Images& input_gradient);
std::optional<Operation> convolution_weight_gradient_graph(const Setting& setting, const Images& input,
                                                           const Images& output_gradient, const Windows& windows,
                                                           const Images& weight_gradient);

// output = relu(input + bias).
std::optional<Operation> bias_relu_graph(const Setting& setting, const Images& input, const Images& bias,
                                         const Images& output);
// The gradient of relu's input: that of its output where the output is positive, else 0.
std::optional<Operation> relu_gradient_graph(const Setting& setting, const Images& output,
                                             const Images& output_gradient, const Images& input_gradient);
// Sums over images and pixels.
std::optional<Operation> bias_gradient_graph(const Setting& setting, const Images& output_gradient,
                                             const Images& bias_gradient);
// Both at once.
std::optional<Operation> relu_bias_gradient_graph(const Setting& setting, const Images& output,
                                                  const Images& output_gradient, const Images& input_gradient,
                                                  const Images& bias_gradient);

}  // namespace nestwright::cudnn
