#include "support/program.h"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <new>
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

}  // namespace

int run_program(int argc, char** argv, CLI::App& app, const std::function<int()>& start) {
  try {
    return parse_and_start(argc, argv, app, start);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "{}: out of memory\n", app.get_name());
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: internal error: {}\n", app.get_name(), error.what());
  }
  return 1;
}

int run_program(int argc, char** argv, CLI::App& app, std::span<const Command> commands,
                const std::function<int(const std::function<int()>& start)>& around) {
  app.require_subcommand(1);
  app.fallthrough(false);
  std::vector<std::pair<CLI::App*, std::function<int()>>> added;
  for (const Command& command : commands) {
    CLI::App* const subcommand = app.add_subcommand(command.name, command.summary);
    added.emplace_back(subcommand, command.add(*subcommand));
  }
  return run_program(argc, argv, app, [&] {
    for (const auto& [subcommand, start] : added) {
      if (subcommand->parsed()) return around(start);
    }
    return 0;
  });
}

}  // namespace nestwright
