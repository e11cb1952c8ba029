#pragma once

#include <string>

#include "model/checkpoint/checkpoint.h"

namespace nestwright {

// Loads a checkpoint as load_checkpoint() does. Prints a warning to standard error when the file keeps no digest, so
// that damage to its weights can't be told.
Checkpoint load_checkpoint_aloud(const std::string& path);

}  // namespace nestwright
