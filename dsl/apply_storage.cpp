// Directives on where a Func is computed and stored.
#include <fmt/format.h>

#include "dsl/applying.h"
#include "dsl/halide_message.h"

namespace nestwright::dsl::applying {
namespace {

using Halide::LoopLevel;

// A level that becomes call.arguments[0]'s loop call.arguments[1] when the rest of the schedule has been applied.
LoopLevel later(Application& application, const Cursor& cursor, const Call& call) {
  if (find_stage(application, call.arguments[0]).func.name() == cursor.func.name()) {
    throw error(application, call.arguments[0].position,
                fmt::format("{} needs a loop of another Func than `{}` itself", call.name, cursor.name));
  }
  LoopLevel pending;
  application.deferred.emplace_back([&application, call, pending]() mutable {
    pending.set(loop_level(application, call.arguments[0], call.arguments[1]));
  });
  return pending;
}

void compute_at(Application& application, Cursor& cursor, const Call& call) {
  cursor.func.compute_at(later(application, cursor, call));
}

void store_at(Application& application, Cursor& cursor, const Call& call) {
  cursor.func.store_at(later(application, cursor, call));
}

void hoist_storage(Application& application, Cursor& cursor, const Call& call) {
  cursor.func.hoist_storage(later(application, cursor, call));
}

void compute_root(Application&, Cursor& cursor, const Call&) { cursor.func.compute_root(); }
void compute_inline(Application&, Cursor& cursor, const Call&) { cursor.func.compute_inline(); }
void store_root(Application&, Cursor& cursor, const Call&) { cursor.func.store_root(); }
void hoist_storage_root(Application&, Cursor& cursor, const Call&) { cursor.func.hoist_storage_root(); }

void compute_with(Application& application, Cursor& cursor, const Call& call) {
  using Halide::LoopAlignStrategy;
  static const std::map<std::string, LoopAlignStrategy> strategies = {{"Auto", LoopAlignStrategy::Auto},
                                                                      {"AlignStart", LoopAlignStrategy::AlignStart},
                                                                      {"AlignEnd", LoopAlignStrategy::AlignEnd},
                                                                      {"NoAlign", LoopAlignStrategy::NoAlign}};
  const LoopAlignStrategy strategy =
      call.arguments.size() > 2 ? strategies.at(call.arguments[2].text) : LoopAlignStrategy::Auto;
  // Checks the Func now; its loops may come later.
  static_cast<void>(find_stage(application, call.arguments[0]));
  application.deferred.emplace_back([&application, cursor, call, strategy]() mutable {
    const Cursor other = find_stage(application, call.arguments[0]);
    const Halide::VarOrRVar at = find_loop(application, other, call.arguments[1]);
    try {
      cursor.stage.compute_with(other.stage, at, strategy);
    } catch (const Halide::Error& refused) {
      throw error(application, call.position,
                  "Halide refuses compute_with: " + halide_message(refused.what(), application.names));
    }
  });
}

void store_in(Application& application, Cursor& cursor, const Call& call) {
  using Halide::MemoryType;
  static const std::map<std::string, MemoryType> types = {{"Auto", MemoryType::Auto},
                                                          {"Heap", MemoryType::Heap},
                                                          {"Stack", MemoryType::Stack},
                                                          {"Register", MemoryType::Register},
                                                          {"GPUShared", MemoryType::GPUShared}};
  const MemoryType type = types.at(call.arguments[0].text);
  if (type == MemoryType::GPUShared && application.schedule.purpose == "cpu") {
    throw error(application, call.arguments[0].position,
                "GPUShared is memory of a GPU, and the schedule is for cpu; use Heap, Stack or Register");
  }
  cursor.func.store_in(type);
}

void reorder_storage(Application& application, Cursor& cursor, const Call& call) {
  std::vector<Halide::Var> dimensions;
  for (const Expression& name : call.arguments) dimensions.push_back(find_dimension(application, cursor, name));
  cursor.func.reorder_storage(dimensions);
}

void align_storage(Application& application, Cursor& cursor, const Call& call) {
  cursor.func.align_storage(find_dimension(application, cursor, call.arguments[0]), call.arguments[1].value);
}

void bound(Application& application, Cursor& cursor, const Call& call) {
  const Halide::Var variable = find_dimension(application, cursor, call.arguments[0]);
  const int least = call.arguments[1].value, extent = call.arguments[2].value;
  if (application.outputs.contains(cursor.func.name())) {
    // An extent that the shape fixes is known: a bound that says something else would leave elements out.
    const Halide::Parameter buffer = cursor.func.output_buffers()[0].parameter();
    const std::vector<Halide::Var> dimensions = cursor.func.args();
    for (std::size_t d = 0; d < dimensions.size(); ++d) {
      if (dimensions[d].name() != variable.name()) continue;
      const auto fixed = Halide::Internal::as_const_int(buffer.extent_constraint(static_cast<int>(d)));
      if (!fixed || *fixed == extent) continue;
      throw error(application, call.arguments[2].position,
                  fmt::format("`{}` has {} elements in `{}`, not {}", cursor.name, *fixed,
                              loop_in_schedule(variable.name()), extent));
    }
  }
  cursor.func.bound(variable, least, extent);
}

void align_bounds(Application& application, Cursor& cursor, const Call& call) {
  if (is_in_place(application, cursor)) {
    throw error(application, call.position,
                fmt::format("`{}` is written over what it is computed from: no more of it than its own elements may "
                            "be computed",
                            cursor.name));
  }
  const Halide::Var variable = find_dimension(application, cursor, call.arguments[0]);
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
