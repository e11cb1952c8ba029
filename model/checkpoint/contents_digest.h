#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/checkpoint/safetensors.h"

namespace nestwright {

// The SHA-256 of the metadata and the tensors, as hexadecimal digits. It depends on what the contents are, not on how a
// file writes them: metadata count in the order of their keys, tensors in that of their names, and each text, list and
// tensor counts with its length before it.
std::string contents_digest(const std::map<std::string, std::string>& metadata,
                            const std::vector<NamedTensor>& tensors);

}  // namespace nestwright
