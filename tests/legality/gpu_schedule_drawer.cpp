#include "tests/legality/gpu_schedule_drawer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "tests/legality/random_choice.h"

namespace nestwright {
namespace {

using Names = std::vector<std::string>;

// A stage's loops by where they run, each list the innermost first.
struct Mapping {
  Names reductions, serial, threads, blocks;
};

class GpuDrawer {
 public:
  GpuDrawer(const DrawnUse& use, std::uint64_t seed)
      : random_(seed), use_(use), bound_(bind_algorithm(use.op, use.algorithm, use.shape, BlockStride::any)) {
    for (const Halide::Func& output : bound_.algorithm.outputs) outputs_.push_back(name_of(output));
  }

  std::string draw() {
    text_ = fmt::format("schedule {} using {} for gpu\n", use_.op, use_.algorithm);
    for (const std::string& output : outputs_) draw_kernel(output, bound_.algorithm.funcs.at(output));
    Names names;
    for (const auto& [name, func] : bound_.algorithm.funcs) names.push_back(name);
    std::ranges::shuffle(names, random_);
    for (const std::string& name : names) {
      if (std::ranges::find(outputs_, name) != outputs_.end()) continue;
      const Halide::Func func = bound_.algorithm.funcs.at(name);
      const bool is_input = std::ranges::any_of(bound_.inputs, [&](const auto& input) { return input.first == name; });
      if (is_input) {
        if (func.dimensions() > 0 && chance(random_, 35)) draw_copy(name, func);
      } else if (chance(random_, func.has_update_definition() ? 90 : 65)) {
        draw_place(name, name, func);
      }
    }
    return text_;
  }

 private:
  std::string name_of(const Halide::Func& wanted) const {
    for (const auto& [name, func] : bound_.algorithm.funcs) {
      if (func.name() == wanted.name()) return name;
    }
    return {};
  }

  std::string fresh() { return fmt::format("n{}", counter_++); }

  // The loops of a stage as the algorithm has them, the innermost first.
  Mapping loops_of(const Halide::Func& func, int update) const {
    Mapping loops;
    for (const Halide::Var& variable : func.args()) loops.serial.push_back(variable.name());
    if (update < 0) return loops;
    for (const auto& reduction : func.function().update(update).schedule().rvars()) {
      for (const auto& [known, variable] : bound_.algorithm.reduction_variables) {
        if (variable.name() == reduction.var) loops.reductions.push_back(known);
      }
    }
    return loops;
  }

  void add(const std::string& stage, const std::string& directive) { text_ += stage + "." + directive + "\n"; }

