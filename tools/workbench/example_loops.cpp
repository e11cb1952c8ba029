#include "tools/workbench/example_loops.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <regex>
#include <sstream>
#include <vector>

#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/compile_arguments.h"
#include "generators/scheduling/strict_halide.h"

namespace nestwright::workbench {
namespace {

// Captures what is written to std::cerr: print_loop_nest() writes nowhere else.
class CapturedErrors {
 public:
  CapturedErrors() : before_(std::cerr.rdbuf(text_.rdbuf())) {}
  ~CapturedErrors() { std::cerr.rdbuf(before_); }
  CapturedErrors(const CapturedErrors&) = delete;
  CapturedErrors& operator=(const CapturedErrors&) = delete;
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::streambuf* before_;
};

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// Replaces the variables that Halide introduces for parts of addresses and extents by their values: expressions of
// loops tell a reader more.
class WithoutNames : public Halide::Internal::IRMutator {
  using IRMutator::visit;
  Halide::Internal::Stmt visit(const Halide::Internal::LetStmt* let) override {
    const auto* call = let->value.as<Halide::Internal::Call>();
    if (call != nullptr && call->name.starts_with("_halide_buffer")) return IRMutator::visit(let);  // output.extent.4
    return mutate(Halide::Internal::simplify(Halide::Internal::substitute(let->name, let->value, let->body)));
  }
};

// The text without the numbers in Halide's names ("conv$3", "t12", "v4"), which depend on what else the process has
// made, and without the '_' before the loops that a schedule names (dsl::halide_loop).
std::string without_counters(const std::string& text) {
  static const std::regex counter("\\$[0-9]+|\\b([tv])[0-9]+\\b"), made_loop("(^|[^\\w])_([a-zA-Z])");
  return std::regex_replace(std::regex_replace(text, counter, "$1"), made_loop, "$1$2");
}

// The text with the names of split loops as schedules have them: Halide prints co_inner as "co.co_inner", with the loop
// that was split.
std::string without_ancestors(const std::string& text) {
  static const std::regex ancestors("^( *\\S+ )(?:\\w+\\.)+(\\w)", std::regex::multiline);
  static const std::regex slid("(\\w)\\. in ");  // of a loop that a sliding window made longer
  return std::regex_replace(std::regex_replace(text, ancestors, "$1$2"), slid, "$1 in ");
}

// Renames the loops of reductions: Halide calls them r$x, r$y, ..., and prints all of them as r.
void give_reductions_their_names(const BoundAlgorithm& scheduled) {
  for (const auto& entry : scheduled.algorithm.funcs) {
    Halide::Func func = entry.second;
    for (int index = 0; index < func.num_update_definitions(); ++index) {
      for (const auto& [name, variable] : scheduled.algorithm.reduction_variables) {
        for (const auto& dim : std::vector(func.update(index).get_schedule().dims())) {
          if (dim.var == variable.name() && dim.var != name) {
            func.update(index).rename(Halide::RVar(dim.var), Halide::RVar(name));
          }
        }
      }
    }
  }
}

bool says_what_runs_or_is_kept(const std::string& statement) {
  static constexpr std::array beginnings = {"allocate ",   "produce ",  "consume ",  "for ",       "parallel ",
                                            "vectorized ", "unrolled ", "gpu_block", "gpu_thread", "gpu_lane"};
  return statement.find("prefetch(") != std::string::npos ||
         std::ranges::any_of(beginnings, [&](const char* beginning) { return statement.starts_with(beginning); });
}

// A statement that stores a value, shortened to "conv[index] = ..."; empty for other statements.
std::string store_in(const std::string& statement) {
  const std::size_t bracket = statement.find('['), end = statement.find("] = ");
  const bool is_store = end != std::string::npos && bracket < end && statement.find(' ') > bracket;
  return is_store ? statement.substr(0, end) + "] = ..." : "";
}

// The statements of `code` that say what runs or is kept, and, if `with_stores`, what is stored, each indented by how
// many of these are around it.
std::string skeleton(const std::string& code, bool with_stores) {
  std::istringstream stream(code);
  std::string kept;
  std::vector<std::size_t> indents;  // in `code`, of the kept statements around
  for (std::string line; std::getline(stream, line);) {
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent == std::string::npos) continue;
    std::string statement = line.substr(indent);
    const std::string store = with_stores ? store_in(statement) : "";
    if (!store.empty()) statement = store;
    if (store.empty() && !says_what_runs_or_is_kept(statement)) continue;
    while (!indents.empty() && indents.back() >= indent) indents.pop_back();
    while (statement.ends_with('{') || statement.ends_with(' ')) statement.pop_back();
    kept += std::string(2 * indents.size(), ' ') + statement + "\n";
    indents.push_back(indent);
  }
  return kept;
}

}  // namespace

std::string printed_loops(const BoundAlgorithm& scheduled) {
  give_reductions_their_names(scheduled);
  const CapturedErrors captured;
  Halide::Pipeline(scheduled.algorithm.outputs).print_loop_nest();
  return without_ancestors(without_counters(captured.text()));
}

std::string lowered_loops(const BoundAlgorithm& scheduled, const Halide::Target& target, dsl::Shown shown) {
  const Halide::Target bare =
      target.with_feature(Halide::Target::NoAsserts).with_feature(Halide::Target::NoBoundsQuery);
  const Halide::Module module =
      Halide::Pipeline(scheduled.algorithm.outputs).compile_to_module(compile_arguments(scheduled), scheduled.op, bare);
  std::ostringstream text;
  text << (shown == dsl::Shown::code ? module.functions().back().body
                                     : WithoutNames().mutate(module.get_conceptual_stmt()));
  std::string named = text.str();
  for (const auto& [name, variable] : scheduled.algorithm.reduction_variables) {
    if (variable.name() != name) replace_all(named, variable.name(), name);
  }
  return without_counters(skeleton(named, shown == dsl::Shown::addresses));
}

std::string example_loops(const dsl::GuideExample& example, bool with_line) {
  make_halide_strict();
  const BoundAlgorithm bound = bind_algorithm(example.op, example.algorithm, Shape::parse(example.shape));
  const Halide::Target target(example.target);
  apply_schedule(bound, {.file = "example.nest", .text = schedule_text(example, with_line), .parameters = {}}, target);
  if (example.shown == dsl::Shown::loops) return printed_loops(bound);
  return lowered_loops(bound, target, example.shown);
}

}  // namespace nestwright::workbench
