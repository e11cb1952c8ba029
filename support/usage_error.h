#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace nestwright {

// What is wrong with the command line of the program `app`, and what to do, in one line. For an option or subcommand
// that does not exist it names the nearest one that does.
std::string usage_error_text(const CLI::App& app, const CLI::ParseError& error);

}  // namespace nestwright
