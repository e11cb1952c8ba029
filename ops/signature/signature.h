#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/signature/shape.h"

namespace nestwright {

enum class DataType { float32, uint8, int32 };

std::size_t size_in_bytes(DataType type);

// An extent that is known only when a kernel is called: the number of blocks, images or parameters.
inline constexpr std::int64_t dynamic_extent = -1;

// One dimension of a tensor; dimensions are listed innermost (contiguous) first, as Halide does.
struct Dimension {
  std::string name;
  std::int64_t extent;
};

// One input or output of an operator. No dimensions: a scalar, passed by value.
struct TensorSpec {
  std::string name;
  DataType type = DataType::float32;
  std::vector<Dimension> dimensions;
  // For an output: the input whose memory a caller may give it, too; empty: none. A kernel then computes output(i) from
  // in_place_of(i) alone among that input's elements, and writes each element exactly once.
  std::string in_place_of = {};

  bool is_scalar() const { return dimensions.empty(); }
  // Whether it is a number that changes with the steps of a training, for example the learning rate. It is a tensor of
  // one element: calls that were recorded on a device (a CUDA graph) find the new number there, whereas scalars are
  // recorded with their values.
  bool is_of_step() const { return dimensions.size() == 1 && dimensions.front().name == "step"; }
};

// A shape parameter of an operator. `minimum` is the least value that makes sense; a parameter with
// `has_default` may be left out of a shape that a user writes.
struct ShapeParameter {
  std::string name;
  std::int64_t minimum = 1;
  bool has_default = false;
  std::int64_t default_value = 0;
};

// What an operator takes and gives, and what it costs; knows nothing of Halide.
// A kernel's arguments are the inputs in this order, then the outputs.
struct Signature {
  std::string name;
  std::string summary;  // one line: the formula
  std::vector<ShapeParameter> parameters;
  std::function<std::vector<TensorSpec>(const Shape&)> inputs;
  std::function<std::vector<TensorSpec>(const Shape&)> outputs;
  // Floating-point operations of one block of images (a fused multiply-add counts as two); 0 for operators whose
  // arithmetic is not counted, those that move values and those that update parameters.
  std::function<std::int64_t(const Shape&)> flops;
};

// Every operator, in the order of the documentation.
const std::vector<Signature>& all_signatures();

// The signature called `name`. Throws Error if there is none, which names the nearest.
const Signature& find_signature(std::string_view name);

// `shape` with the signature's parameters in their order, defaults filled in. Throws Error where a parameter is
// missing, unknown or too small, or where the output would be empty.
Shape complete_shape(const Signature& signature, const Shape& shape);

}  // namespace nestwright
