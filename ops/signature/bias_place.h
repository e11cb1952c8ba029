#pragma once

#include <cstdint>

namespace nestwright {

// A part of a GPU's memory that a kernel is given begins at a multiple of so many floats: 256 bytes, OpenCL's
// CL_DEVICE_MEM_BASE_ADDR_ALIGN for PoCL, AMD and Intel (NVIDIA's OpenCL asks for 512; CUDA for nothing).
inline constexpr std::int64_t part_alignment = 64;

// Images of a block on a GPU: as many as a warp has threads.
inline constexpr std::int64_t device_lanes = 32;

// The most rows of gradients that a thread computes in the schedules of linear_parameter_gradients (o_tile) and of
// conv2d_max_pool2d_parameter_gradients (c_tile). The results have a multiple of that many rows: a thread's registers
// are of a fixed number, so there is no tile of fewer rows.
inline constexpr std::int64_t linear_gradient_tile = 4;
inline constexpr std::int64_t convolution_gradient_tile = 2;

// Where a layer's biases lie behind its weights in a GPU's flat vectors of parameters and gradients. The weights are
// rows, one for each of the layer's outputs; the biases lie within a further row, from a multiple of part_alignment on,
// and so one kernel can write the gradients of both as one tensor. What lies between weights and biases is zero.
struct BiasPlace {
  std::int64_t row = 0;     // the row that holds the biases, counted from the first row of weights
  std::int64_t column = 0;  // where the first bias lies in that row, in values

  // The first bias's distance from the first weight, in values; `weights_of_output` is the length of a row.
  std::int64_t offset(std::int64_t weights_of_output) const { return row * weights_of_output + column; }
};

// Whether the biases of `outputs` outputs fit into a row.
inline bool has_bias_place(std::int64_t weights_of_output, std::int64_t outputs) {
  return outputs <= weights_of_output;
}

// The first such place behind the weights of `outputs` outputs. Throws Error if the biases don't fit into a row.
BiasPlace bias_place(std::int64_t weights_of_output, std::int64_t outputs);

// The number of rows that the gradients of weights and biases take together, rounded up to a multiple of `tile` rows.
// Throws Error if the biases don't fit into a row.
std::int64_t gradient_rows(std::int64_t weights_of_output, std::int64_t outputs, std::int64_t tile);

}  // namespace nestwright
