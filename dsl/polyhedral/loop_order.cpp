#include "dsl/polyhedral/loop_order.h"

#include <fmt/format.h>

namespace nestwright::polyhedral {
namespace {

namespace ir = Halide::Internal;

// A loop while splits and fusions are followed.
struct Loop {
  std::optional<std::string> iteration;  // from 0
  std::optional<std::int64_t> extent;
  bool is_whole = true;   // no part of a fused loop whose inner loop has an unknown extent
  bool is_common = true;  // made of variables alone that two iterations which touch one element have in common
  // Of a part: which split made it, which of its loops it is, and what was split.
  const ir::Split* part_of = nullptr;
  bool is_outer = false;
  std::optional<std::string> undivided = {};
};
using Loops = std::map<std::string, Loop>;

void follow_split(const ir::Split& split, Loops& loops) {
  const Loop old = loops[split.old_var];
  const auto size = ir::as_const_int(split.factor);
  loops.erase(split.old_var);
  Loop outer{.is_common = old.is_common, .part_of = &split, .is_outer = true, .undivided = old.iteration};
  Loop inner{.is_common = old.is_common, .part_of = &split, .is_outer = false, .undivided = old.iteration};
  if (size && old.iteration && old.is_whole) {
    outer.iteration = fmt::format("floor({} / {})", *old.iteration, *size);
    inner.iteration = fmt::format("({} mod {})", *old.iteration, *size);
  }
  if (size) inner.extent = size;
  if (size && old.extent) outer.extent = (*old.extent + *size - 1) / *size;
  loops[split.outer] = outer;
  loops[split.inner] = inner;
}

// The fused loop runs through the inner loop for each iteration of the outer one. Where the inner one's extent is not
// known, any number that is large enough orders the iterations alike, but which of them share a part of the loop can't
// be told.
void follow_fuse(const ir::Split& split, Loops& loops) {
  const Loop outer = loops[split.outer], inner = loops[split.inner];
  loops.erase(split.outer);
  loops.erase(split.inner);
  constexpr std::int64_t large_enough = std::int64_t{1} << 20;
  Loop fused;
  if (inner.part_of != nullptr && inner.part_of == outer.part_of && outer.is_outer && !inner.is_outer) {
    loops[split.old_var] = {.iteration = inner.undivided,
                            .is_whole = false,
                            .is_common = outer.is_common && inner.is_common};  // put together again
    return;
  }
  fused.is_common = outer.is_common && inner.is_common;
  fused.is_whole = outer.is_whole && inner.is_whole && inner.extent.has_value();
  if (outer.iteration && inner.iteration && inner.is_whole) {
    fused.iteration =
        fmt::format("({} * {} + {})", *outer.iteration, inner.extent.value_or(large_enough), *inner.iteration);
  }
  if (outer.extent && inner.extent) fused.extent = *outer.extent * *inner.extent;
  loops[split.old_var] = fused;
}

// Where the parts of a loop that can't be told apart follow each other, one right within the other and neither
// concurrent, they run the loop as if it were whole.
void rejoin(const ir::Split& split, const Loop& whole, std::vector<TimedLoop>& ordered) {
  for (std::size_t i = 0; i + 1 < ordered.size(); ++i) {
    const TimedLoop &outer = ordered[i], &inner = ordered[i + 1];
    const bool are_parts = outer.name == split.outer && inner.name == split.inner;
    if (!are_parts || outer.iteration || is_concurrent(outer.type) || is_concurrent(inner.type)) continue;
    ordered[i] = {
        .name = split.old_var, .type = ir::ForType::Serial, .iteration = whole.iteration, .is_common = whole.is_common};
    ordered.erase(ordered.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    return;
  }
}

}  // namespace

LoopNest LoopNest::of(const ir::StageSchedule& schedule) {
  return {.splits = schedule.splits(), .dims = schedule.dims(), .is_atomic = schedule.atomic()};
}

bool is_concurrent(ir::ForType type) { return ir::is_parallel(type); }

std::vector<TimedLoop> time_loops(const StageModel& model, const LoopNest& nest, const Names& names) {
  Loops loops;
  for (const Variable& variable : model.variables) {
    loops[variable.name] = {.iteration = fmt::format("({} - {})", names.at(variable.name), variable.least),
                            .extent = variable.extent,
                            .is_common = variable.separates};
  }
  std::vector<std::pair<ir::Split, Loop>> partitions;
  for (const ir::Split& split : nest.splits) {
    if (split.split_type == ir::Split::SplitVar) partitions.emplace_back(split, loops[split.old_var]);
    if (split.split_type == ir::Split::FuseVars) {
      follow_fuse(split, loops);
    } else if (split.split_type == ir::Split::RenameVar) {
      const Loop renamed = loops[split.old_var];
      loops.erase(split.old_var);
      loops[split.outer] = renamed;
    } else {
      follow_split(split, loops);
    }
  }
  std::vector<TimedLoop> ordered;
  for (auto dim = nest.dims.rbegin(); dim != nest.dims.rend(); ++dim) {
    const auto loop = loops.find(dim->var);
    if (loop == loops.end()) continue;  // `outermost`, which has one iteration
    ordered.push_back({.name = dim->var,
                       .type = dim->for_type,
                       .iteration = loop->second.iteration,
                       .is_common = loop->second.is_common});
  }
  for (auto partition = partitions.rbegin(); partition != partitions.rend(); ++partition) {
    rejoin(partition->first, partition->second, ordered);
  }
  return ordered;
}

}  // namespace nestwright::polyhedral
