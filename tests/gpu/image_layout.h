#pragma once

#include <cstdint>
#include <vector>

#include "ops/reference/tensor.h"
#include "ops/signature/signature.h"

// Converts between tensors in blocks of images, (lane, ..., block), and images one after another, (..., image), the
// innermost dimension first. Activations that lie image after image are what libraries call NCHW.
namespace nestwright {

// Whether a tensor lies in blocks of images.
bool is_blocked(const TensorSpec& spec);

// The extents of a tensor after conversion to `images` images; a tensor that is not in blocks keeps its own.
std::vector<std::int64_t> image_extents(const TensorSpec& spec, std::int64_t images);

// The first `images` images of the blocks; the lanes beyond them, which are absent, are left out.
reference::Tensor images_of(const reference::Tensor& blocks, std::int64_t images);

// The same for several tensors. Those that `specs` says are not in blocks stay as they are; a tensor that it does not
// name is taken to be in blocks.
reference::Tensors images_of(const std::vector<TensorSpec>& specs, const reference::Tensors& tensors,
                             std::int64_t images);

// Writes zeros to the lanes of the blocks beyond the first `images` images.
void blank_absent_images(reference::Tensor& blocks, std::int64_t images);

}  // namespace nestwright
