// nestwright new OP NAME: a schedule to start from.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "generators/scheduling/bound_algorithm.h"
#include "support/error.h"
#include "support/options.h"
#include "tools/workbench/command.h"

namespace nestwright::workbench {
namespace {

struct NewOptions {
  std::string op, name, purpose = "cpu", algorithm, out;
};

bool is_identifier(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

bool is_input(const BoundAlgorithm& bound, const std::string& name) {
  return std::ranges::any_of(bound.inputs, [&](const auto& input) { return input.first == name; });
}

// The loops of a stage over dimensions of its Func, which may run in any order; the innermost first.
std::vector<std::string> pure_loops(const Halide::Internal::Definition& stage) {
  std::vector<std::string> names;
  for (const Halide::Internal::Dim& dim : stage.schedule().dims()) {
    const bool is_loop = dim.var != Halide::Var::outermost().name();
    if (is_loop && dim.is_pure() && !dim.is_rvar()) names.push_back(dim.var);
  }
  return names;
}

// The simplest way to put such loops onto a GPU.
std::string gpu_loops_text(const std::vector<std::string>& loops) {
  if (loops.empty()) return ".gpu_single_thread()";
  if (loops.size() == 1) return fmt::format(".gpu_tile({}, thread, 64, GuardWithIf)", loops.front());
  return fmt::format(".gpu_blocks({}).gpu_threads({})", loops.back(), loops.front());
}

// "ci, kx, ky": the loops that an update sums over, as the schedule calls them.
std::string reductions_text(const BoundAlgorithm& bound, const Halide::Internal::Definition& update) {
  std::vector<std::string> names;
  for (const auto& [name, variable] : bound.algorithm.reduction_variables) {
    const auto& rvars = update.schedule().rvars();
    if (std::ranges::find(rvars, variable.name(), &Halide::Internal::ReductionVariable::var) != rvars.end()) {
      names.push_back(name);
    }
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string func_text(const BoundAlgorithm& bound, const std::string& name, const Halide::Func& func, bool is_for_gpu) {
  const Halide::Internal::Function& function = func.function();
  const auto mapped = [&](const Halide::Internal::Definition& stage) {
    return is_for_gpu ? gpu_loops_text(pure_loops(stage)) : "";
  };
  std::string text =
      fmt::format("# Loops, the innermost first: {}.\n{}.compute_root(){}\n",
                  fmt::join(pure_loops(function.definition()), ", "), name, mapped(function.definition()));
  for (std::size_t u = 0; u < function.updates().size(); ++u) {
    const Halide::Internal::Definition& update = function.updates()[u];
    const std::string reductions = reductions_text(bound, update);
    text += fmt::format("# {}.update({}) has these loops{}.\n", name, u,
                        reductions.empty() ? "" : fmt::format(" and those that it sums over: {}", reductions));
    if (is_for_gpu) text += fmt::format("{}.update({}){}\n", name, u, mapped(update));
  }
  return text;
}

std::string text_of(const NewOptions& options, const BoundAlgorithm& bound, bool is_default) {
  std::string text = fmt::format(
      "# What this schedule does, and why: every number deserves its reason.\n"
      "# `nestwright ops {0}` says what can be scheduled, `nestwright help directives` lists the directives.\n"
      "schedule {0}{1} for {2}\n\n",
      options.op, is_default ? "" : " using " + bound.algorithm_name, options.purpose);
  std::string outputs;
  for (const auto& [name, func] : bound.algorithm.funcs) {
    if (is_input(bound, name)) continue;
    const bool is_output = std::ranges::any_of(
        bound.algorithm.outputs, [&](const Halide::Func& output) { return output.name() == func.name(); });
    (is_output ? outputs : text) += func_text(bound, name, func, options.purpose == "gpu");
  }
  return text + outputs;
}

// The file comes to be with this call or not at all: what is there already stays, even if it came to be just now.
void write_new_file(const std::string& path, const std::string& text) {
  std::FILE* const file = std::fopen(path.c_str(), "wxe");
  if (file == nullptr) {
    const int reason = errno;
    if (reason == EEXIST) throw Error(path, "exists already; choose another name, or another folder by --out");
    throw Error(path,
                fmt::format("can't be made: {}; expected a folder that may be written to", std::strerror(reason)));
  }
  const bool is_written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool is_on_disk = is_written && std::fflush(file) == 0 && fsync(fileno(file)) == 0;
  const int reason = errno;
  if (std::fclose(file) == 0 && is_on_disk) return;
  std::remove(path.c_str());
  throw Error(path, fmt::format("can't be written: {}", std::strerror(reason)));
}

int run_new(const NewOptions& options) {
  if (!is_identifier(options.name)) {
    throw Error("NAME", fmt::format("\"{}\" is no name of a schedule; expected lower-case letters, digits, _ and -",
                                    options.name));
  }
  const Use use = largest_use(find_uses(options.op, {}));
  const BoundAlgorithm bound = bind_algorithm(options.op, options.algorithm, use.shape);
  const bool is_default = bind_algorithm(options.op, "", use.shape).algorithm_name == bound.algorithm_name;
  const std::filesystem::path file = std::filesystem::path(options.out) / (options.name + ".nest");
  write_new_file(file.string(), text_of(options, bound, is_default));
  fmt::print("{}\n", file.string());
  return 0;
}

}  // namespace

std::function<int()> add_new(CLI::App& app) {
  const auto options = std::make_shared<NewOptions>();
  app.add_option("OP", options->op, "The operator")->required();
  app.add_option("NAME", options->name, "The schedule's name")->required();
  add_choice(app, "--for", options->purpose, {"cpu", "gpu", "any"}, "What it is for [cpu]");
  add_path(app, "--algorithm", options->algorithm, "The operator's algorithm [its first]");
  add_path(app, "--out", options->out, "The folder to write to [the current one]");
  return [options] { return run_new(*options); };
}

}  // namespace nestwright::workbench
