#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "support/program.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// add_ops() and so on: each adds a command, in a file of its own (Command::add has what it does).
#define COMMAND(name, summary) std::function<int()> add_##name(CLI::App& app);
#include "tools/workbench/commands.inc"
#undef COMMAND

// Adds the options --shape, --model and --layer, which fill in `request`.
void add_use_options(CLI::App& app, UseRequest& request);

// Prints a line on standard error that says where the sizes of this machine's caches come from, unless they come from
// Linux (HostCaches::source).
void tell_of_caches();

}  // namespace nestwright::workbench
