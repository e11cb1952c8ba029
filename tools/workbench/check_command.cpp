// nestwright check FILE...: whether schedules are right, without running them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "support/error.h"
#include "support/message.h"
#include "support/standard_streams.h"
#include "support/timing.h"
#include "tools/workbench/command.h"
#include "tools/workbench/compile.h"
#include "tools/workbench/hints.h"
#include "tools/workbench/schedule_files.h"

namespace nestwright::workbench {
namespace {

struct CheckOptions {
  std::vector<std::string> files;
  UseRequest request;
  bool no_hints = false;
  bool json = false;
};

struct Verdict {
  std::string file;
  std::string complaint;  // empty: none
  std::vector<std::string> shapes;
  std::vector<std::string> notes;  // where sums are added up in another order
  std::vector<std::string> hints;  // what is legal, but surely not meant (hints_for)
  double seconds = 0.0;
};

// The target to check a schedule for: this machine, or for a GPU's schedule the oldest GPU that CUDA kernels are made
// for, so that no GPU is needed.
Halide::Target target_for(const std::string& purpose) {
  const Halide::Target host = Halide::get_host_target();
  return purpose == "gpu" ? host.with_feature(Halide::Target::CUDA).with_feature(Halide::Target::CUDACapability80)
                          : host;
}

// The hints at every shape; those that do not hold at all shapes with the ones that they are about.
std::vector<std::string> all_hints(const ReadSchedule& schedule, const std::vector<Use>& uses,
                                   const Halide::Target& target) {
  std::vector<std::pair<std::string, std::vector<std::string>>> found;  // each with where it holds, in order
  for (const Use& use : uses) {
    for (const std::string& hint : hints_for(schedule, use, target, uses.size() > 1)) {
      auto same = std::ranges::find(found, hint, &std::pair<std::string, std::vector<std::string>>::first);
      if (same == found.end()) same = found.insert(same, {hint, {}});
      same->second.push_back(use.where.empty() ? use.shape.text() : use.where);
    }
  }
  std::vector<std::string> hints;
  for (const auto& [hint, where] : found) {
    hints.push_back(where.size() == uses.size() ? hint : fmt::format("{} (at {})", hint, fmt::join(where, ", ")));
  }
  return hints;
}

// Checks a file's syntax, names, constraints and directives, and that its loops stay within the buffers, at each shape.
Verdict check_file(const std::string& name, const CheckOptions& options) {
  const Stopwatch stopwatch;
  Verdict verdict = {.file = name};
  try {
    const ReadSchedule schedule = read_and_parse(find_schedule(name));
    const Halide::Target target = target_for(schedule.parsed.purpose);
    const std::vector<Use> uses = find_uses(schedule.parsed.op, options.request);
    for (const Use& use : uses) {
      verdict.notes = require_legal(schedule.source, use, target);
      verdict.shapes.push_back(use.shape.text());
    }
    if (!options.no_hints) verdict.hints = all_hints(schedule, uses, target);
  } catch (const Error& error) {
    verdict.complaint = printable_text(error);
  }
  verdict.seconds = stopwatch.seconds();
  return verdict;
}

void print_json(const std::vector<Verdict>& verdicts) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Verdict& verdict : verdicts) {
    list.push_back({{"file", verdict.file},
                    {"legal", verdict.complaint.empty()},
                    {"complaint", verdict.complaint},
                    {"shapes", verdict.shapes},
                    {"notes", verdict.notes},
                    {"hints", verdict.hints},
                    {"seconds", verdict.seconds}});
  }
  fmt::print("{}\n", list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

// At once, so that it is there whatever becomes of the next schedule.
void print_text(const Verdict& verdict) {
  if (verdict.complaint.empty()) {
    fmt::print("{}: legal at {} shape{} ({:.2f} s)\n", printable(verdict.file), verdict.shapes.size(),
               verdict.shapes.size() == 1 ? "" : "s", verdict.seconds);
    for (const std::string& note : verdict.notes) fmt::print("{}\n", note);
    for (const std::string& hint : verdict.hints) fmt::print("{}\n", hint);
  } else {
    fmt::print("{}\n", verdict.complaint);
  }
  flush_output();
}

int run_check(const CheckOptions& options) {
  std::vector<Verdict> verdicts;
  bool is_legal = true;
  for (const std::string& file : options.files) {
    const Verdict& verdict = verdicts.emplace_back(check_file(file, options));
    is_legal = is_legal && verdict.complaint.empty();
    if (!options.json) print_text(verdict);
  }
  if (options.json) print_json(verdicts);
  return is_legal ? 0 : 1;
}

}  // namespace

std::function<int()> add_check(CLI::App& app) {
  const auto options = std::make_shared<CheckOptions>();
  app.add_option("FILE", options->files, ".nest files, or names of shipped ones (conv2d/cpu)")->required();
  add_use_options(app, options->request);
  app.add_flag("--no-hints", options->no_hints, "Say nothing of what is legal, but surely not meant");
  app.add_flag("--json", options->json, "Print the verdicts as JSON");
  return [options] { return run_check(*options); };
}

}  // namespace nestwright::workbench
