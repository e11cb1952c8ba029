#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/gpu/library_call.h"

namespace nestwright {

// The operators that cudnn_evaluate() knows: those that cuDNN or cuBLASLt has, alone or as a sequence of calls.
std::vector<std::string> cudnn_operators();

// The others, and why they have no counterpart.
const std::map<std::string, std::string>& operators_without_cudnn();

// The outputs of `op` for `inputs`, both as images (image_layout.h): by cuDNN's older functions, and, where cuDNN
// offers a plan for it on this device, by its graphs as well. No output shows an argmax. The gradient of max-pooling
// takes "input", too, from which cuDNN finds the maxima again. `setting` is a reference's. Throws Error.
std::vector<LibraryResult> cudnn_evaluate(const cudnn::Setting& setting, const std::string& op, const Shape& shape,
                                          const reference::Tensors& inputs, std::int64_t images);

}  // namespace nestwright
