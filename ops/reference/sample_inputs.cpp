#include "ops/reference/sample_inputs.h"

#include "ops/reference/families.h"
#include "ops/reference/random.h"
#include "ops/signature/call_size.h"

namespace nestwright {
namespace {

using reference::Random;
using reference::Tensor;

Tensor empty_tensor(const TensorSpec& spec, const Shape& shape, const DynamicExtents& extents) {
  CallSize size = call_for_batch(shape, extents.images);
  size.parameters = extents.parameters;
  size.groups = extents.groups;
  std::vector<std::int64_t> sizes;
  for (const Dimension& dimension : spec.dimensions) sizes.push_back(extent_of(dimension, size));
  return Tensor(sizes);
}

// Element `index` of the input called `name`. What comes of a data set is the same for all operators.
double element(const std::string& name, std::int64_t index, const Shape& shape, const DynamicExtents& extents,
               reference::Draw draw, Random& random) {
  const bool has_image = index < extents.images;
  if (name == "labels") return has_image ? random.integer(0, shape.at("classes") - 1) : 255.0;
  if (name == "images") return random.integer(0, 255);
  if (name == "indices") return has_image ? random.integer(-1, extents.images - 1) : -1.0;
  return draw == nullptr ? random.real() : draw(random, name, shape);
}

}  // namespace

reference::Tensors sample_inputs(const Signature& signature, const Shape& shape, const DynamicExtents& extents,
                                 std::uint64_t seed) {
  const reference::Draw draw = reference::find_reference(signature.name).draw;
  Random random(seed);
  reference::Tensors inputs;
  for (const TensorSpec& spec : signature.inputs(shape)) {
    Tensor tensor = empty_tensor(spec, shape, extents);
    std::int64_t index = 0;
    for (reference::Number& number : tensor.elements()) {
      number = element(spec.name, index++, shape, extents, draw, random);
    }
    inputs.emplace(spec.name, std::move(tensor));
  }
  return inputs;
}

}  // namespace nestwright
