#pragma once

#include <functional>
#include <string>

namespace nestwright {

// What a step in a process of its own gave, or, where it gave nothing, how it ended.
struct BoundedText {
  std::string text;
  std::string complaint;
};

// Runs `step` in a child process for at most 20 s of processor time, and for five minutes where it only waits. An
// exception that leaves it is its complaint. Throws Error where no child can be started.
BoundedText text_of_bounded(const std::function<std::string()>& step);

}  // namespace nestwright
