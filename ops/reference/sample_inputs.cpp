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

constexpr double absent_label = 255.0;  // of a lane that holds no image
constexpr double absent_index = -1.0;
constexpr std::int64_t brightest = 255;  // of a pixel's byte

// Draws element `index` of the input called `name`. Inputs that come from a data set are drawn alike for all operators,
// which call them by the same names. Labels and indices have an element for each lane: those from `extents.images` on
// belong to lanes without an image.
double element(const std::string& name, std::int64_t index, const Shape& shape, const DynamicExtents& extents,
               reference::Draw draw, Random& random) {
  const bool has_image = index < extents.images;
  if (name == "labels") return has_image ? random.integer(0, shape.at("classes") - 1) : absent_label;
  if (name == "images") return random.integer(0, brightest);
  if (name == "indices") return has_image ? random.integer(-1, extents.images - 1) : absent_index;
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
