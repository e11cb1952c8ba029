#pragma once

#include <string>

namespace nestwright {

// How a shell command ended, and what it printed on standard output and error together.
struct ShellResult {
  int status = -1;  // its exit status as a shell gives it: 128 + the signal that ended it
  std::string said;
};

// Runs `command` by bash, so that it may close streams and build pipes; of a pipe the first part's status counts.
ShellResult run_shell(const std::string& command);

// `word` in quotes, for run_shell().
std::string quoted(const std::string& word);

}  // namespace nestwright
