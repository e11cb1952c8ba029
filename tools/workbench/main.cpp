#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <utility>
#include <vector>

#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/strict_halide.h"
#include "support/error.h"
#include "support/usage_error.h"
#include "tools/workbench/command.h"

namespace nestwright::workbench {
namespace {

constexpr Command commands[] = {
    {"ops", "What can be scheduled: operators, algorithms, their Funcs and loops", &add_ops},
    {"new", "Write a schedule to start from", &add_new},
    {"schedules", "List the schedules that there are", &add_schedules},
    {"check", "Say whether schedules are legal, and if not, why", &add_check},
    {"compare", "Verify schedules, and time them beside each other and beside rivals", &add_compare},
    {"watch", "At each save of a schedule: is it legal, right, and how fast", &add_watch},
    {"help", "What a schedule can say: the directives, one by one", &add_help},
    {"tune", "Search for the fastest schedule on this machine", &add_tune},
    {"import", "Take over a schedule that one of Halide's autoschedulers makes", &add_import},
    {"explain", "Say what a schedule costs, and what binds it", &add_explain},
};

int run(int argc, char** argv) {
  CLI::App app("Nestwright's workbench: write schedules, and know whether they are legal, right and fast",
               "nestwright");
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
  make_halide_strict();
  int status = 0;
  for (const auto& [subcommand, start] : added) {
    if (subcommand->parsed()) status = start();
  }
  if (std::fflush(stdout) != 0) throw Error("nestwright", "what it prints can't be written: is the disk full?");
  return status;
}

}  // namespace
}  // namespace nestwright::workbench

int main(int argc, char** argv) {
  try {
    return nestwright::workbench::run(argc, argv);
  } catch (const nestwright::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
  } catch (const Halide::Error& error) {
    fmt::print(stderr, "nestwright: Halide's compiler failed: {}\n", nestwright::first_line(error.what()));
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "nestwright: out of memory\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "nestwright: internal error: {}\n", error.what());
  }
  return 1;
}
