// Directives on where a Func is computed and stored.
#include <fmt/format.h>

#include "dsl/applying.h"
#include "dsl/halide_message.h"

namespace nestwright::dsl::applying {
namespace {

using Halide::LoopLevel;

// A level that becomes call.arguments[0]'s loop call.arguments[1] when the rest of the schedule has been applied.
LoopLevel later(Session& session, const Cursor& cursor, const Call& call) {
  if (stage(session, call.arguments[0]).func.name() == cursor.func.name()) {
    throw error(session, call.arguments[0].position,
                fmt::format("{} needs a loop of another Func than `{}` itself", call.name, cursor.name));
  }
  LoopLevel pending;
  session.deferred.emplace_back(
      [&session, call, pending]() mutable { pending.set(level(session, call.arguments[0], call.arguments[1])); });
  return pending;
}

void compute_at(Session& session, Cursor& cursor, const Call& call) {
  cursor.func.compute_at(later(session, cursor, call));
}

void store_at(Session& session, Cursor& cursor, const Call& call) {
  cursor.func.store_at(later(session, cursor, call));
}

void hoist_storage(Session& session, Cursor& cursor, const Call& call) {
  cursor.func.hoist_storage(later(session, cursor, call));
}

void compute_root(Session&, Cursor& cursor, const Call&) { cursor.func.compute_root(); }
void compute_inline(Session&, Cursor& cursor, const Call&) { cursor.func.compute_inline(); }
void store_root(Session&, Cursor& cursor, const Call&) { cursor.func.store_root(); }
void hoist_storage_root(Session&, Cursor& cursor, const Call&) { cursor.func.hoist_storage_root(); }

void compute_with(Session& session, Cursor& cursor, const Call& call) {
  using Halide::LoopAlignStrategy;
  static const std::map<std::string, LoopAlignStrategy> strategies = {{"Auto", LoopAlignStrategy::Auto},
                                                                      {"AlignStart", LoopAlignStrategy::AlignStart},
                                                                      {"AlignEnd", LoopAlignStrategy::AlignEnd},
                                                                      {"NoAlign", LoopAlignStrategy::NoAlign}};
  const LoopAlignStrategy strategy =
      call.arguments.size() > 2 ? strategies.at(call.arguments[2].text) : LoopAlignStrategy::Auto;
  // Checks the Func now; its loops may come later.
  static_cast<void>(stage(session, call.arguments[0]));
  session.deferred.emplace_back([&session, cursor, call, strategy]() mutable {
    const Cursor other = stage(session, call.arguments[0]);
    const Halide::VarOrRVar at = loop(session, other, call.arguments[1]);
    try {
      cursor.stage.compute_with(other.stage, at, strategy);
    } catch (const Halide::Error& refused) {
      throw error(session, call.position, "Halide refuses compute_with: " + halide_message(refused.what()));
    }
  });
}

void store_in(Session&, Cursor& cursor, const Call& call) {
  using Halide::MemoryType;
  static const std::map<std::string, MemoryType> types = {
      {"Auto", MemoryType::Auto},         {"Heap", MemoryType::Heap},           {"Stack", MemoryType::Stack},
      {"Register", MemoryType::Register}, {"GPUShared", MemoryType::GPUShared}, {"GPUTexture", MemoryType::GPUTexture}};
  cursor.func.store_in(types.at(call.arguments[0].text));
}

void reorder_storage(Session& session, Cursor& cursor, const Call& call) {
  std::vector<Halide::Var> dimensions;
  for (const Expression& name : call.arguments) dimensions.push_back(dimension(session, cursor, name));
  cursor.func.reorder_storage(dimensions);
}

void align_storage(Session& session, Cursor& cursor, const Call& call) {
  cursor.func.align_storage(dimension(session, cursor, call.arguments[0]), call.arguments[1].value);
}

void bound(Session& session, Cursor& cursor, const Call& call) {
  const Halide::Var variable = dimension(session, cursor, call.arguments[0]);
  const int least = call.arguments[1].value, extent = call.arguments[2].value;
  if (session.outputs.contains(cursor.func.name())) {
    // An extent that the shape fixes is known: a bound that says something else would leave elements out.
    const Halide::Parameter buffer = cursor.func.output_buffers()[0].parameter();
    const std::vector<Halide::Var> dimensions = cursor.func.args();
    for (std::size_t d = 0; d < dimensions.size(); ++d) {
      if (dimensions[d].name() != variable.name()) continue;
      const auto fixed = Halide::Internal::as_const_int(buffer.extent_constraint(static_cast<int>(d)));
      if (!fixed || *fixed == extent) continue;
      throw error(session, call.arguments[2].position,
                  fmt::format("`{}` has {} elements in `{}`, not {}", cursor.name, *fixed, variable.name(), extent));
    }
  }
  cursor.func.bound(variable, least, extent);
}

void align_bounds(Session& session, Cursor& cursor, const Call& call) {
  if (in_place(session, cursor)) {
    throw error(session, call.position,
                fmt::format("`{}` is written over what it is computed from: no more of it than its own elements may "
                            "be computed",
                            cursor.name));
  }
  const Halide::Var variable = dimension(session, cursor, call.arguments[0]);
  const int remainder = call.arguments.size() > 2 ? call.arguments[2].value : 0;
  cursor.func.align_bounds(variable, call.arguments[1].value, remainder);
}

}  // namespace

const std::map<std::string, Apply>& storage_directives() {
  static const std::map<std::string, Apply> table = {{"compute_at", compute_at},
                                                     {"compute_root", compute_root},
                                                     {"compute_inline", compute_inline},
                                                     {"compute_with", compute_with},
                                                     {"store_at", store_at},
                                                     {"store_root", store_root},
                                                     {"store_in", store_in},
                                                     {"hoist_storage", hoist_storage},
                                                     {"hoist_storage_root", hoist_storage_root},
                                                     {"reorder_storage", reorder_storage},
                                                     {"align_storage", align_storage},
                                                     {"bound", bound},
                                                     {"align_bounds", align_bounds}};
  return table;
}

}  // namespace nestwright::dsl::applying
