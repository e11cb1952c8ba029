// nestwright help [DIRECTIVE]: what a schedule can say.
#include <fmt/format.h>

#include <memory>

#include "tools/workbench/command.h"
#include "tools/workbench/directive_help.h"

namespace nestwright::workbench {
namespace {

struct HelpOptions {
  std::string directive;
  bool markdown = false;
};

int run_help(const HelpOptions& options) {
  if (options.markdown) {
    fmt::print("{}", all_directives_markdown());
  } else if (options.directive.empty() || options.directive == "directives") {
    fmt::print("{}\n`nestwright help DIRECTIVE` says all about one.\n", directive_list());
  } else {
    fmt::print("{}", directive_help(options.directive));
  }
  return 0;
}

}  // namespace

std::function<int()> add_help(CLI::App& app) {
  const auto options = std::make_shared<HelpOptions>();
  CLI::Option* const directive =
      app.add_option("DIRECTIVE", options->directive, "The directive to say all about, or `directives` for all [all]");
  app.add_flag("--markdown", options->markdown, "All about all of them: docs/directives.md")->excludes(directive);
  return [options] { return run_help(*options); };
}

}  // namespace nestwright::workbench
