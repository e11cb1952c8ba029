// What happens where a split's size does not divide its loop.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "dsl/applying.h"
#include "dsl/loop_extent.h"

namespace nestwright::dsl::applying {
namespace {

using Halide::TailStrategy;

TailStrategy strategy_called(const std::string& name) {
  static const std::map<std::string, TailStrategy> strategies = {
      {"Auto", TailStrategy::Auto},
      {"GuardWithIf", TailStrategy::GuardWithIf},
      {"Predicate", TailStrategy::Predicate},
      {"PredicateLoads", TailStrategy::PredicateLoads},
      {"PredicateStores", TailStrategy::PredicateStores},
      {"RoundUp", TailStrategy::RoundUp},
      {"RoundUpAndBlend", TailStrategy::RoundUpAndBlend},
      {"ShiftInwards", TailStrategy::ShiftInwards},
      {"ShiftInwardsAndBlend", TailStrategy::ShiftInwardsAndBlend}};
  return strategies.at(name);
}

bool is_one_of(TailStrategy strategy, std::initializer_list<TailStrategy> strategies) {
  return std::ranges::find(strategies, strategy) != strategies.end();
}

bool guards_everything(TailStrategy strategy) {
  return is_one_of(strategy, {TailStrategy::GuardWithIf, TailStrategy::Predicate});
}

// What a strategy asks of a loop that writes an output.
enum class Demand { nothing, no_fewer_than_size, multiple_of_size };

Demand demand_of(TailStrategy strategy, bool is_update) {
  switch (strategy) {
    case TailStrategy::GuardWithIf:
    case TailStrategy::Predicate:
      return Demand::nothing;
    case TailStrategy::ShiftInwards:
    case TailStrategy::ShiftInwardsAndBlend:
      return Demand::no_fewer_than_size;
    case TailStrategy::Auto:  // ShiftInwards, or RoundUp in an update
      return is_update ? Demand::multiple_of_size : Demand::no_fewer_than_size;
    default:  // beyond the end, these write or read
      return Demand::multiple_of_size;
  }
}

// What of `split` the strategy can't do with; empty: nothing.
std::string obstacle(const Cursor& cursor, const SplitLoop& split, TailStrategy strategy) {
  // A reduction's loops are never rounded up.
  const Demand demand = split.loop.is_rvar ? Demand::nothing : demand_of(strategy, cursor.is_update);
  if (demand == Demand::nothing || split.size == 1) return {};
  const auto extent = known_extent(cursor.func, cursor.stage.get_schedule(), split.loop.name());
  const std::string loop = loop_in_schedule(split.loop.name());
  if (!extent) {
    return fmt::format("how many iterations `{}` has is known only when the kernel is called", loop);
  }
  if (demand == Demand::no_fewer_than_size && *extent < split.size) {
    return fmt::format("`{}` has {} iterations, fewer than {}", loop, *extent, split.size);
  }
  if (demand == Demand::multiple_of_size && *extent % split.size != 0) {
    return fmt::format("{} does not divide the {} iterations of `{}`", split.size, *extent, loop);
  }
  return {};
}

}  // namespace

bool is_made(const Cursor& cursor, const std::string& loop) {
  for (const Halide::Internal::Dim& dim : cursor.stage.get_schedule().dims()) {
    if (dim.var.ends_with("." + loop)) return true;
  }
  for (const Halide::Var& dimension : cursor.func.args()) {
    if (dimension.name() == loop) return false;
  }
  return true;
}

bool is_whole_number_of(const Cursor& cursor, const std::string& loop, int size) {
  const auto extent = known_extent(cursor.stage.get_schedule(), loop);
  return size == 1 || (extent && *extent % size == 0);
}

namespace {

// Halide 21 forgets the outer part's place in the masks of these: what they write of a part of a loop is wrong.
bool masks_a_part(const Cursor& cursor, TailStrategy strategy, const std::vector<SplitLoop>& loops) {
  const bool masks = is_one_of(strategy, {TailStrategy::PredicateLoads, TailStrategy::PredicateStores,
                                          TailStrategy::RoundUpAndBlend, TailStrategy::ShiftInwardsAndBlend});
  return masks && std::ranges::any_of(loops, [&](const SplitLoop& split) {
           return split.size != 1 && is_made(cursor, split.loop.name());
         });
}

// Halide 21 loads what a blend leaves as it was beyond the end of another loop, too, where PredicateStores stores
// nothing and the Func has no memory.
bool blends_what_is_not_there(const Cursor& cursor, TailStrategy strategy) {
  const auto is_among_splits = [&](std::initializer_list<TailStrategy> others) {
    return std::ranges::any_of(cursor.stage.get_schedule().splits(),
                               [&](const Halide::Internal::Split& split) { return is_one_of(split.tail, others); });
  };
  const auto blends = {TailStrategy::RoundUpAndBlend, TailStrategy::ShiftInwardsAndBlend};
  if (strategy == TailStrategy::PredicateStores) return is_among_splits(blends);
  return is_one_of(strategy, blends) && is_among_splits({TailStrategy::PredicateStores});
}

// Whether the schedule keeps the Func wider than it computes it, so that Halide computes only what is new at each
// iteration of a loop.
bool slides(const Application& application, const Cursor& cursor) {
  const std::string name = cursor.statement.substr(0, cursor.statement.find('.'));
  const auto has = [](const Statement& statement, const auto&... directives) {
    return std::ranges::any_of(statement.calls, [&](const Call& call) { return (... || (call.name == directives)); });
  };
  return std::ranges::any_of(application.schedule.items, [&](const Item& item) {
    const auto* statement = std::get_if<Statement>(&item.what);
    if (statement == nullptr || !has(*statement, "store_at", "store_root")) return false;
    return statement->func == name || statement->name == name ||
           (statement->func + "_intm" == name && has(*statement, "rfactor"));
  });
}

// What is kept inside a kernel has room beyond the end of its dimensions, as far as Halide sees that it needs it. An
// update that rounds a part of a split loop up goes into the next part, and would do its elements twice.
TailStrategy tail_within_kernel(const Application& application, const Cursor& cursor, const Call& call,
                                std::size_t index, const std::vector<SplitLoop>& loops) {
  const bool given = index < call.arguments.size();
  const TailStrategy strategy = given ? strategy_called(call.arguments[index].text) : TailStrategy::Auto;
  if (cursor.func.has_update_definition() && !guards_everything(strategy) && slides(application, cursor)) {
    if (strategy == TailStrategy::Auto) return TailStrategy::GuardWithIf;
    throw error(application, call.arguments[index].position,
                fmt::format("`{}` is kept wider than it is computed, and {} would begin elements anew that are done; "
                            "use GuardWithIf, or keep it where it is computed",
                            cursor.name, call.arguments[index].text));
  }
  if (!cursor.is_update || guards_everything(strategy)) return strategy;
  for (const SplitLoop& split : loops) {
    if (split.loop.is_rvar || split.size == 1 || !is_made(cursor, split.loop.name())) continue;
    const auto extent = known_extent(cursor.stage.get_schedule(), split.loop.name());
    if (extent && *extent % split.size == 0) continue;
    if (!given || strategy == TailStrategy::Auto) return TailStrategy::GuardWithIf;
    throw error(
        application, call.arguments[index].position,
        fmt::format("{} may update elements of `{}` twice: {} does not divide the iterations of `{}`, a part of "
                    "a loop; use GuardWithIf, or another size",
                    call.arguments[index].text, cursor.name, split.size, loop_in_schedule(split.loop.name())));
  }
  return strategy;
}

}  // namespace

TailStrategy tail_strategy(const Application& application, const Cursor& cursor, const Call& call, std::size_t index,
                           const std::vector<SplitLoop>& loops) {
  require_sensible_sizes(application, cursor, call, loops);
  const bool given = index < call.arguments.size();
  const TailStrategy strategy = given ? strategy_called(call.arguments[index].text) : TailStrategy::Auto;
  if (masks_a_part(cursor, strategy, loops)) {
    throw error(application, call.arguments[index].position,
                fmt::format("{} masks the wrong elements of a loop that is a part of another; use GuardWithIf or "
                            "Predicate, or split the whole loop so",
                            call.arguments[index].text));
  }
  if (blends_what_is_not_there(cursor, strategy)) {
    throw error(application, call.arguments[index].position,
                fmt::format("PredicateStores and a strategy that blends, both in `{}`, read beyond its end; use "
                            "GuardWithIf or Predicate for one of them",
                            cursor.name));
  }
  // Halide 21 stores a Tuple's first value before it computes the others from it.
  if (strategy == TailStrategy::PredicateLoads && cursor.is_update && cursor.func.outputs() > 1) {
    throw error(application, call.arguments[index].position,
                fmt::format("PredicateLoads computes some values of `{}` from others that it has overwritten; use "
                            "GuardWithIf or Predicate",
                            cursor.name));
  }
  if (is_in_place(application, cursor)) {
    if (strategy == TailStrategy::Auto) return TailStrategy::GuardWithIf;
    if (guards_everything(strategy)) return strategy;
    throw error(application, call.arguments[index].position,
                fmt::format("`{}` is written over what it is computed from, and {} would compute elements twice or "
                            "beyond its end; use GuardWithIf or Predicate",
                            cursor.name, call.arguments[index].text));
  }
  if (!application.outputs.contains(cursor.func.name()))
    return tail_within_kernel(application, cursor, call, index, loops);
  for (const SplitLoop& split : loops) {
    const std::string reason = obstacle(cursor, split, strategy);
    if (reason.empty()) continue;
    if (strategy == TailStrategy::Auto) return TailStrategy::GuardWithIf;
    throw error(application, call.arguments[index].position,
                fmt::format("{} would go beyond the end of `{}`: {}; use GuardWithIf, or another size",
                            call.arguments[index].text, cursor.name, reason));
  }
  return strategy;
}

}  // namespace nestwright::dsl::applying
