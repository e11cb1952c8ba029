#pragma once

#include <cstdint>

namespace nestwright {

// Parts of a GPU's memory begin at multiples of so many floats: 256 bytes, OpenCL's CL_DEVICE_MEM_BASE_ADDR_ALIGN for
// PoCL, AMD and Intel (NVIDIA's OpenCL asks for 512; CUDA for nothing).
inline constexpr std::int64_t part_alignment = 64;

// Where a layer's biases lie behind its weights in a GPU's flat vectors of parameters and gradients, so that one kernel
// can write both gradients: the weights are rows, one for each of the layer's outputs, and the biases are a stretch of
// one row more, which begins at a multiple of part_alignment. What lies between is zero.
struct BiasPlace {
  std::int64_t row = 0;
  std::int64_t column = 0;

  // From the first weight, in values.
  std::int64_t offset(std::int64_t weights_of_output) const { return row * weights_of_output + column; }
};

// Whether biases fit into a row.
inline bool has_bias_place(std::int64_t weights_of_output, std::int64_t outputs) {
  return outputs <= weights_of_output;
}

// The first such place. Throws Error where there is none.
BiasPlace bias_place(std::int64_t weights_of_output, std::int64_t outputs);

// Rows that the gradients of both take, a multiple of `tile`: whole tiles of outputs.
std::int64_t gradient_rows(std::int64_t weights_of_output, std::int64_t outputs, std::int64_t tile);

}  // namespace nestwright
