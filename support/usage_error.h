#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace nestwright {

// Says in one line what is wrong with the command line of the program `app`, which `error` was thrown for, and where to
// look. For an option or a subcommand that does not exist it names the nearest one that does.
std::string usage_error_text(const CLI::App& app, const CLI::ParseError& error);

}  // namespace nestwright
