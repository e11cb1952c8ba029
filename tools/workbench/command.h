#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "tools/workbench/use.h"

namespace nestwright::workbench {

// One of the workbench's commands, in a file of its own.
struct Command {
  const char* name;
  const char* summary;  // one line, for --help
  // Adds the command's options to `app`; returns what runs it once they are parsed, and gives the exit status.
  std::function<int()> (*add)(CLI::App& app);
};

// In the order in which a user meets them.
std::function<int()> add_ops(CLI::App& app);
std::function<int()> add_new(CLI::App& app);
std::function<int()> add_schedules(CLI::App& app);
std::function<int()> add_check(CLI::App& app);
std::function<int()> add_compare(CLI::App& app);
std::function<int()> add_watch(CLI::App& app);
std::function<int()> add_help(CLI::App& app);
std::function<int()> add_tune(CLI::App& app);
std::function<int()> add_import(CLI::App& app);
std::function<int()> add_explain(CLI::App& app);

// The options --shape, --model, --layer.
void add_use_options(CLI::App& app, UseRequest& request);

// Says on standard error, in a line, whose word this machine's caches are, unless it is Linux's.
void tell_of_caches();

}  // namespace nestwright::workbench
