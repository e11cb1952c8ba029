#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "ops/signature/shape.h"

namespace nestwright {

// A call of oneDNN's primitive that does what the operator `op` does at a shape (complete, but for its lanes) on
// `batch` images, on as many threads as OpenMP is set to when it is called. oneDNN picks the memory formats of
// convolutions and linear layers; bringing tensors into them is not part of the call. Throws Error where oneDNN has no
// such primitive.
std::function<void()> onednn_call(const std::string& op, const Shape& shape, std::int64_t batch);

// "oneDNN 2.6.3"
std::string onednn_version();

}  // namespace nestwright
