#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace nestwright {

// One subcommand of the program, in a file of its own.
struct Command {
  const char* name;
  const char* summary;  // one line, for --help
  // Adds the subcommand's options to `app`; returns what runs it once they are parsed, and gives the exit status.
  std::function<int()> (*add)(CLI::App& app);
};

std::function<int()> add_train(CLI::App& app);
std::function<int()> add_evaluate(CLI::App& app);
std::function<int()> add_kernels(CLI::App& app);

}  // namespace nestwright
