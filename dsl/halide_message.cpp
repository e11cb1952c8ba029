#include "dsl/halide_message.h"

#include <algorithm>
#include <sstream>

namespace nestwright::dsl {

std::string halide_message(const std::string& text) {
  std::istringstream stream(text);
  std::string message, line;
  while (std::getline(stream, line)) {
    for (const std::string prefix : {"Error: ", "User error: ", "Internal Error "}) {
      if (line.starts_with(prefix)) line.erase(0, prefix.size());
    }
    // "Internal Error at FILE:LINE triggered by user code at ..." and "Condition failed: ..." say nothing to a user.
    if (line.starts_with("at ") || line.starts_with("Condition failed") || line.empty()) continue;
    message = line;
    break;
  }
  std::ranges::replace_if(
      message, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  message.erase(std::find_if_not(message.rbegin(), message.rend(), [](char c) { return c == ' ' || c == '.'; }).base(),
                message.end());
  return message.empty() ? "it is not legal here" : message;
}

}  // namespace nestwright::dsl
