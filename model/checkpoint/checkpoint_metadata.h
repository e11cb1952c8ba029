#pragma once

#include <map>
#include <string>

#include "model/checkpoint/checkpoint.h"

namespace nestwright {

// All of a checkpoint but its tensors, as the strings that a safetensors file can hold. Numbers are written so that
// reading them gives the same bits.
std::map<std::string, std::string> metadata_of(const Checkpoint& checkpoint);

// The inverse; the tensors are left empty. Throws Error (where: `path`) when an entry is missing or makes no sense.
Checkpoint checkpoint_of(const std::map<std::string, std::string>& metadata, const std::string& path);

}  // namespace nestwright
