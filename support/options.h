#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace nestwright {

// Options whose text is read strictly (all of it, in the usual decimal notation, within bounds); what is not comes
// back as one line that names the option and what it takes. `target` keeps its value when the option is not given,
// and must outlive parsing.

CLI::Option* add_integer(CLI::App& app, const std::string& name, std::int64_t& target, std::int64_t least,
                         std::int64_t most, const std::string& help);

CLI::Option* add_seed(CLI::App& app, const std::string& name, std::uint64_t& target, const std::string& help);

// A number above 0 (or from 0 on, with `zero`), at most `most`.
CLI::Option* add_number(CLI::App& app, const std::string& name, double& target, bool zero, double most,
                        const std::string& help);

CLI::Option* add_choice(CLI::App& app, const std::string& name, std::string& target,
                        const std::vector<std::string>& choices, const std::string& help);

// A name of a file or folder, not empty.
CLI::Option* add_path(CLI::App& app, const std::string& name, std::string& target, const std::string& help);

}  // namespace nestwright
