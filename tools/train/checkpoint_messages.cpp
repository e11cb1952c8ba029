#include "tools/train/checkpoint_messages.h"

#include <fmt/format.h>

#include "support/message.h"

namespace nestwright {

Checkpoint load_checkpoint_aloud(const std::string& path) {
  Checkpoint checkpoint = load_checkpoint(path);
  if (!checkpoint.has_digest) {
    say(printable_complaint(fmt::format("{}: keeps no digest of its contents, so damage to them can't be told", path)));
  }
  return checkpoint;
}

}  // namespace nestwright
