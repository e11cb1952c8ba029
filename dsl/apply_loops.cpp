// Directives on the loops of a stage.
#include <fmt/format.h>

#include "dsl/applying.h"

namespace nestwright::dsl::applying {
namespace {

using Halide::Expr;
using Halide::VarOrRVar;

void split(Application& application, Cursor& cursor, const Call& call) {
  const std::vector<Expression>& a = call.arguments;
  const VarOrRVar old = find_loop(application, cursor, a[0]);
  const VarOrRVar outer = new_loop(application, cursor, a[1], {a[0]}),
                  inner = new_loop(application, cursor, a[2], {a[0]});
  cursor.stage.split(old, outer, inner, a[3].value, tail_strategy(application, cursor, call, 4, {{old, a[3].value}}));
}

void tile(Application& application, Cursor& cursor, const Call& call) {
  const std::vector<Expression>& a = call.arguments;
  const bool names_outer = a.size() >= 8;
  const std::size_t inner = names_outer ? 4 : 2, size = inner + 2;
  const std::vector<VarOrRVar> old = find_loops(application, cursor, a, 0, 2);
  std::vector<VarOrRVar> outers, inners;
  for (std::size_t i = 0; i < 2; ++i) {
    outers.push_back(new_loop(application, cursor, a[names_outer ? 2 + i : i], {a[i]}));
    inners.push_back(new_loop(application, cursor, a[inner + i], {a[i]}));
  }
  cursor.stage.tile(
      old, outers, inners, std::vector<Expr>{a[size].value, a[size + 1].value},
      tail_strategy(application, cursor, call, size + 2, {{old[0], a[size].value}, {old[1], a[size + 1].value}}));
}

void fuse(Application& application, Cursor& cursor, const Call& call) {
  const std::vector<Expression>& a = call.arguments;
  const std::vector<VarOrRVar> old = find_loops(application, cursor, a, 0, 2);
  cursor.stage.fuse(old[0], old[1], new_loop(application, cursor, a[2], {a[0], a[1]}));
}

void reorder(Application& application, Cursor& cursor, const Call& call) {
  const std::vector<VarOrRVar> order = find_loops(application, cursor, call.arguments, 0, call.arguments.size());
  try {
    cursor.stage.reorder(order);
  } catch (const Halide::Error&) {
    explain_reorder(application, cursor, call, order);
    throw;
  }
}

// Halide 21 leaves elements out where a vector in a vector cuts a part of a loop short: of 3 pixels, in
// unroll(x, 4).vectorize(c).vectorize(x, 4), all but the first.
void require_masks_that_nest(Application& application, const Cursor& cursor, const Call& call,
                             const std::string& loop) {
  VectorsOfStage& vectors = application.vectors[cursor.stage.name()];
  ++vectors.count;
  const bool has_size = call.arguments.size() > 1;
  if (has_size && is_made(cursor, loop) && !is_whole_number_of(cursor, loop, call.arguments[1].value)) {
    vectors.cuts_a_part_short = true;
  }
  if (vectors.count < 2 || !vectors.cuts_a_part_short) return;
  throw error(
      application, call.arguments[0].position,
      fmt::format("`{}` would have vectors within vectors, of which one cuts a part of a loop short, and Halide "
                  "leaves elements out there; vectorize one loop, or whole loops",
                  cursor.stage_name));
}

void vectorize(Application& application, Cursor& cursor, const Call& call) {
  const VarOrRVar variable = find_loop(application, cursor, call.arguments[0]);
  leave_races_to_proof(cursor, variable);
  require_masks_that_nest(application, cursor, call, variable.name());
  if (call.arguments.size() == 1) {
    cursor.stage.vectorize(variable);
  } else {
    cursor.stage.vectorize(variable, call.arguments[1].value,
                           tail_strategy(application, cursor, call, 2, {{variable, call.arguments[1].value}}));
  }
}

void unroll(Application& application, Cursor& cursor, const Call& call) {
  const VarOrRVar variable = find_loop(application, cursor, call.arguments[0]);
  if (call.arguments.size() == 1) {
    cursor.stage.unroll(variable);
  } else {
    cursor.stage.unroll(variable, call.arguments[1].value,
                        tail_strategy(application, cursor, call, 2, {{variable, call.arguments[1].value}}));
  }
}

void parallel(Application& application, Cursor& cursor, const Call& call) {
  const VarOrRVar variable = find_loop(application, cursor, call.arguments[0]);
  leave_races_to_proof(cursor, variable);
  if (call.arguments.size() == 1) {
    cursor.stage.parallel(variable);
  } else {
    cursor.stage.parallel(variable, call.arguments[1].value,
                          tail_strategy(application, cursor, call, 2, {{variable, call.arguments[1].value}}));
  }
}

void serial(Application& application, Cursor& cursor, const Call& call) {
  cursor.stage.serial(find_loop(application, cursor, call.arguments[0]));
}

void atomic(Application& application, Cursor& cursor, const Call& call) {
  require_associative(application, cursor, call);
  cursor.stage.atomic();
}

void unscheduled(Application&, Cursor& cursor, const Call&) { cursor.stage.unscheduled(); }

void partition(Application& application, Cursor& cursor, const Call& call) {
  static const std::map<std::string, Halide::Partition> policies = {
      {"Auto", Halide::Partition::Auto}, {"Never", Halide::Partition::Never}, {"Always", Halide::Partition::Always}};
  cursor.stage.partition(find_loop(application, cursor, call.arguments[0]), policies.at(call.arguments[1].text));
}

void prefetch(Application& application, Cursor& cursor, const Call& call) {
  using Halide::PrefetchBoundStrategy;
  static const std::map<std::string, PrefetchBoundStrategy> strategies = {
      {"Clamp", PrefetchBoundStrategy::Clamp},
      {"GuardWithIf", PrefetchBoundStrategy::GuardWithIf},
      {"NonFaulting", PrefetchBoundStrategy::NonFaulting}};
  const std::vector<Expression>& a = call.arguments;
  const Halide::Func fetched = find_func(application, a[0]);
  const VarOrRVar at = find_loop(application, cursor, a[1]), from = find_loop(application, cursor, a[2]);
  const int offset = a.size() > 3 ? a[3].value : 1;
  const PrefetchBoundStrategy strategy = a.size() > 4 ? strategies.at(a[4].text) : PrefetchBoundStrategy::GuardWithIf;
  // An input's Func is inlined: what is there to fetch is the buffer behind it.
  const Halide::Parameter buffer = input_parameter(fetched);
  if (buffer.defined()) {
    cursor.stage.prefetch(buffer, at, from, offset, strategy);
  } else {
    cursor.stage.prefetch(fetched, at, from, offset, strategy);
  }
}

}  // namespace

const std::map<std::string, Apply>& loop_directives() {
  static const std::map<std::string, Apply> table = {
      {"split", split},         {"tile", tile},           {"fuse", fuse},         {"reorder", reorder},
      {"vectorize", vectorize}, {"unroll", unroll},       {"parallel", parallel}, {"serial", serial},
      {"atomic", atomic},       {"partition", partition}, {"prefetch", prefetch}, {"unscheduled", unscheduled}};
  return table;
}

}  // namespace nestwright::dsl::applying
