#include "tools/workbench/cost/time.h"

#include <algorithm>
#include <map>
#include <utility>

#include "tools/workbench/cost/accesses.h"
#include "tools/workbench/cost/vector_registers.h"

namespace nestwright::cost {
namespace {

// Instructions that start in a cycle, as every current x86 core sustains them.
constexpr double instructions_per_cycle = 5.0;
// Instructions that an iteration takes for the loop itself: one for its counter, one for comparison and jump.
constexpr double loop_instructions = 2.0;
// How many instructions beyond the oldest unfinished one a core may start (reorder buffers have 224 entries in Skylake,
// 320 in Zen 4, 512 in Golden Cove): those behind the end of a chain of additions start while the chain is still
// running.
constexpr double reorder_window = 320.0;
// The share of the shorter of computing and fetching that the longer does not hide (docs/cost-model.md).
constexpr double exposed_share = 0.25;

// How many seconds each resource needs for one execution of a body without its inner loops.
struct BodyTime {
  double arithmetic = 0.0;
  double loads = 0.0;
  double stores = 0.0;
  double instructions = 0.0;
  double chain = 0.0;
  double spills = 0.0;  // vectors that are stored and loaded again
  double count = 0.0;   // instructions

  double seconds() const { return std::max({arithmetic, loads, stores, instructions, chain}); }
};

double spilled_vectors(const Nest& nest, const Body& body) {
  const int excess = body.live_registers + operand_registers - nest.vector_registers;
  if (excess <= 0 || body.updates == 0 || has_loops(body)) return 0.0;
  return static_cast<double>(excess) * body.updates / body.live_registers;
}

BodyTime body_time(const Nest& nest, const Body& body, const Machine& machine) {
  BodyTime time;
  const Arithmetic& arithmetic = body.arithmetic;
  const double instructions = arithmetic.multiply_adds + arithmetic.other;
  const double lanes = arithmetic.floating_point > 0.0 ? arithmetic.lanes / arithmetic.floating_point : 1.0;
  constexpr double float_bytes = 4.0;
  const bool is_wide = 2.0 * lanes * float_bytes > static_cast<double>(nest.vector_bytes);
  time.arithmetic = instructions * (is_wide ? machine.multiply_add : machine.narrow_multiply_add);
  double accesses = 0.0;
  for (const Node& node : body.nodes) {
    const auto* access = std::get_if<Access>(&node.content);
    if (access == nullptr) continue;
    const std::int64_t bytes = access->width * nest.buffers[static_cast<std::size_t>(access->buffer)].element_bytes;
    const bool is_narrow = 2 * bytes <= nest.vector_bytes;
    if (access->is_store) {
      time.stores += is_narrow ? machine.narrow_store : machine.store;
    } else {
      time.loads += is_narrow ? machine.narrow_load : machine.load;
    }
    ++accesses;
  }
  time.spills = spilled_vectors(nest, body);
  time.loads += time.spills * machine.load;
  time.stores += time.spills * machine.store;
  time.count = instructions + accesses + 2 * time.spills + loop_instructions;
  time.instructions = time.count * machine.cycle / instructions_per_cycle;
  time.chain = body.chain * machine.multiply_add_latency;
  return time;
}

// What bodies that go on with the same sums take together.
struct Run {
  double seconds = 0.0;
  double instructions = 0.0;
  std::map<std::pair<int, Linear>, double> additions;  // to each sum, by buffer and index
};

// The time of a nest: the times of all executions of its bodies, added up.
class NestTime {
 public:
  NestTime(const Nest& nest, const Machine& machine) : nest_(nest), machine_(machine) {
    seconds = add(nest.body, 1.0, false).seconds;
  }

  double seconds = 0.0;
  BodyTime total;

 private:
  // The seconds that a chain of `additions` adds, where the code that it is part of has `instructions`: what follows
  // within the reorder window is executed while the chain runs.
  double chain_seconds(double additions, double instructions) const {
    return additions * machine_.multiply_add_latency / (1.0 + reorder_window / std::max(1.0, instructions));
  }

  void append(Run& run, const Run& inner) const {
    run.seconds += inner.seconds;
    run.instructions += inner.instructions;
    for (const auto& [sum, additions] : inner.additions) run.additions[sum] += additions;
  }

  // Adds the time of all executions of a body, inner loops included, to the total, and returns it. `starts` is how
  // often the innermost loop around the body is started.
  Run add(const Body& body, double starts, bool is_loop) {
    BodyTime time = body_time(nest_, body, machine_);
    const auto times = static_cast<double>(body.executions);
    if (times == 0.0) return {};
    time.chain = chain_seconds(body.chain, times / std::max(1.0, starts) * time.count);
    Run run = {.seconds = times * std::max(time.seconds(), is_loop ? machine_.cycle : 0.0),
               .instructions = times * time.count,
               .additions = {}};
    for (const Body::Sum& sum : body.sums) run.additions[{sum.buffer, sum.index}] += times * sum.additions;
    add_total(time, times);
    Run inner;
    for (const Node& node : body.nodes) {
      if (const auto* loop = std::get_if<Loop>(&node.content)) {
        append(inner, add(loop->body, times, true));
      } else if (const auto* branch = std::get_if<Branch>(&node.content)) {
        append(inner, add(branch->then_body, starts, false));
        append(inner, add(branch->else_body, starts, false));
      }
    }
    append(run, inner);
    if (body.carries_sums) return run;
    // Each execution begins with new sums, so their chains end here.
    double most_additions = 0.0;
    for (const auto& [sum, additions] : run.additions) most_additions = std::max(most_additions, additions);
    const double chain = chain_seconds(most_additions, run.instructions / times);
    total.chain = std::max(total.chain, chain);
    return {.seconds = std::max(run.seconds, chain), .instructions = run.instructions, .additions = {}};
  }

  void add_total(const BodyTime& time, double times) {
    total.arithmetic += times * time.arithmetic;
    total.loads += times * time.loads;
    total.stores += times * time.stores;
    total.instructions += times * time.instructions;
    total.chain += times * time.chain;
    total.spills += times * time.spills;
  }

  const Nest& nest_;
  const Machine& machine_;
};

}  // namespace

const Resource& PredictedTime::binding() const { return *std::ranges::max_element(resources, {}, &Resource::seconds); }

PredictedTime predict_time(const Nest& nest, const Walked& walked, const Machine& machine) {
  const NestTime time_of_nest(nest, machine);
  PredictedTime time = {.seconds = time_of_nest.seconds,
                        .resources = {{"multiply-adds", time_of_nest.total.arithmetic},
                                      {"loads", time_of_nest.total.loads},
                                      {"stores", time_of_nest.total.stores},
                                      {"instructions", time_of_nest.total.instructions},
                                      {"latency of additions", time_of_nest.total.chain}},
                        .spills = time_of_nest.total.spills};
  double transfers = 0.0;
  for (std::size_t level = 0; level < walked.levels.size() && level < machine.line.size(); ++level) {
    const Traffic& traffic = walked.levels[level];
    const double seconds = static_cast<double>(traffic.misses + traffic.write_backs) * machine.line[level];
    const bool is_last = level + 1 == walked.levels.size();
    time.resources.push_back({is_last ? "memory" : machine.caches[level + 1].name, seconds});
    transfers += seconds;
  }
  // Lines are fetched while others are computed with, but not all arrive in time.
  time.seconds = std::max(time_of_nest.seconds, transfers) + exposed_share * std::min(time_of_nest.seconds, transfers);
  return time;
}

}  // namespace nestwright::cost
