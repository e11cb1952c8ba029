#include "support/program.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "support/environment.h"
#include "support/error.h"
#include "support/message.h"
#include "support/out_of_memory.h"
#include "support/stack_limits.h"
#include "support/standard_streams.h"
#include "support/usage_error.h"

namespace nestwright {
namespace {

int parse_and_start(int argc, char** argv, CLI::App& app, const std::function<int()>& start) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) throw Error(app.get_name(), usage_error_text(app, error));
    return app.exit(error);  // --help, which CLI11 throws as well
  }
  require_thread_variable();
  require_stacks();
  return start();
}

// fmt throws std::system_error where standard output can't be written to; the stream then remembers its failure.
void rethrow_as_failure_of_output(const std::system_error& error) {
  if (std::ferror(stdout) == 0) return;
  if (error.code().value() == EPIPE) throw ReaderGone();
  throw Error("standard output", "can't be written: " + error.code().message());
}

// Calls `run`, writes what it has printed, and returns its status.
int run_and_flush(const std::function<int()>& run) {
  try {
    const int status = run();
    flush_output();
    return status;
  } catch (const std::system_error& error) {
    rethrow_as_failure_of_output(error);
    throw;
  }
}

// What it means that the system refuses something. It says EAGAIN where a thread can't be started.
std::string refusal_of(const std::error_code& code) {
  if (code == std::errc::resource_unavailable_try_again) {
    return "out of memory, or more threads than are allowed (ulimit -v, ulimit -u): none can be started";
  }
  return "the system refuses what is needed: " + code.message();
}

// Calls `run` and returns its status; what it throws is printed in one line, and the status is 1.
int report_errors_of(const std::string& program, const std::function<int()>& run) {
  try {
    prepare_standard_streams();
    return run_and_flush(run);
  } catch (const ReaderGone&) {
    return reader_gone_status;
  } catch (const Error& error) {
    say(printable_text(error));
  } catch (const std::bad_alloc&) {
    say_out_of_memory();
  } catch (const std::system_error& error) {
    say(fmt::format("{}: {}", program, refusal_of(error.code())));
  } catch (const std::exception& error) {
    say(fmt::format("{}: internal error: {}", program, printable_complaint(error.what())));
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
