// How large the parts of a loop may be.
#include <fmt/format.h>

#include <algorithm>

#include "dsl/applying.h"
#include "dsl/loop_extent.h"

namespace nestwright::dsl::applying {
namespace {

// Parts may be larger than their loop, because a parameter's candidates serve small shapes too: a choice.
constexpr std::int64_t always_possible = 1024;

std::optional<std::int64_t> extent_of(const Application& application, const Cursor& cursor, const SplitLoop& split) {
  const Halide::Internal::StageSchedule& stage = cursor.stage.get_schedule();
  for (const Halide::Internal::ReductionVariable& variable : stage.rvars()) {
    if (variable.var == split.loop.name()) return Halide::Internal::as_const_int(variable.extent);
  }
  if (!application.outputs.contains(cursor.func.name())) return known_extent(stage, split.loop.name());
  return known_extent(cursor.func, stage, split.loop.name());
}

}  // namespace

void require_sensible_sizes(const Application& application, const Cursor& cursor, const Call& call,
                            const std::vector<SplitLoop>& loops) {
  for (const SplitLoop& split : loops) {
    const auto extent = extent_of(application, cursor, split);
    if (!extent || split.size <= std::max(*extent, always_possible)) continue;
    const auto argument = std::ranges::find_if(call.arguments, [&](const Expression& each) {
      return each.kind == Expression::Kind::integer && each.value == split.size;
    });
    throw error(application, argument == call.arguments.end() ? call.position : argument->position,
                fmt::format("`{}` has {} iteration{}, and parts of {} make no sense; use a size of at most {}",
                            application.names.loop(split.loop.name()), *extent, *extent == 1 ? "" : "s", split.size,
                            std::max(*extent, always_possible)));
  }
}

}  // namespace nestwright::dsl::applying
