#pragma once

#include "bench/rivals/cudnn/cudnn_graphs.h"

// Fully connected layers by cuBLASLt, each by the fastest of the algorithms that its heuristics name, with whatever the
// product's epilogue can take on. Activations are (batch, features), weights (features out, features in). All throw
// Error (where: "cudnn") where there is no way.
namespace nestwright::cudnn {

// Where relu was positive: a bit for each value of a (batch, features) matrix, as cuBLASLt lays it out.
struct ReluMask {
  cuda::Address address = 0;
  std::int64_t row_bits = 0;

  // Of `features` values a row: a multiple of 128.
  static std::int64_t row_bits_for(std::int64_t features) { return (features + 127) / 128 * 128; }
};

// output = input * weights^T + bias.
Operation linear(const Setting& setting, const Matrix& input, const Matrix& weights, cuda::Address bias,
                 const Matrix& output);
// output = relu(input * weights^T + bias).
Operation linear_relu(const Setting& setting, const Matrix& input, const Matrix& weights, cuda::Address bias,
                      const Matrix& output);
// The same; writes the mask as well. None where cuBLASLt can't.
std::optional<Operation> linear_relu_with_mask(const Setting& setting, const Matrix& input, const Matrix& weights,
                                               cuda::Address bias, const Matrix& output, const ReluMask& mask);

// input_gradient = output_gradient * weights.
Operation linear_input_gradient(const Setting& setting, const Matrix& output_gradient, const Matrix& weights,
                                const Matrix& input_gradient);

// What lies before a layer: a linear layer with relu.
struct ReluBefore {
  Matrix output;                // relu's
  cuda::Address bias_gradient;  // of the layer before
  std::optional<ReluMask> mask;
};
// The same; goes on through the relu before the layer to the bias there.
Operation linear_input_gradient_through_relu(const Setting& setting, const Matrix& output_gradient,
                                             const Matrix& weights, const ReluBefore& before,
                                             const Matrix& input_gradient);

// weight_gradient = output_gradient^T * input.
Operation linear_weight_gradient(const Setting& setting, const Matrix& input, const Matrix& output_gradient,
                                 const Matrix& weight_gradient);
// And the bias's: output_gradient's sums over the batch.
Operation linear_parameter_gradients(const Setting& setting, const Matrix& input, const Matrix& output_gradient,
                                     const Matrix& weight_gradient, cuda::Address bias_gradient);

// Describes the products of all of these for a layer of this size to cuBLASLt, as it is done before algorithms are
// asked for: that needs a device, this none. The setting's libraries are left alone.
void describe_products(const Setting& setting, const Matrix& input, const Matrix& weights, const Matrix& output);

}  // namespace nestwright::cudnn
