#pragma once

#include <string>

#include "model/checkpoint/checkpoint.h"

namespace nestwright {

// Throws Error (where: `path`) when what the checkpoint says of its run can be true of no run: steps that do not go
// with the epochs, times that run backwards, losses below zero or beyond float32, an accuracy above 1.
void require_consistent(const Checkpoint& checkpoint, const std::string& path);

}  // namespace nestwright
