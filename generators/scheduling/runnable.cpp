#include "generators/scheduling/runnable.h"

#include <fmt/format.h>

#include <functional>

#include "dsl/print.h"
#include "dsl/source_error.h"
#include "generators/scheduling/code_size.h"
#include "generators/scheduling/left_out_code.h"
#include "generators/scheduling/run_time_checks.h"
#include "generators/scheduling/serial_lowering.h"

namespace nestwright {
namespace {

// A schedule that was applied, for messages.
struct ScheduledUse {
  const BoundAlgorithm& bound;
  const dsl::Schedule& schedule;
  const dsl::Applied& applied;
};

// Storage may be called after its Func and a number of a Tuple's part: "argmax.0".
std::string name_of(const ScheduledUse& use, const std::string& func) {
  return use.applied.names.func(func.substr(0, func.find('.')));
}

// The last directive on a Func that `fits`; nullptr where there is none.
const dsl::Call* last_call(const ScheduledUse& use, const std::string& func,
                           const std::function<bool(const dsl::Call&)>& fits) {
  for (auto entry = use.applied.calls.rbegin(); entry != use.applied.calls.rend(); ++entry) {
    if (entry->func == func && fits(entry->call)) return &entry->call;
  }
  return nullptr;
}

// At the directive, or, where none is to blame, at the schedule's first line. `call` says what the shape leaves open.
Error refusal(const ScheduledUse& use, const dsl::Call* directive, const std::string& call, const std::string& what) {
  std::string where = use.bound.shape.text() + call;
  where.erase(0, where.find_first_not_of(' '));
  return dsl::error_at(use.schedule, directive == nullptr ? use.schedule.op_position : directive->position,
                       where.empty() ? what : fmt::format("{} (at {})", what, where));
}

// The beginning of a note on the whole schedule.
std::string place_of_schedule(const dsl::Schedule& schedule) {
  return fmt::format("{}:{}:{}", schedule.file, schedule.op_position.line, schedule.op_position.column);
}

// What the shape leaves open in a call: " b=3".
std::string extent_text(const ScheduledUse& use, std::int64_t open) {
  return open == 1 ? "" : fmt::format(" {}={}", open_dimension(use.bound), open);
}

bool is_placing(const dsl::Call& call) {
  return call.name.starts_with("compute_") || call.name.starts_with("store_") || call.name.starts_with("hoist_") ||
         call.name.starts_with("align_") || call.name == "bound";
}

std::string bytes_text(std::int64_t bytes) {
  return bytes == 0 ? "more bytes than 64 bits can count" : fmt::format("{} bytes", bytes);
}

Error bound_refusal(const ScheduledUse& use, const FailedCheck& failed, const std::string& call) {
  const std::string dimension = dsl::loop_in_schedule(failed.dimension);
  const dsl::Call* const directive = last_call(use, failed.func, [&](const dsl::Call& each) {
    return each.name == "bound" && each.arguments[0].text == dimension;
  });
  const std::string name = name_of(use, failed.func);
  if (failed.greatest < failed.least) {
    return refusal(
        use, directive, call,
        fmt::format("more elements of `{}` in `{}` are needed than bound states; leave it out", name, dimension));
  }
  return refusal(use, directive, call,
                 fmt::format("the elements {} to {} of `{}` in `{}` are needed, {} of them; leave bound out, or let it "
                             "state these",
                             failed.least, failed.greatest, name, dimension, failed.greatest - failed.least + 1));
}

Error check_refusal(const ScheduledUse& use, const FailedCheck& failed, const std::string& call) {
  using Kind = FailedCheck::Kind;
  if (failed.kind == Kind::stated_bound) return bound_refusal(use, failed, call);
  const std::string func = failed.func.substr(0, failed.func.find('.'));
  const bool on_stack = failed.kind == Kind::stack;
  return refusal(use, last_call(use, func, is_placing), call,
                 fmt::format("`{}` would take {} {}, and {}; compute it further in, or in smaller parts{}",
                             name_of(use, func), bytes_text(failed.bytes), on_stack ? "of a thread's stack" : "at once",
                             on_stack ? fmt::format("{} is the most that one may", most_stack_bytes)
                                      : fmt::format("Halide can address {}", most_addressable_bytes),
                             on_stack ? ", or store it in the Heap" : ""));
}

// Where no directive is known, the one is looked for from which on the kernel would not run.
void require_passed(const ScheduledUse& use, const FailedCheck& failed, const std::string& call) {
  if (failed.kind != FailedCheck::Kind::other) throw check_refusal(use, failed, call);
  throw Halide::CompileError(
      (call.empty() ? "it would fail whenever it is called: " : fmt::format("a call with{} would fail: ", call)) +
      failed.complaint);
}

std::string func_of(const std::string& loop) { return loop.substr(0, loop.find('.')); }

bool multiplies(const dsl::Call& call) { return call.name == "unroll" || call.name == "vectorize"; }

std::string count_text(double count) {
  return count > 1e12 ? "more than 1000000000000" : fmt::format("about {:.0f}", count);
}

void require_small_code(const ScheduledUse& use, const SerialLowering& lowering, const Halide::Target& target) {
  const CodeSize size = code_size_of(lowering, target);
  if (size.lanes > most_lanes) {
    const std::string func = func_of(size.vector_loop);
    const std::string loop = use.applied.names.loop_of_stage(size.vector_loop);
    const auto makes_it = [&](const dsl::Call& call) {
      return call.name == "vectorize" && call.arguments[0].text == loop;
    };
    throw refusal(use, last_call(use, func, makes_it), {},
                  fmt::format("vectors of `{}` would have more than {} values, which Halide can't compile in "
                              "reasonable time; vectorize a smaller part of `{}`",
                              name_of(use, func), most_lanes, loop));
  }
  if (size.operations <= most_operations || size.loop.empty()) return;
  const std::string func = func_of(size.loop);
  throw refusal(use, last_call(use, func, multiplies), {},
                fmt::format("unrolled, the kernel would have {} operations ({} copies of the code in `{}`), more than "
                            "the {:.0f} that Halide can compile in reasonable time; unroll less",
                            count_text(size.operations), count_text(size.copies), name_of(use, func), most_operations));
}

// The first Func that the processor would store values of; empty where there is none. How much memory a group's threads
// share is worked out on the processor and kept there.
std::string computed_by_processor(const Halide::Internal::Stmt& statement) {
  class HostStores : public Halide::Internal::IRVisitor {
   public:
    std::string first;

   private:
    using Halide::Internal::IRVisitor::visit;
    void visit(const Halide::Internal::For* op) override {
      if (!Halide::Internal::is_gpu(op->for_type)) Halide::Internal::IRVisitor::visit(op);
    }
    void visit(const Halide::Internal::Store* op) override {
      if (first.empty() && !op->name.ends_with(".shared_size")) first = func_of(op->name);
    }
  };
  HostStores stores;
  statement.accept(&stores);
  return stores.first;
}

// A device's tensors are in its memory alone.
void require_all_on_gpu(const ScheduledUse& use, const SerialLowering& lowering) {
  if (use.schedule.purpose != "gpu") return;
  const std::string func = computed_by_processor(lowering.with_gpu_loops);
  if (func.empty()) return;
  throw refusal(use, last_call(use, func, [](const dsl::Call&) { return true; }), {},
                fmt::format("`{}` would be computed by the processor, which has no access to a device's tensors; map "
                            "its loops to the GPU with gpu_tile, or gpu_blocks and gpu_threads, or compute it within "
                            "such loops",
                            name_of(use, func)));
}

}  // namespace

std::vector<std::string> require_runnable(const BoundAlgorithm& bound, const dsl::Schedule& schedule,
                                          const dsl::Applied& applied, const Halide::Target& target) {
  const ScheduledUse use{bound, schedule, applied};
  const SerialLowering lowering = lower_serially(bound, target);
  require_small_code(use, lowering, target);
  require_nothing_left_out(lowering.with_gpu_loops, bound.algorithm.outputs);
  require_all_on_gpu(use, lowering);
  const RunTimeChecks checks = evaluate_checks(bound, lowering.statement);
  if (checks.failed) require_passed(use, *checks.failed, extent_text(use, checks.open));
  std::vector<std::string> notes;
  for (const std::string& undecided : checks.undecided) {
    notes.push_back(fmt::format("{}: can't be evaluated before the call: what it checks of `{}`",
                                place_of_schedule(schedule), name_of(use, undecided)));
  }
  if (checks.fails_at_most) {
    notes.push_back(fmt::format("{}: a call with{} fails: `{}` would take {} at once, and Halide can address {}",
                                place_of_schedule(schedule), extent_text(use, checks.most_open),
                                name_of(use, checks.fails_at_most->func), bytes_text(checks.fails_at_most->bytes),
                                most_addressable_bytes));
  }
  return notes;
}

}  // namespace nestwright
