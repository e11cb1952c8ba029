#include "tests/legality/schedule_drawer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "ops/algorithm/operator.h"
#include "support/error.h"
#include "tests/legality/random_choice.h"

namespace nestwright {
namespace {

std::int64_t draw_extent(Random& random, const ShapeParameter& parameter) {
  static const std::map<std::string, std::vector<std::int64_t>> special = {
      {"lanes", {1, 2, 4, 8}},    {"stride", {1, 2}},      {"dilation", {1, 1, 2}},     {"padding", {0, 1, 2}},
      {"window", {1, 2, 3}},      {"nesterov", {0, 1}},    {"kernel_width", {1, 2, 3}}, {"kernel_height", {1, 2, 3}},
      {"width", {1, 3, 4, 6, 9}}, {"height", {1, 2, 4, 7}}};
  const auto found = special.find(parameter.name);
  return std::max(parameter.minimum, found == special.end() ? 1 + below(random, 6) : pick(random, found->second));
}

// A loop as the drawer knows it.
struct Loop {
  std::string name;
  bool reduces = false;
};

// A stage that statements are drawn for: "sum" or "sum.update(0)".
struct Stage {
  std::string func, text;
  bool is_update = false;
  std::vector<Loop> loops;  // the innermost first, where nothing was reordered
};

class Drawer {
 public:
  Drawer(const DrawnUse& use, std::uint64_t seed) : random_(seed), use_(use) {
    bound_ = bind_algorithm(use.op, use.algorithm, use.shape);
    for (const auto& [name, func] : bound_.algorithm.funcs) add_func(name, func);
  }

  std::string draw() {
    text_ = fmt::format("schedule {} using {} for cpu\n", use_.op, use_.algorithm);
    std::vector<std::string> names;
    for (const auto& [name, stages] : stages_) names.push_back(name);
    std::ranges::shuffle(names, random_);
    for (const std::string& name : names) {
      if (is_input(name)) {
        if (chance(random_, 12)) draw_wrapper(name);
        continue;
      }
      if (!is_output(name)) draw_place(name);
      draw_loops_of(name);
    }
    return text_;
  }

 private:
  void add_func(const std::string& name, const Halide::Func& func) {
    std::vector<Loop> pure;
    for (const Halide::Var& variable : func.args()) pure.push_back({variable.name()});
    stages_[name].push_back({name, name, false, pure});
    for (int u = 0; u < func.num_update_definitions(); ++u) {
      std::vector<Loop> loops;
      const auto definition = func.function().update(u);
      for (const auto& variable : definition.schedule().rvars()) {
        for (const auto& [known, reduction] : bound_.algorithm.reduction_variables) {
          if (reduction.name() == variable.var) loops.push_back({known, true});
        }
      }
      loops.insert(loops.end(), pure.begin(), pure.end());
      stages_[name].push_back({name, fmt::format("{}.update({})", name, u), true, loops});
    }
  }

  bool is_output(const std::string& name) const {
    return std::ranges::any_of(bound_.algorithm.outputs, [&](const Halide::Func& output) {
      const auto found = bound_.algorithm.funcs.find(name);
      return found != bound_.algorithm.funcs.end() && output.name() == found->second.name();
    });
  }
  bool is_input(const std::string& name) const {
    return std::ranges::any_of(bound_.inputs, [&](const auto& input) { return input.first == name; });
  }
  std::string fresh() { return fmt::format("n{}", counter_++); }

  // "output, x": most often a loop of an output.
  std::string draw_level(const std::string& of) {
    std::vector<std::string> hosts;
    for (const auto& [name, stages] : stages_) {
      if (name != of && !is_input(name)) hosts.insert(hosts.end(), is_output(name) ? 4U : 1U, name);
    }
    if (hosts.empty()) return {};
    const std::vector<Stage>& stages = stages_.at(pick(random_, hosts));
    const Stage& stage = pick(random_, stages);
    if (stage.loops.empty()) return {};
    return fmt::format("{}, {}", stage.func, pick(random_, stage.loops).name);
  }

  void draw_place(const std::string& name) {
    const int which = below(random_, 100);
    const std::string level = draw_level(name);
    if (which < 25 || level.empty()) {
      if (which < 12) text_ += fmt::format("{}.compute_root()\n", name);
      return;
    }
    if (which < 50) {
      text_ += fmt::format("{}.compute_root()\n", name);
      if (chance(random_, 6)) text_ += fmt::format("{}.compute_with({})\n", name, level);
    } else {
      text_ += fmt::format("{}.compute_at({})\n", name, level);
      const std::string outer = draw_level(name);
      if (chance(random_, 15) && !outer.empty()) text_ += fmt::format("{}.store_at({})\n", name, outer);
      if (chance(random_, 8)) text_ += fmt::format("{}.store_root()\n", name);
      if (chance(random_, 6)) text_ += fmt::format("{}.hoist_storage_root()\n", name);
      const std::string outermost = draw_level(name);
      if (chance(random_, 12) && !outermost.empty()) text_ += fmt::format("{}.hoist_storage({})\n", name, outermost);
    }
    draw_storage(name);
  }

