#include "tests/gpu/image_layout.h"

#include <algorithm>

namespace nestwright {
namespace {

using reference::Tensor;
using reference::Tensors;

// Calls visit(place in the blocks, image, place in the image, number of an image's values) for every value. Places are
// indices of values.
template <typename Visit>
void for_each_value(const Tensor& blocks, Visit visit) {
  const std::int64_t lanes = blocks.extents().front(), block_count = blocks.extents().back();
  const auto all = static_cast<std::int64_t>(blocks.elements().size());
  const std::int64_t of_image = all / (lanes * block_count);
  for (std::int64_t place = 0; place < all; ++place) {
    const std::int64_t lane = place % lanes, within = place / lanes % of_image, block = place / (lanes * of_image);
    visit(static_cast<std::size_t>(place), block * lanes + lane, within, of_image);
  }
}

}  // namespace

bool is_blocked(const TensorSpec& spec) {
  return !spec.is_scalar() && spec.dimensions.front().name == "lane" && spec.dimensions.back().name == "block";
}

std::vector<std::int64_t> image_extents(const TensorSpec& spec, std::int64_t images) {
  std::vector<std::int64_t> extents;
  for (const Dimension& dimension : spec.dimensions) extents.push_back(dimension.extent);
  if (!is_blocked(spec)) return extents;
  extents.erase(extents.begin());
  extents.back() = images;
  return extents;
}

Tensor images_of(const Tensor& blocks, std::int64_t images) {
  std::vector<std::int64_t> extents(blocks.extents().begin() + 1, blocks.extents().end());
  extents.back() = images;
  Tensor result(extents);
  for_each_value(blocks, [&](std::size_t place, std::int64_t image, std::int64_t within, std::int64_t of_image) {
    if (image >= images) return;
    result.elements()[static_cast<std::size_t>(image * of_image + within)] = blocks.elements()[place];
  });
  return result;
}

Tensors images_of(const std::vector<TensorSpec>& specs, const Tensors& tensors, std::int64_t images) {
  Tensors result;
  for (const auto& [name, tensor] : tensors) {
    const auto spec = std::ranges::find(specs, name, &TensorSpec::name);
    const bool blocked = spec == specs.end() || is_blocked(*spec);
    result[name] = blocked ? images_of(tensor, images) : tensor;
  }
  return result;
}

void blank_absent_images(Tensor& blocks, std::int64_t images) {
  for_each_value(blocks, [&](std::size_t place, std::int64_t image, std::int64_t, std::int64_t) {
    if (image >= images) blocks.elements()[place] = 0.0;
  });
}

}  // namespace nestwright
