#pragma once

#include <cstdint>
#include <vector>

#include "ops/reference/tensor.h"
#include "ops/signature/signature.h"

// Between blocks of images, (lane, ..., block), and images one after another, (..., image): of activations what
// libraries call NCHW, innermost dimension first.
namespace nestwright {

// Whether a tensor lies in blocks of images.
bool is_blocked(const TensorSpec& spec);

// The extents of a tensor as images; those of one that is not blocked as they are.
std::vector<std::int64_t> image_extents(const TensorSpec& spec, std::int64_t images);

// The first `images` images of the blocks; the lanes beyond them, which are absent, are left out.
reference::Tensor images_of(const reference::Tensor& blocks, std::int64_t images);

// The same of all that are blocked among those that `specs` names, the others as they are. Those that it doesn't name
// are taken for blocked.
reference::Tensors images_of(const std::vector<TensorSpec>& specs, const reference::Tensors& tensors,
                             std::int64_t images);

// Zeros in the lanes of the blocks beyond the first `images` images.
void blank_absent_images(reference::Tensor& blocks, std::int64_t images);

}  // namespace nestwright
