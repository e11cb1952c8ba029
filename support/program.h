#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <span>

namespace nestwright {

// One of a program's commands.
struct Command {
  const char* name;
  const char* summary;  // one line, for --help
  // Adds the command's options to `app`; returns what runs it once they are parsed, and gives the exit status.
  std::function<int()> (*add)(CLI::App& app);
};

// What main() does, and returns: reads the command line as `app` says, whose name is the program's, and calls `start`,
// which gives the exit status. What is thrown is printed on standard error in one line, and the status is 1.
int run_program(int argc, char** argv, CLI::App& app, const std::function<int()>& start);

// The same of a program whose command line names one of `commands`. `around` is given what starts it, once the options
// are parsed: it calls that when all is ready, and returns what it returns.
int run_program(int argc, char** argv, CLI::App& app, std::span<const Command> commands,
                const std::function<int(const std::function<int()>& start)>& around);

}  // namespace nestwright
