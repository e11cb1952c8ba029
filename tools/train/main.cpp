#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <vector>

#include "generators/generated_kernels.h"
#include "model/runtime/halide_on_openmp.h"
#include "support/error.h"
#include "support/usage_error.h"
#include "tools/train/command.h"

namespace nestwright {
namespace {

constexpr Command commands[] = {
    {"train", "Train a network, and show how well it does", &add_train},
    {"evaluate", "Test a trained network: loss, accuracy, confusion matrix", &add_evaluate},
    {"kernels", "List the kernels that a network is made of", &add_kernels},
};

int run(int argc, char** argv) {
  CLI::App app("Nestwright: train LeNet on kernels generated from loop-nest schedules", "nestwright");
  app.require_subcommand(1);
  app.fallthrough(false);
  std::vector<std::pair<CLI::App*, std::function<int()>>> added;
  for (const Command& command : commands) {
    CLI::App* const subcommand = app.add_subcommand(command.name, command.summary);
    added.emplace_back(subcommand, command.add(*subcommand));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help
    throw Error("nestwright", usage_error_text(app, error));
  }
  run_halide_on_openmp();
  register_generated_kernels(ahead_of_time_kernels());
  int status = 0;
  for (const auto& [subcommand, start] : added) {
    if (subcommand->parsed()) status = start();
  }
  if (std::fflush(stdout) != 0) throw Error("nestwright", "what it prints can't be written: is the disk full?");
  return status;
}

}  // namespace
}  // namespace nestwright

int main(int argc, char** argv) {
  try {
    return nestwright::run(argc, argv);
  } catch (const nestwright::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "nestwright: out of memory\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "nestwright: internal error: {}\n", error.what());
  }
  return 1;
}
