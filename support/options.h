#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace nestwright {

// Each function adds an option to `app` whose text is read strictly: all of it must be a value within the bounds,
// numbers in decimal notation. Any other text is refused in one line that names the option and says what it takes. Of
// an option that is given twice the last value counts. `target` keeps its value when the option is not given, and must
// outlive parsing.

// A whole number from `least` to `most`.
CLI::Option* add_integer(CLI::App& app, const std::string& name, std::int64_t& target, std::int64_t least,
                         std::int64_t most, const std::string& help);

CLI::Option* add_integer(CLI::App& app, const std::string& name, int& target, int least, int most,
                         const std::string& help);

// Such numbers, with commas between them.
CLI::Option* add_integers(CLI::App& app, const std::string& name, std::vector<std::int64_t>& target, std::int64_t least,
                          std::int64_t most, const std::string& help);

// A whole number from 0 to 2^64 - 1.
CLI::Option* add_seed(CLI::App& app, const std::string& name, std::uint64_t& target, const std::string& help);

// A number of at most `most`: above 0, or with `zero` from 0 on.
CLI::Option* add_number(CLI::App& app, const std::string& name, double& target, bool zero, double most,
                        const std::string& help);

// A number from `least` to `most`.
CLI::Option* add_number_from(CLI::App& app, const std::string& name, double& target, double least, double most,
                             const std::string& help);

// One of the words of `choices`.
CLI::Option* add_choice(CLI::App& app, const std::string& name, std::string& target,
                        const std::vector<std::string>& choices, const std::string& help);

// The name of a file or folder, which may not be empty. It need not exist.
CLI::Option* add_path(CLI::App& app, const std::string& name, std::string& target, const std::string& help);

// Text that the command reads itself, which may not be empty. `expected`: what it is, for example "a time, as 60s".
CLI::Option* add_text(CLI::App& app, const std::string& name, std::string& target, const std::string& expected,
                      const std::string& help);

}  // namespace nestwright