  void draw_splits(const std::string& stage, Names& loops) {
    static const std::vector<std::string> tails = {"", "", ", GuardWithIf", ", ShiftInwards", ", RoundUp"};
    static const std::vector<int> sizes = {2, 3, 4, 8};
    if (!loops.empty() && chance(random_, 35)) {
      const auto at = static_cast<std::size_t>(below(random_, static_cast<int>(loops.size())));
      const std::string inner = fresh(), outer = fresh();
      add(stage,
          fmt::format("split({}, {}, {}, {}{})", loops[at], outer, inner, pick(random_, sizes), pick(random_, tails)));
      loops[at] = inner;
      loops.insert(loops.begin() + static_cast<std::ptrdiff_t>(at) + 1, outer);
    }
    if (loops.size() > 1 && chance(random_, 25)) {
      const auto at = static_cast<std::size_t>(below(random_, static_cast<int>(loops.size()) - 1));
      const std::string fused = fresh();
      add(stage, fmt::format("fuse({}, {}, {})", loops[at], loops[at + 1], fused));
      loops[at] = fused;
      loops.erase(loops.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    }
  }

  // Takes up to `count` loops out of `from`: often those with the names in `wanted`, else any.
  Names take(Names& from, int count, const Names& wanted) {
    Names taken;
    for (int n = 0; n < count && !from.empty(); ++n) {
      auto found = from.end();
      if (n < static_cast<int>(wanted.size()) && chance(random_, 75)) {
        found = std::ranges::find(from, wanted[static_cast<std::size_t>(n)]);
      }
      if (found == from.end()) found = from.begin() + below(random_, static_cast<int>(from.size()));
      taken.push_back(*found);
      from.erase(found);
    }
    return taken;
  }

  void order(const std::string& stage, const Mapping& loops) {
    Names all = loops.reductions;
    for (const Names* part : {&loops.serial, &loops.threads, &loops.blocks}) {
      all.insert(all.end(), part->begin(), part->end());
    }
    if (chance(random_, 20)) std::ranges::shuffle(all.begin(), all.end() - std::ssize(loops.blocks), random_);
    if (all.size() > 1) add(stage, fmt::format("reorder({})", fmt::join(all, ", ")));
  }

  void run_on_gpu(const std::string& stage, const Mapping& loops) {
    if (!loops.blocks.empty()) add(stage, fmt::format("gpu_blocks({})", fmt::join(loops.blocks, ", ")));
    if (loops.threads.empty()) return;
    const bool has_lanes = chance(random_, 10);
    if (has_lanes) add(stage, fmt::format("gpu_lanes({})", loops.threads[0]));
    const Names threads(loops.threads.begin() + (has_lanes ? 1 : 0), loops.threads.end());
    if (!threads.empty()) add(stage, fmt::format("gpu_threads({})", fmt::join(threads, ", ")));
  }

  // Sometimes lets threads, or blocks of them, add up a sum together.
  void add_up_in_threads(const std::string& stage, Mapping& loops) {
    if (loops.reductions.empty() || loops.threads.size() > 2 || !chance(random_, 15)) return;
    if (chance(random_, 90)) add(stage, "atomic()");
    Names& together =
        loops.blocks.empty() || loops.blocks.size() > 2 || chance(random_, 75) ? loops.threads : loops.blocks;
    together.insert(together.begin(), loops.reductions.back());
    loops.reductions.pop_back();
  }

  // A stage with a kernel of its own.
  Mapping draw_mapping(const std::string& stage, const Halide::Func& func, int update) {
    Mapping loops = loops_of(func, update);
    draw_splits(stage, loops.serial);
    if (loops.serial.empty() || chance(random_, 4)) {
      add(stage, "gpu_single_thread()");
      return loops;
    }
    if (chance(random_, 10)) {
      const std::string thread = fresh();
      const Names tiled = take(loops.serial, 1, {});
      add(stage, fmt::format("gpu_tile({}, {}, {})", tiled[0], thread, 2 + 2 * below(random_, 3)));
      loops.threads = {thread};
      loops.blocks = tiled;
      return loops;
    }
    loops.threads = take(loops.serial, below(random_, 3) + (chance(random_, 60) ? 1 : 0), {});
    loops.blocks = take(loops.serial, 1 + below(random_, 3), {});
    if (loops.blocks.empty()) std::swap(loops.blocks, loops.threads);
    add_up_in_threads(stage, loops);
    order(stage, loops);
    run_on_gpu(stage, loops);
    return loops;
  }

  void draw_kernel(const std::string& name, const Halide::Func& func) {
    if (!func.args().empty() && chance(random_, 20)) {
      // For as many blocks as the trial calls the kernel on, or for others.
      const std::string special =
          fmt::format("{}.specialize(extent({}, {}) == {})", name, outputs_[0],
                      bound_.algorithm.outputs[0].args().back().name(), chance(random_, 70) ? 3 : 2);
      draw_mapping(special, func, -1);
    }
    hosts_[name] = draw_mapping(name, func, -1);
    for (int update = 0; update < func.num_update_definitions(); ++update) {
      draw_mapping(fmt::format("{}.update({})", name, update), func, update);
    }
  }

  // A wrapper of an input.
  void draw_copy(const std::string& name, const Halide::Func& func) {
    Names callers;
    for (const auto& [caller, candidate] : bound_.algorithm.funcs) {
      if (Halide::Internal::find_direct_calls(candidate.function()).contains(func.name())) callers.push_back(caller);
    }
    if (callers.empty()) return;
    const std::string copy = fresh();
    if (chance(random_, 25)) {
      text_ += fmt::format("{}.in() as {}\n", name, copy);
    } else {
      text_ +=
          fmt::format("{}.{}({}) as {}\n", name, chance(random_, 85) ? "in" : "clone_in", pick(random_, callers), copy);
    }
    draw_place(name, copy, func);
  }

  // "output, n3", most often inside the loops over blocks.
  std::string draw_level() {
    Names hosts;
    for (const auto& [name, loops] : hosts_) hosts.push_back(name);
    const std::string host = pick(random_, hosts);
    const Mapping& loops = hosts_.at(host);
    const int which = below(random_, 100);
    const Names* from = which < 50 ? &loops.blocks : which < 75 ? &loops.threads : &loops.serial;
    if (from->empty()) from = loops.blocks.empty() ? &loops.serial : &loops.blocks;
    if (from->empty()) return {};
    const bool is_innermost = chance(random_, 80);
    return fmt::format("{}, {}", host, is_innermost ? from->front() : pick(random_, *from));
  }

  // Where a stage is computed and kept. `name`: of what it computes; `text`: how the schedule calls it.
  void draw_place(const std::string& name, const std::string& text, const Halide::Func& func) {
    const std::string level = draw_level();
    if (level.empty() || chance(random_, 8)) {
      add(text, "compute_root()");
      if (chance(random_, 85)) draw_stages(text, func, true);
    } else {
      add(text, fmt::format("compute_at({})", level));
      draw_stages(text, func, false);
      const std::string outer = draw_level();
      if (!outer.empty() && chance(random_, 25)) {
        add(text, fmt::format("{}({})", chance(random_, 35) ? "store_at" : "hoist_storage", outer));
      }
    }
    static const Names memories = {"Register", "Register", "Stack", "Stack", "GPUShared", "Heap", "Auto"};
    if (chance(random_, 60)) add(text, fmt::format("store_in({})", pick(random_, memories)));
    if (func.dimensions() > 1 && chance(random_, 5)) {
      add(text, fmt::format("reorder_storage({}, {})", func.args()[1].name(), func.args()[0].name()));
    }
    if (text == name && chance(random_, 30)) hosts_[name] = placed_;
  }

  void draw_stages(const std::string& text, const Halide::Func& func, bool is_root) {
    const bool has_threads = chance(random_, 60);
    for (int update = -1; update < func.num_update_definitions(); ++update) {
      const std::string stage = update < 0 ? text : fmt::format("{}.update({})", text, update);
      if (is_root) {
        placed_ = draw_mapping(stage, func, update);
        continue;
      }
      Mapping loops = loops_of(func, update);
      if (has_threads || chance(random_, 5)) {
        if (chance(random_, 50)) draw_splits(stage, loops.serial);
        loops.threads = take(loops.serial, 1 + below(random_, 2), hosts_.begin()->second.threads);
        add_up_in_threads(stage, loops);
        order(stage, loops);
        run_on_gpu(stage, loops);
      }
      if (!loops.serial.empty() && chance(random_, 15)) {
        static const Names kinds = {"vectorize", "unroll"};
        add(stage, fmt::format("{}({}, 2, GuardWithIf)", pick(random_, kinds), pick(random_, loops.serial)));
      }
      placed_ = loops;
    }
  }

  Random random_;
  DrawnUse use_;
  BoundAlgorithm bound_;
  Names outputs_;
  std::map<std::string, Mapping> hosts_;  // the stages in whose loops others may be computed
  Mapping placed_;                        // the last stage's loops
  std::string text_;
  int counter_ = 0;
};

}  // namespace

std::string draw_gpu_schedule(const DrawnUse& use, std::uint64_t seed) { return GpuDrawer(use, seed * 2).draw(); }

}  // namespace nestwright
