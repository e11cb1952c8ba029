// Whether each of a GPU's threads reads only what it has computed itself of the memory that no other thread can see.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "dsl/applying.h"
#include "dsl/halide_message.h"
#include "dsl/illegal_schedule.h"
#include "dsl/placement.h"
#include "dsl/polyhedral/thread_conflict.h"
#include "dsl/polyhedral/unfused_kernel.h"
#include "dsl/schedule_names.h"
#include "dsl/shared_storage.h"

namespace nestwright::dsl::applying {
namespace {

namespace ir = Halide::Internal;
using polyhedral::PrivateMemory;
using polyhedral::ThreadConflict;

bool runs_on_gpu(const ir::Definition& definition) {
  const auto& dims = definition.schedule().dims();
  return std::ranges::any_of(dims, [](const ir::Dim& dim) { return ir::is_gpu(dim.for_type); }) ||
         std::ranges::any_of(definition.specializations(), [](const ir::Specialization& special) {
           return special.definition.defined() && runs_on_gpu(special.definition);
         });
}

bool runs_on_gpu(const ir::Function& function) {
  return function.has_pure_definition() &&
         (runs_on_gpu(function.definition()) ||
          std::ranges::any_of(function.updates(), [](const auto& update) { return runs_on_gpu(update); }));
}

bool is_kept_around_kernels(const std::map<std::string, ir::Function>& functions, const std::string& func) {
  const auto found = functions.find(func);
  if (found == functions.end()) return false;
  return locked(found->second.schedule().hoist_storage_level()).is_root();
}

// Whoever compiles the schedule then says so.
bool is_refused_by_halide(const std::vector<ir::Function>& outputs, const Halide::Target& target) {
  std::vector<Halide::Func> funcs;
  for (const ir::Function& output : outputs) funcs.emplace_back(output);
  Halide::Pipeline pipeline(funcs);
  try {
    pipeline.compile_to_module(pipeline.infer_arguments(), "refused", target);
  } catch (const Halide::Error&) {
    return true;
  }
  return false;
}

std::string numbers(const std::vector<int>& dimensions, const std::vector<std::int64_t>& values) {
  static constexpr const char* names = "xyzw";
  std::vector<std::string> parts;
  for (std::size_t n = 0; n < dimensions.size(); ++n) {
    const bool is_block = dimensions[n] >= polyhedral::first_block_dimension;
    const int dimension = is_block ? dimensions[n] - polyhedral::first_block_dimension : dimensions[n];
    parts.push_back(fmt::format("{}{}={}", is_block ? "block " : "", names[dimension], values[n]));
  }
  return fmt::format("({})", fmt::join(parts, ", "));
}

// "lane=0, x=1": the producer's loops, as far as the schedule has names for them.
std::string iteration(const Application& application, const ThreadConflict& conflict) {
  std::vector<std::string> parts;
  for (auto [loop, value] : conflict.iteration) {
    if (!ir::starts_with(loop, conflict.memory.func + ".s")) continue;
    if (ir::ends_with(loop, ".rebased")) loop.erase(loop.size() - std::string(".rebased").size());
    const std::string within = loop.substr(loop.find('.', conflict.memory.func.size() + 1) + 1);
    if (has_schedule_name(within)) parts.push_back(fmt::format("{}={}", application.names.loop(within), value));
  }
  return parts.empty() ? "" : fmt::format(" at {}", fmt::join(parts, ", "));
}

std::string where_kept(const PrivateMemory& memory) {
  if (memory.type == Halide::MemoryType::Register) return "in registers";
  if (memory.type == Halide::MemoryType::Stack) return "in stack memory";
  return "inside a loop over threads";
}

std::string what_is_wrong(const Application& application, const ThreadConflict& conflict) {
  const std::string func = name_of(application, conflict.memory.func);
  const std::string kept = fmt::format("`{}` is kept {}, where each thread of the GPU has its own values", func,
                                       where_kept(conflict.memory));
  const std::string remedy = fmt::format(
      "let each thread compute what it reads, or keep `{}` outside of the loops over threads with store_in(GPUShared)",
      func);
  if (!conflict.is_certain || conflict.writer.empty()) {
    return fmt::format("{}, and it can't be proved that each thread reads only what it has computed itself; {}", kept,
                       remedy);
  }
  return fmt::format("{}: thread {} computes element {}{}, and thread {} reads it; {}", kept,
                     numbers(conflict.dimensions, conflict.writer), conflict.element, iteration(application, conflict),
                     numbers(conflict.dimensions, conflict.reader), remedy);
}

Position position_about(const Application& application, const std::string& func) {
  const auto placed = application.placed.find(func);
  if (placed == application.placed.end()) return application.schedule.op_position;
  const auto& calls = placed->second;
  const auto kept = std::ranges::find(calls.rbegin(), calls.rend(), "store_in", &Call::name);
  return kept == calls.rend() ? calls.back().position : kept->position;
}

// A Tuple's values have numbers: "pool.0".
std::string func_of(const std::string& allocation) { return allocation.substr(0, allocation.find('.')); }

void require_room_in_shared_memory(const Application& application, const std::vector<ir::Function>& outputs,
                                   const ir::Stmt& unfused) {
  const auto fault = find_shared_place(find_uneven_pairs(unfused), outputs, application.target);
  if (!fault) return;
  const std::string narrow = func_of(fault->narrow);
  const std::string first = name_of(application, narrow), second = name_of(application, func_of(fault->wide));
  const int multiple = fault->wide_bytes / fault->narrow_bytes;
  throw error(
      application, position_about(application, narrow),
      fmt::format("`{}`, of {} {} an element, and `{}`, of {}, share a place in the memory that a block's threads "
                  "share, and Halide takes too little for it unless `{}` has a multiple of {} elements; "
                  "align_storage of its innermost dimension to {} would do",
                  first, fault->narrow_bytes, fault->narrow_bytes == 1 ? "byte" : "bytes", second, fault->wide_bytes,
                  first, multiple, multiple));
}

// What isl would have to work at for too long is not proved.
std::optional<ThreadConflict> conflict_in(const PrivateMemory& memory,
                                          const std::function<int(const std::string&)>& updates_of) {
  try {
    return polyhedral::find_thread_conflict(memory, updates_of);
  } catch (const Error&) {
    return ThreadConflict{.memory = memory, .is_certain = false};
  }
}

}  // namespace

void require_own_values(Application& application, const std::vector<ir::Function>& outputs) {
  const std::map<std::string, ir::Function> functions = ir::build_environment(outputs);
  const bool is_on_gpu = std::ranges::any_of(functions, [](const auto& entry) { return runs_on_gpu(entry.second); });
  if (!is_on_gpu) return;
  ir::Stmt unfused;
  std::vector<PrivateMemory> memories;
  try {
    unfused = polyhedral::lower_unfused(outputs, application.target);
    memories = polyhedral::private_memories(unfused);
  } catch (const Halide::Error& refused) {
    if (is_refused_by_halide(outputs, application.target)) return;
    throw error(application, application.schedule.op_position,
                fmt::format("it can't be proved that each thread of the GPU reads only what it has computed itself: {}",
                            halide_message(refused.what(), application.names)));
  }
  const auto updates_of = [&](const std::string& func) {
    const auto found = functions.find(func);
    return found == functions.end() ? 1 : static_cast<int>(found->second.updates().size());
  };
  require_room_in_shared_memory(application, outputs, unfused);
  for (const PrivateMemory& memory : memories) {
    if (is_kept_around_kernels(functions, memory.func)) continue;
    const auto conflict = conflict_in(memory, updates_of);
    if (!conflict) continue;
    throw IllegalSharing(
        error(application, position_about(application, memory.func), what_is_wrong(application, *conflict)), *conflict);
  }
}

}  // namespace nestwright::dsl::applying