  void draw_storage(const std::string& name) {
    static const std::vector<std::string> memories = {"Auto", "Heap", "Stack"};
    if (chance(random_, 8)) text_ += fmt::format("{}.store_in({})\n", name, pick(random_, memories));
    std::vector<Loop> dimensions = stages_.at(name)[0].loops;
    const bool untouched = std::ranges::none_of(dimensions, [](const Loop& loop) { return loop.name[0] == 'n'; });
    if (!untouched || dimensions.size() < 2) return;
    std::ranges::shuffle(dimensions, random_);
    if (chance(random_, 8)) {
      text_ += fmt::format("{}.reorder_storage({}, {})\n", name, dimensions[0].name, dimensions[1].name);
    }
    if (chance(random_, 4)) text_ += fmt::format("{}.align_storage({}, 4)\n", name, dimensions[0].name);
    if (chance(random_, 4)) text_ += fmt::format("{}.align_bounds({}, 2)\n", name, dimensions[0].name);
    draw_stated_sizes(name, dimensions[0].name);
  }

  // Bounds that may be too small, and numbers that may be too large.
  void draw_stated_sizes(const std::string& name, const std::string& dimension) {
    static const std::vector<int> large = {64, 1000, 5000, 2147483647};
    if (chance(random_, 8)) {
      text_ += fmt::format("{}.bound({}, {}, {})\n", name, dimension, below(random_, 2), 1 + below(random_, 9));
    }
    if (chance(random_, 3)) text_ += fmt::format("{}.align_storage({}, {})\n", name, dimension, pick(random_, large));
    if (chance(random_, 3)) text_ += fmt::format("{}.unroll({}, {})\n", name, dimension, pick(random_, large));
  }

  void draw_wrapper(const std::string& name) {
    std::vector<std::string> callers;
    const std::string& called = bound_.algorithm.funcs.at(name).name();
    for (const auto& [caller, func] : bound_.algorithm.funcs) {
      if (Halide::Internal::find_direct_calls(func.function()).contains(called)) callers.push_back(caller);
    }
    if (callers.empty()) return;
    const std::string wrapper = fmt::format("{}.in({})", name, pick(random_, callers));
    const std::string level = draw_level(name);
    text_ += chance(random_, 50) || level.empty() ? fmt::format("{}.compute_root()\n", wrapper)
                                                  : fmt::format("{}.compute_at({})\n", wrapper, level);
  }

  void draw_loops_of(const std::string& name) {
    for (std::size_t i = 0; i < stages_.at(name).size(); ++i) {
      Stage& stage = stages_.at(name)[i];
      if (chance(random_, 15)) draw_specialization(stage);
      for (int n = below(random_, 5); n > 0; --n) draw_directive(stage);
      if (stage.is_update && chance(random_, 8) && draw_rfactor(stage)) return;
    }
  }

  // Of one for as many blocks as the trial calls the kernel on, and one for others. Its loops are its own.
  void draw_specialization(Stage stage) {
    stage.text += fmt::format(".specialize(extent({}, {}) == {})", first_output(), first_dimension(),
                              chance(random_, 70) ? 3 : 2);
    text_ += stage.text + "\n";
    for (int n = below(random_, 3); n > 0; --n) {
      if (stage.loops.empty() || chance(random_, 40)) {
        draw_directive(stage);
      } else {
        draw_concurrent(stage, static_cast<std::size_t>(below(random_, static_cast<int>(stage.loops.size()))));
      }
    }
  }

  std::string first_output() const {
    for (const auto& [name, stages] : stages_) {
      if (is_output(name)) return name;
    }
    return {};
  }
  std::string first_dimension() const { return bound_.algorithm.outputs[0].args().back().name(); }

  void add(const Stage& stage, const std::string& directive) { text_ += fmt::format("{}.{}\n", stage.text, directive); }

  std::string draw_tail(const Stage& stage) {
    static const std::vector<std::string> tails = {"GuardWithIf",     "Predicate",       "RoundUp",
                                                   "ShiftInwards",    "GuardWithIf",     "PredicateLoads",
                                                   "PredicateStores", "RoundUpAndBlend", "ShiftInwardsAndBlend"};
    if (chance(random_, 60)) return {};
    return ", " + (stage.is_update && chance(random_, 70) ? "GuardWithIf" : pick(random_, tails));
  }

  void draw_split(Stage& stage, std::size_t at) {
    const Loop loop = stage.loops[at];
    const std::string outer = fresh(), inner = fresh();
    static const std::vector<int> sizes = {1, 2, 3, 4, 8};
    add(stage, fmt::format("split({}, {}, {}, {}{})", loop.name, outer, inner, pick(random_, sizes), draw_tail(stage)));
    stage.loops[at] = {inner, loop.reduces};
    stage.loops.insert(stage.loops.begin() + static_cast<std::ptrdiff_t>(at) + 1, {outer, loop.reduces});
  }

