#include "support/program.h"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "support/error.h"
#include "support/usage_error.h"

namespace nestwright {
namespace {

int parse_and_start(int argc, char** argv, CLI::App& app, const std::function<int()>& start) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, which CLI11 throws as well
    throw Error(app.get_name(), usage_error_text(app, error));
  }
  const int status = start();
  if (std::fflush(stdout) != 0) throw Error(app.get_name(), "what it prints can't be written: is the disk full?");
  return status;
}

// Calls `run` and returns its status; what it throws is printed in one line, and the status is 1.
int report_errors_of(const std::string& program, const std::function<int()>& run) {
  try {
    return run();
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "{}: out of memory\n", program);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: internal error: {}\n", program, error.what());
  }
  return 1;
}

}  // namespace

int run_program(int argc, char** argv, CLI::App& app, const std::function<int()>& start) {
  return report_errors_of(app.get_name(), [&] { return parse_and_start(argc, argv, app, start); });
}

int run_program(int argc, char** argv, CLI::App& app, std::span<const Command> commands,
                const std::function<int(const std::function<int()>& start)>& around) {
  // Adding a command may throw, too: its options name models, folders and defaults.
  return report_errors_of(app.get_name(), [&] {
    app.require_subcommand(1);
    app.fallthrough(false);
    std::vector<std::pair<CLI::App*, std::function<int()>>> added;
    for (const Command& command : commands) {
      CLI::App* const subcommand = app.add_subcommand(command.name, command.summary);
      added.emplace_back(subcommand, command.add(*subcommand));
    }
    return parse_and_start(argc, argv, app, [&] {
      for (const auto& [subcommand, start] : added) {
        if (subcommand->parsed()) return around(start);
      }
      return 0;
    });
  });
}

}  // namespace nestwright
