// nestwright import OP --autoscheduler NAME: what one of Halide's autoschedulers makes, as a .nest file.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "generators/kernel_call/verification.h"
#include "support/atomic_file.h"
#include "support/error.h"
#include "support/file_uses.h"
#include "support/message.h"
#include "support/options.h"
#include "tools/workbench/autoscheduler.h"
#include "tools/workbench/command.h"
#include "tools/workbench/compile.h"
#include "tools/workbench/import_schedule.h"
#include "tools/workbench/own_files.h"

namespace nestwright::workbench {
namespace {

struct ImportOptions {
  std::string op, autoscheduler, algorithm, out;
  UseRequest request;
  std::int64_t batch = 64;
};

std::string shape_text(const Use& use) {
  const std::string text = use.shape.text();
  return text.empty() ? "its one shape" : text;
}

void require_right(const std::string& name, const std::string& text, const std::vector<Use>& uses) {
  for (const Use& use : uses) {
    const reference::Comparison comparison = verify(compile({.file = name, .text = text, .parameters = {}}, use));
    if (comparison.is_right()) continue;
    throw Error(name, fmt::format("gives wrong results at {}: {}", shape_text(use), comparison.complaint));
  }
}

int run_import(const ImportOptions& options) {
  const std::vector<Use> uses = find_uses(options.op, options.request);
  const Use& use = largest_use(uses);
  require_separate_files({.inputs = own_files(), .outputs = {{.name = "--out", .path = options.out}}});
  const std::string text =
      fmt::format("# What Halide's autoscheduler {} makes at\n# {}.\n{}", options.autoscheduler, shape_text(use),
                  imported_schedule(options.autoscheduler, use, uses, options.algorithm, options.batch));
  require_right(options.out.empty() ? options.autoscheduler : options.out, text, uses);
  if (options.out.empty()) {
    fmt::print("{}", text);
  } else {
    write_text_file(options.out, text);
    for (const Use& each : uses) fmt::print("{}: right at {}\n", printable(options.out), shape_text(each));
  }
  return 0;
}

}  // namespace

std::function<int()> add_import(CLI::App& app) {
  const auto options = std::make_shared<ImportOptions>();
  app.add_option("OP", options->op, "The operator")->required();
  add_choice(app, "--autoscheduler", options->autoscheduler, autoscheduler_names(),
             fmt::format("Whose schedule: {}", fmt::join(autoscheduler_names(), ", ")))
      ->required();
  add_use_options(app, options->request);
  add_path(app, "--algorithm", options->algorithm, "The operator's algorithm [its first]");
  add_integer(app, "--batch", options->batch, 1, 1 << 20, "Images of a call, which the schedule is made for [64]");
  add_path(app, "--out", options->out, "The .nest file to write [print it]");
  return [options] { return run_import(*options); };
}

}  // namespace nestwright::workbench
