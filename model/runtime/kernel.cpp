#include "model/runtime/kernel.h"

#include <fmt/format.h>

namespace nestwright {

std::string to_string(const KernelKey& key) {
  return fmt::format("{} {} [{}] {} {}", key.op, key.algorithm, key.shape.text(), key.target, key.schedule);
}

}  // namespace nestwright
