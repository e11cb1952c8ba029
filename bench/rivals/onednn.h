#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "ops/signature/shape.h"

namespace nestwright {

// A call of oneDNN's primitive that computes the same as the operator `op` at a shape, on `batch` images of its own
// making. The shape's `lanes` do not count. The call runs on as many threads as OpenMP is set to at that moment. oneDNN
// picks the memory formats of convolutions and linear layers; bringing tensors into them is not part of the call.
// Throws Error where oneDNN has no such primitive.
std::function<void()> onednn_call(const std::string& op, const Shape& shape, std::int64_t batch);

// The version of oneDNN that this program runs with: "oneDNN 2.6.3".
std::string onednn_version();

}  // namespace nestwright
