#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/support/files.h"

namespace nestwright {

// How a run of the program ended, and what it printed.
struct ProgramResult {
  int status = -1;  // its exit status; -1 when a signal ended it
  int signal = 0;   // the signal that ended it; 0: none
  std::string out;  // what it printed on stdout
  std::string err;  // and on stderr
};

// The `nestwright` that was built, running with an empty home, without MNIST and without a server to fetch it from. Its
// stdout is a pipe, its stderr a file. Its threads don't spin while they wait, as tests run beside each other.
class StartedProgram {
 public:
  // `more`: environment variables, such as "OMP_STACKSIZE=1M". `through`: a command that starts the program, such as
  // {"nohup"}; empty: none.
  explicit StartedProgram(const std::vector<std::string>& arguments, const std::vector<std::string>& more = {},
                          const std::vector<std::string>& through = {});
  ~StartedProgram();
  StartedProgram(const StartedProgram&) = delete;
  StartedProgram& operator=(const StartedProgram&) = delete;

  // Reads stdout until all that was read contains `text`. False when the program ends before that.
  bool wait_for(const std::string& text);
  void send(int signal) const;
  // Reads the rest of stdout, and waits for the program's end. The result has all that was printed.
  ProgramResult finish();

 private:
  bool read_more();

  TemporaryFolder home_;
  pid_t process_ = -1;
  int stdout_ = -1;
  std::string out_;
};

// Runs `nestwright` with these arguments, under the same conditions, to its end.
ProgramResult run_program(const std::vector<std::string>& arguments, const std::vector<std::string>& more = {},
                          const std::vector<std::string>& through = {});

// The lines of a text, without their ends.
std::vector<std::string> lines_of(const std::string& text);

}  // namespace nestwright
