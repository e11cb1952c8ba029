#pragma once

#include "bench/rivals/cudnn/cudnn_graphs.h"

// Fully connected layers by cuBLASLt, each by the fastest of the algorithms that its heuristics name. Bias, relu and
// their gradients are left to the product's epilogue, where it can compute them. Activations are matrices of (batch,
// features), weights of (features out, features in). All throw Error (where: "cudnn") where there is no way.
namespace nestwright::cudnn {

// Where relu's output is positive: a bit for each value of a (batch, features) matrix, as cuBLASLt lays it out.
struct ReluMask {
  cuda::Address address = 0;  // in the device's memory
  std::int64_t row_bits = 0;  // from one row to the next

  // The bits of a row of `features` values: a multiple of 128, as cuBLASLt wants it.
  static std::int64_t row_bits_for(std::int64_t features) { return (features + 127) / 128 * 128; }
};

// output = input * weights^T + bias.
Operation linear(const Setting& setting, const Matrix& input, const Matrix& weights, cuda::Address bias,
                 const Matrix& output);
// output = relu(input * weights^T + bias).
Operation linear_relu(const Setting& setting, const Matrix& input, const Matrix& weights, cuda::Address bias,
                      const Matrix& output);
// The same, and writes the mask of the output as well. Nothing where cuBLASLt can't.
std::optional<Operation> linear_relu_with_mask(const Setting& setting, const Matrix& input, const Matrix& weights,
                                               cuda::Address bias, const Matrix& output, const ReluMask& mask);

// input_gradient = output_gradient * weights.
Operation linear_input_gradient(const Setting& setting, const Matrix& output_gradient, const Matrix& weights,
                                const Matrix& input_gradient);

// The linear layer with relu whose output is a layer's input.
struct ReluBefore {
  Matrix output;                 // of its relu
  cuda::Address bias_gradient;   // takes the gradient of its bias
  std::optional<ReluMask> mask;  // of its output; nothing where cuBLASLt writes none
};
// input_gradient = output_gradient * weights where relu's output is positive, else 0: the gradient of what the relu
// before the layer takes. Also sums it over the batch into before.bias_gradient.
Operation linear_input_gradient_through_relu(const Setting& setting, const Matrix& output_gradient,
                                             const Matrix& weights, const ReluBefore& before,
                                             const Matrix& input_gradient);

// weight_gradient = output_gradient^T * input.
Operation linear_weight_gradient(const Setting& setting, const Matrix& input, const Matrix& output_gradient,
                                 const Matrix& weight_gradient);
// The same, and writes the bias's gradient as well: the sums of output_gradient over the batch.
Operation linear_parameter_gradients(const Setting& setting, const Matrix& input, const Matrix& output_gradient,
                                     const Matrix& weight_gradient, cuda::Address bias_gradient_place);

// Describes to cuBLASLt the products of all of these operations for a layer of this size. Unlike asking for algorithms,
// which comes next, it needs no device. The setting's libraries are not used, and may be null.
void describe_products(const Setting& setting, const Matrix& input, const Matrix& weights, const Matrix& output);

}  // namespace nestwright::cudnn
