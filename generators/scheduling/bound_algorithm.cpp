#include "generators/scheduling/bound_algorithm.h"

#include <fmt/format.h>

#include "support/error.h"

namespace nestwright {
namespace {

using Halide::Expr;
using Halide::Func;
using Halide::Parameter;
using Halide::Type;
using Halide::Var;

Type halide_type(DataType type) {
  switch (type) {
    case DataType::float32:
      return Halide::Float(32);
    case DataType::uint8:
      return Halide::UInt(8);
    case DataType::int32:
      return Halide::Int(32);
  }
  return {};
}

// Throws Error if a tensor, of one block of images, has more bytes than Halide can address.
void require_addressable(const std::string& op, const std::vector<TensorSpec>& specs) {
  for (const TensorSpec& spec : specs) {
    auto bytes = static_cast<std::int64_t>(size_in_bytes(spec.type));
    for (const Dimension& dimension : spec.dimensions) {
      const std::int64_t extent = dimension.extent == dynamic_extent ? 1 : dimension.extent;
      if (__builtin_mul_overflow(bytes, extent, &bytes) || bytes > most_addressable_bytes) {
        throw Error(op,
                    fmt::format("'{}' has more than {} bytes at this shape, which is more than a kernel can address; "
                                "make the shape smaller",
                                spec.name, most_addressable_bytes));
      }
    }
  }
}

// Dense storage, innermost first: everything that the shape fixes becomes a constant of the kernel.
// `follows`: the second or a later buffer of a Tuple, whose extents Halide takes from the first.
template <typename DimensionOf>
void fix_extents(const TensorSpec& spec, bool follows, BlockStride block_stride, DimensionOf dimension_of) {
  std::int64_t stride = 1;
  for (std::size_t d = 0; d < spec.dimensions.size(); ++d) {
    auto dimension = dimension_of(static_cast<int>(d));
    if (!follows) dimension.set_min(0);
    const bool is_free = block_stride == BlockStride::any && d > 0 && spec.dimensions[d].name == "block";
    if (stride != dynamic_extent && !is_free) dimension.set_stride(static_cast<int>(stride));
    const std::int64_t extent = spec.dimensions[d].extent;
    if (!follows && extent != dynamic_extent) dimension.set_extent(static_cast<int>(extent));
    stride = extent == dynamic_extent || stride == dynamic_extent ? dynamic_extent : stride * extent;
  }
}

// A Func with the signature's names for its variables around a buffer or scalar argument.
ops::Tensor wrap(const TensorSpec& spec, Halide::ImageParam& image) {
  std::vector<Var> variables;
  std::vector<Expr> arguments, extents;
  for (std::size_t d = 0; d < spec.dimensions.size(); ++d) {
    variables.emplace_back(spec.dimensions[d].name);
    arguments.emplace_back(variables.back());
    extents.emplace_back(spec.dimensions[d].extent == dynamic_extent
                             ? Expr(image.dim(static_cast<int>(d)).extent())
                             : Expr(static_cast<int>(spec.dimensions[d].extent)));
  }
  Func func(spec.name);
  func(variables) = image(arguments);
  return {func, extents};
}

ops::Tensor wrap_scalar(const TensorSpec& spec, const Parameter& parameter) {
  Func func(spec.name);
  func() = Halide::Internal::Variable::make(halide_type(spec.type), parameter.name(), parameter);
  return {func, {}};
}

}  // namespace

BoundAlgorithm bind_algorithm(const std::string& op, const std::string& algorithm, const Shape& shape,
                              BlockStride block_stride) {
  const Signature& signature = find_signature(op);
  const ops::Operator& chosen = ops::find_operator(op, algorithm);
  BoundAlgorithm bound{.op = op,
                       .algorithm_name = chosen.algorithm,
                       .shape = complete_shape(signature, shape),
                       .inputs = {},
                       .algorithm = {}};
  // The inputs first: where they are small enough, what the outputs' extents are computed from is, too.
  require_addressable(op, signature.inputs(bound.shape));
  require_addressable(op, signature.outputs(bound.shape));
  ops::Inputs inputs;
  for (const TensorSpec& spec : signature.inputs(bound.shape)) {
    if (spec.is_scalar()) {
      Parameter parameter(halide_type(spec.type), /*is_buffer=*/false, 0, spec.name);
      inputs.emplace(spec.name, wrap_scalar(spec, parameter));
      bound.inputs.emplace_back(spec.name, parameter);
    } else {
      Halide::ImageParam image(halide_type(spec.type), static_cast<int>(spec.dimensions.size()), spec.name);
      fix_extents(spec, false, block_stride, [&](int d) { return image.dim(d); });
      inputs.emplace(spec.name, wrap(spec, image));
      bound.inputs.emplace_back(spec.name, image.parameter());
    }
  }
  bound.algorithm = chosen.build(inputs, bound.shape);
  const std::vector<TensorSpec> specs = signature.outputs(bound.shape);
  std::size_t index = 0;
  for (Func& output : bound.algorithm.outputs) {
    bool follows = false;
    for (Halide::OutputImageParam& buffer : output.output_buffers()) {
      fix_extents(specs.at(index++), follows, block_stride, [&](int d) { return buffer.dim(d); });
      follows = true;
    }
  }
  return bound;
}

}  // namespace nestwright
