#include "cost/time.h"

#include <algorithm>

#include "cost/accesses.h"

namespace nestwright::cost {
namespace {

// Instructions that start in a cycle: what every current x86 core sustains.
constexpr double instructions_per_cycle = 5.0;
// A loop's counter, its comparison and jump.
constexpr double loop_instructions = 2.0;
// Registers for what a multiply-add reads.
constexpr int operand_registers = 2;

// Seconds of each resource for one execution of a body, inner loops left out.
struct BodyTime {
  double arithmetic = 0.0;
  double loads = 0.0;
  double stores = 0.0;
  double instructions = 0.0;
  double chain = 0.0;
  double spills = 0.0;  // vectors

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
  const bool is_wide = lanes * 8.0 > static_cast<double>(nest.vector_bytes);
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
  time.instructions = (instructions + accesses + 2 * time.spills + loop_instructions) * machine.cycle /
                      instructions_per_cycle;
  time.chain = body.chain * machine.multiply_add_latency;
  return time;
}

class Sum {
 public:
  Sum(const Nest& nest, const Machine& machine) : nest_(nest), machine_(machine) { add(nest.body, false); }

  double seconds = 0.0;
  BodyTime total;

 private:
  void add(const Body& body, bool is_loop) {
    const BodyTime time = body_time(nest_, body, machine_);
    const auto times = static_cast<double>(body.executions);
    seconds += times * std::max(time.seconds(), is_loop ? machine_.cycle : 0.0);
    total.arithmetic += times * time.arithmetic;
    total.loads += times * time.loads;
    total.stores += times * time.stores;
    total.instructions += times * time.instructions;
    total.chain += times * time.chain;
    total.spills += times * time.spills;
    for (const Node& node : body.nodes) {
      if (const auto* loop = std::get_if<Loop>(&node.content)) {
        add(loop->body, true);
      } else if (const auto* branch = std::get_if<Branch>(&node.content)) {
        add(branch->then_body, false);
        add(branch->else_body, false);
      }
    }
  }

  const Nest& nest_;
  const Machine& machine_;
};

}  // namespace

const Resource& PredictedTime::binding() const { return *std::ranges::max_element(resources, {}, &Resource::seconds); }

PredictedTime predict_time(const Nest& nest, const Walked& walked, const Machine& machine) {
  const Sum sum(nest, machine);
  PredictedTime time = {.seconds = sum.seconds,
                        .resources = {{"multiply-adds", sum.total.arithmetic},
                                      {"loads", sum.total.loads},
                                      {"stores", sum.total.stores},
                                      {"instructions", sum.total.instructions},
                                      {"latency of additions", sum.total.chain}},
                        .spills = sum.total.spills};
  for (std::size_t level = 0; level < walked.levels.size() && level < machine.line.size(); ++level) {
    const Traffic& traffic = walked.levels[level];
    const double seconds = static_cast<double>(traffic.misses + traffic.write_backs) * machine.line[level];
    const bool is_last = level + 1 == walked.levels.size();
    time.resources.push_back({is_last ? "memory" : machine.caches[level + 1].name, seconds});
    time.seconds += seconds;
  }
  return time;
}

}  // namespace nestwright::cost
