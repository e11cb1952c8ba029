#include "tools/train/json_option.h"

#include "support/atomic_file.h"

namespace nestwright {

void require_json_option(const std::string& json, const std::string& checkpoint) {
  if (!json.empty() && !is_stream(json)) require_writable(json);
  require_another_file("--json", json, "--checkpoint", checkpoint);
}

}  // namespace nestwright
