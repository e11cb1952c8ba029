#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "support/program.h"

namespace nestwright {

// add_train() and so on: each adds a command, in a file of its own (Command::add has what it does).
#define COMMAND(name, summary) std::function<int()> add_##name(CLI::App& app);
#include "tools/train/commands.inc"
#undef COMMAND

}  // namespace nestwright
