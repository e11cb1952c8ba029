#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <span>

namespace nestwright {

// One of a program's commands.
struct Command {
  const char* name;
  const char* summary;  // one line, for --help
  // Adds the command's options to `app`, and returns the function that runs the command once they are parsed. That
  // function returns the exit status.
  std::function<int()> (*add)(CLI::App& app);
};

// Does all that main() has to do, and returns the program's exit status: reads the command line as `app` describes it,
// whose name is the program's, and calls `start`, which returns the status. What is thrown is printed on standard error
// in one line, and the status is 1; it is 1, too, where standard output can't be written to. Where its reader is gone,
// nothing is said, and the status is reader_gone_status.
int run_program(int argc, char** argv, CLI::App& app, const std::function<int()>& start);

// The same for a program whose command line names one of `commands`. Once the options are parsed, `around` is called
// with the function that starts the command: it prepares what all commands need, calls that function, and returns its
// status.
int run_program(int argc, char** argv, CLI::App& app, std::span<const Command> commands,
                const std::function<int(const std::function<int()>& start)>& around);

}  // namespace nestwright