  void draw_fuse(Stage& stage, std::size_t at) {
    std::size_t other = at + 1 < stage.loops.size() && chance(random_, 70)
                            ? at + 1
                            : static_cast<std::size_t>(below(random_, static_cast<int>(stage.loops.size())));
    if (other == at) return;
    const std::string fused = fresh();
    add(stage, fmt::format("fuse({}, {}, {})", stage.loops[at].name, stage.loops[other].name, fused));
    const bool reduces = stage.loops[at].reduces || stage.loops[other].reduces;
    stage.loops[at] = {fused, reduces};
    stage.loops.erase(stage.loops.begin() + static_cast<std::ptrdiff_t>(other));
  }

  void draw_reorder(Stage& stage) {
    if (stage.loops.size() < 2) return;
    std::vector<Loop> shuffled = stage.loops;
    std::ranges::shuffle(shuffled, random_);
    if (chance(random_, 65)) {  // reductions in their order
      auto next = stage.loops.begin();
      for (Loop& loop : shuffled) {
        if (!loop.reduces) continue;
        while (!next->reduces) ++next;
        loop = *next++;
      }
    }
    if (chance(random_, 30)) shuffled.resize(2);
    std::vector<std::string> names;
    for (const Loop& loop : shuffled) names.push_back(loop.name);
    add(stage, fmt::format("reorder({})", fmt::join(names, ", ")));
    if (shuffled.size() == stage.loops.size()) stage.loops = shuffled;
  }

  void draw_concurrent(Stage& stage, std::size_t at) {
    Loop& loop = stage.loops[at];
    static const std::vector<std::string> kinds = {"vectorize", "parallel", "unroll"};
    const std::string kind = pick(random_, kinds);
    const bool has_size = kind != "parallel" || chance(random_, 30);
    const bool takes_all = kind != "parallel" && chance(random_, 25);
    if (has_size && !takes_all) {
      add(stage, fmt::format("{}({}, {}{})", kind, loop.name, 2 + 2 * below(random_, 2), draw_tail(stage)));
    } else {
      add(stage, fmt::format("{}({})", kind, loop.name));
    }
  }

  void draw_directive(Stage& stage) {
    if (stage.loops.empty()) return;
    const auto at = static_cast<std::size_t>(below(random_, static_cast<int>(stage.loops.size())));
    const int which = below(random_, 100);
    if (which < 22) {
      draw_split(stage, at);
    } else if (which < 30) {
      draw_fuse(stage, at);
    } else if (which < 52) {
      draw_reorder(stage);
    } else if (which < 88) {
      draw_concurrent(stage, at);
    } else if (which < 93 && stage.is_update) {
      add(stage, "atomic()");
    } else if (which < 96) {
      add(stage, fmt::format("partition({}, Never)", stage.loops[at].name));
    } else {
      add(stage, fmt::format("serial({})", stage.loops[at].name));
    }
  }

  bool draw_rfactor(Stage& stage) {
    std::vector<Loop> reductions;
    for (const Loop& loop : stage.loops) {
      if (loop.reduces) reductions.push_back(loop);
    }
    if (reductions.empty()) return false;
    const std::string preserved = pick(random_, reductions).name, pure = fresh(),
                      made = fmt::format("made{}", counter_++);
    add(stage, fmt::format("rfactor({}, {}) as {}", preserved, pure, made));
    text_ += chance(random_, 50) ? fmt::format("{}.compute_root()\n", made)
                                 : fmt::format("{}.compute_at({}, {})\n", made, stage.func, stage.loops.back().name);
    Stage partial{made, made + ".update(0)", true, {}};
    for (const Loop& loop : stage.loops) {
      if (loop.reduces && loop.name != preserved) partial.loops.push_back(loop);
    }
    partial.loops.push_back({pure});
    for (int n = below(random_, 3); n > 0; --n) draw_directive(partial);
    return true;
  }

  Random random_;
  DrawnUse use_;
  BoundAlgorithm bound_;
  std::map<std::string, std::vector<Stage>> stages_;
  std::string text_;
  int counter_ = 0;
};

}  // namespace

DrawnUse draw_use(std::uint64_t seed) {
  Random random(seed * 2 + 1);
  while (true) {
    const ops::Operator& drawn = pick(random, ops::all_operators());
    const Signature& signature = find_signature(drawn.name);
    Shape shape;
    for (const ShapeParameter& parameter : signature.parameters) {
      shape.set(parameter.name, draw_extent(random, parameter));
    }
    try {
      return {drawn.name, drawn.algorithm, complete_shape(signature, shape)};
    } catch (const Error&) {
      continue;  // windows that do not fit
    }
  }
}

std::string draw_schedule(const DrawnUse& use, std::uint64_t seed) { return Drawer(use, seed * 2).draw(); }

}  // namespace nestwright
