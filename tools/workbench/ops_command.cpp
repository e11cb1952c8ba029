// nestwright ops [OP]: what can be scheduled.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <sstream>

#include "generators/scheduling/bound_algorithm.h"
#include "ops/algorithm/operator.h"
#include "support/options.h"
#include "tools/workbench/command.h"

namespace nestwright::workbench {
namespace {

std::vector<const ops::Operator*> algorithms_of(const std::string& op) {
  std::vector<const ops::Operator*> algorithms;
  for (const ops::Operator& candidate : ops::all_operators()) {
    if (candidate.name == op) algorithms.push_back(&candidate);
  }
  return algorithms;
}

void print_all() {
  for (const Signature& signature : all_signatures()) {
    std::vector<std::string> names;
    for (const ops::Operator* algorithm : algorithms_of(signature.name)) names.push_back(algorithm->algorithm);
    fmt::print("{:<38} {}\n    {}\n", signature.name, fmt::join(names, ", "), signature.summary);
  }
}

std::string extent_text(std::int64_t extent) { return extent == dynamic_extent ? "*" : fmt::format("{}", extent); }

std::string tensor_text(const TensorSpec& spec) {
  if (spec.is_scalar()) return spec.name;
  std::vector<std::string> dimensions;
  for (const Dimension& dimension : spec.dimensions) {
    dimensions.push_back(fmt::format("{}: {}", dimension.name, extent_text(dimension.extent)));
  }
  return fmt::format("{}({})", spec.name, fmt::join(dimensions, ", "));
}

std::string variables_text(const Halide::Func& func) {
  std::vector<std::string> names;
  for (const Halide::Var& variable : func.args()) names.push_back(variable.name());
  return fmt::format("{}", fmt::join(names, ", "));
}

// The reduction variables of an update that schedules may name, with their extents, for example "kx: 5, ky: 5".
std::string reductions_text(const BoundAlgorithm& bound, const Halide::Internal::Definition& update) {
  std::vector<std::string> texts;
  for (const auto& reduction : update.schedule().rvars()) {
    for (const auto& [name, variable] : bound.algorithm.reduction_variables) {
      if (variable.name() != reduction.var) continue;
      std::ostringstream extent;
      extent << Halide::Internal::simplify(reduction.extent);
      const bool is_number = Halide::Internal::as_const_int(Halide::Internal::simplify(reduction.extent)).has_value();
      texts.push_back(fmt::format("{}: {}", name, is_number ? extent.str() : "*"));
    }
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

void print_funcs(const BoundAlgorithm& bound) {
  for (const auto& [name, func] : bound.algorithm.funcs) {
    const Halide::Internal::Function function = func.function();
    fmt::print("    {}({})\n", name, variables_text(func));
    for (std::size_t i = 0; i < function.updates().size(); ++i) {
      const std::string reductions = reductions_text(bound, function.update(static_cast<int>(i)));
      fmt::print("    {}.update({}){}{}\n", name, i, reductions.empty() ? "" : "  sums over ", reductions);
    }
  }
}

// The loops of each Func before a schedule changes them, a line for each definition and update, outermost loop first.
std::string default_loops(const BoundAlgorithm& bound) {
  std::string text;
  for (const auto& [name, func] : bound.algorithm.funcs) {
    const bool is_input = std::ranges::any_of(bound.inputs, [&](const auto& input) { return input.first == name; });
    if (is_input) continue;
    const Halide::Internal::Function function = func.function();
    std::vector<std::string> loops;
    for (const auto& dim : function.definition().schedule().dims()) {
      if (dim.var != Halide::Var::outermost().name()) loops.insert(loops.begin(), dim.var);
    }
    text += fmt::format("    {}: for {}\n", name, fmt::join(loops, ", for "));
    for (std::size_t i = 0; i < function.updates().size(); ++i) {
      loops.clear();
      for (const auto& dim : function.update(static_cast<int>(i)).schedule().dims()) {
        if (dim.var == Halide::Var::outermost().name()) continue;
        std::string shown = dim.var;
        for (const auto& [known, variable] : bound.algorithm.reduction_variables) {
          if (variable.name() == dim.var) shown = known;
        }
        loops.insert(loops.begin(), shown);
      }
      text += fmt::format("    {}.update({}): for {}\n", name, i, fmt::join(loops, ", for "));
    }
  }
  return text;
}

void print_one(const std::string& op, const UseRequest& request) {
  const Use use = largest_use(find_uses(op, request));
  const Signature& signature = find_signature(op);
  std::vector<std::pair<std::string, BoundAlgorithm>> algorithms;  // before a word, so that an error stands alone
  for (const ops::Operator* algorithm : algorithms_of(op)) {
    algorithms.emplace_back(algorithm->algorithm, bind_algorithm(op, algorithm->algorithm, use.shape));
  }
  fmt::print("{}: {}\n", op, signature.summary);
  fmt::print("shape{}: {}\n", use.where.empty() ? "" : " in " + use.where, use.shape.text());
  for (const TensorSpec& spec : signature.inputs(use.shape)) fmt::print("  takes {}\n", tensor_text(spec));
  for (const TensorSpec& spec : signature.outputs(use.shape)) {
    fmt::print("  gives {}{}\n", tensor_text(spec),
               spec.in_place_of.empty() ? "" : fmt::format(", which may be {}'s memory", spec.in_place_of));
  }
  bool is_default = true;
  for (const auto& [name, bound] : algorithms) {
    fmt::print("\nalgorithm {}{}\n  can be scheduled:\n", name, is_default ? " (the default)" : "");
    print_funcs(bound);
    fmt::print("  loops without a schedule, the outermost first (stages are inlined but for those with updates):\n{}",
               default_loops(bound));
    is_default = false;
  }
}

}  // namespace

std::function<int()> add_ops(CLI::App& app) {
  const auto op = std::make_shared<std::string>();
  const auto request = std::make_shared<UseRequest>();
  app.add_option("OP", *op, "The operator to say all about [a line on each]");
  add_use_options(app, *request);
  return [op, request] {
    if (op->empty()) {
      print_all();
    } else {
      print_one(*op, *request);
    }
    return 0;
  };
}

}  // namespace nestwright::workbench
