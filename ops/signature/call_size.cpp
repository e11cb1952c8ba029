#include "ops/signature/call_size.h"

#include "support/error.h"

namespace nestwright {

std::int64_t lanes_of(const Shape& shape) { return shape.contains("lanes") ? shape.at("lanes") : 1; }

CallSize call_for_batch(const Shape& shape, std::int64_t images) {
  const std::int64_t lanes = lanes_of(shape);
  return {.blocks = (images + lanes - 1) / lanes, .images = images};
}

std::int64_t extent_of(const Dimension& dimension, const CallSize& size) {
  if (dimension.extent != dynamic_extent) return dimension.extent;
  if (dimension.name == "image") return size.images;
  if (dimension.name == "group") return size.groups;
  if (dimension.name != "i") return size.blocks;
  if (size.parameters == 0) throw Error("call", "says no number of parameters; an optimiser needs one");
  return size.parameters;
}

double bytes_of_tensors(const Signature& signature, const Shape& shape, const CallSize& size) {
  double total = 0.0;
  for (const auto& specs : {signature.inputs(shape), signature.outputs(shape)}) {
    for (const TensorSpec& spec : specs) {
      double bytes = spec.is_scalar() ? 0.0 : static_cast<double>(size_in_bytes(spec.type));
      for (const Dimension& dimension : spec.dimensions) bytes *= static_cast<double>(extent_of(dimension, size));
      total += bytes;
    }
  }
  return total;
}

}  // namespace nestwright
