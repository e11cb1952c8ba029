#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/support/files.h"

namespace nestwright {

// How a run of the program ended, and what it printed.
struct ProgramResult {
  int status = -1;  // its exit status; -1 when a signal ended it
  int signal = 0;   // the signal that did
  std::string out;
  std::string err;
};

// The `nestwright` that was built, running. It has an empty home, no MNIST, and no network to fetch it from; its
// stdout is a pipe, its stderr a file. Its threads don't spin while they wait, as tests run beside each other.
class StartedProgram {
 public:
  explicit StartedProgram(const std::vector<std::string>& arguments);
  ~StartedProgram();
  StartedProgram(const StartedProgram&) = delete;
  StartedProgram& operator=(const StartedProgram&) = delete;

  // Reads stdout until it holds `text`; false when it ends without.
  bool wait_for(const std::string& text);
  void send(int signal) const;
  // Reads the rest of stdout, and waits for the end.
  ProgramResult finish();

 private:
  bool read_more();

  TemporaryFolder home_;
  pid_t process_ = -1;
  int stdout_ = -1;
  std::string out_;
};

// Runs the program to its end.
ProgramResult run_program(const std::vector<std::string>& arguments);

std::vector<std::string> lines_of(const std::string& text);

}  // namespace nestwright
