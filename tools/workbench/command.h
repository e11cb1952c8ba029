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

// The options --shape, --model, --layer.
void add_use_options(CLI::App& app, UseRequest& request);

// Says on standard error, in a line, whose word this machine's caches are, unless it is Linux's.
void tell_of_caches();

}  // namespace nestwright::workbench
