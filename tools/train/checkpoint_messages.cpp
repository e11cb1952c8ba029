#include "tools/train/checkpoint_messages.h"

#include <fmt/format.h>

#include <cstdio>

namespace nestwright {

Checkpoint load_checkpoint_aloud(const std::string& path) {
  Checkpoint checkpoint = load_checkpoint(path);
  if (!checkpoint.has_digest) {
    fmt::print(stderr, "{}: keeps no digest of its contents, so damage to them can't be told\n", path);
  }
  return checkpoint;
}

}  // namespace nestwright
