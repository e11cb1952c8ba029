// nestwright new OP NAME: a schedule to start from.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

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

// The loops of a stage as a comment names them, for example "lane, x, y, co, b".
std::string loops_text(const Halide::Func& func) {
  std::string text;
  for (const Halide::Var& variable : func.args()) text += (text.empty() ? "" : ", ") + variable.name();
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
    std::string stage = fmt::format("# Loops, the innermost first: {}.\n{}.compute_root()\n", loops_text(func), name);
    if (func.has_update_definition()) {
      std::string reductions;
      for (const auto& [reduction, variable] : bound.algorithm.reduction_variables) {
        for (const auto& rvar : func.function().update(0).schedule().rvars()) {
          if (rvar.var == variable.name()) reductions += (reductions.empty() ? "" : ", ") + reduction;
        }
      }
      stage += fmt::format("# Its sum runs over {}: {}.update(0) has these loops too.\n", reductions, name);
    }
    (is_output ? outputs : text) += stage;
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
