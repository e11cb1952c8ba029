#include "support/usage_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "support/nearest_name.h"

namespace nestwright {
namespace {

// The subcommand that was given; the program itself when none was.
const CLI::App& chosen(const CLI::App& app) {
  const std::vector<CLI::App*> subcommands = app.get_subcommands();
  return subcommands.empty() ? app : *subcommands.front();
}

std::vector<std::string> names_of_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) names.push_back(option->get_name());
  return names;
}

std::vector<std::string> names_of_subcommands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* subcommand : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(subcommand->get_name());
  }
  return names;
}

// Says of the first argument that no option or command took what kind it is, and which existing name is nearest.
std::string about_unknown(const CLI::App& app, const std::string& argument) {
  const bool is_option = argument.starts_with("-");
  const std::string name = argument.substr(0, argument.find('='));
  const bool is_subcommand = !is_option && &chosen(app) == &app && !names_of_subcommands(app).empty();
  const std::string kind = is_option ? "option" : is_subcommand ? "command" : "argument";
  const std::vector<std::string> candidates = is_option       ? names_of_options(chosen(app))
                                              : is_subcommand ? names_of_subcommands(app)
                                                              : std::vector<std::string>();
  const std::string nearest = nearest_name(name, candidates);
  return fmt::format("unknown {} {}{}", kind, name, nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest));
}

}  // namespace

std::string usage_error_text(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = chosen(app);
  const std::string program = app.get_name();
  const std::string help =
      &command == &app ? program + " --help" : fmt::format("{} {} --help", program, command.get_name());
  const std::vector<std::string> unknown = app.remaining(true);
  std::string what = unknown.empty() ? error.what() : about_unknown(app, unknown.front());
  std::replace(what.begin(), what.end(), '\n', ' ');
  return fmt::format("{} (see {})", what, help);
}

}  // namespace nestwright
