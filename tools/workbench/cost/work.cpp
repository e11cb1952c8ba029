#include "tools/workbench/cost/work.h"

#include <algorithm>

#include "tools/workbench/cost/vector_registers.h"

namespace nestwright::cost {
namespace {

// Whether the iterations of a loop around may differ in which loops and branches of `body` they run how often.
bool depends_on(const SymbolTable& symbols, const Body& body, int loop) {
  return std::ranges::any_of(body.nodes, [&](const Node& node) {
    if (const auto* inner = std::get_if<Loop>(&node.content)) {
      return symbols.depends_on(inner->extent, loop) || symbols.depends_on(inner->first, loop) ||
             depends_on(symbols, inner->body, loop);
    }
    const auto* branch = std::get_if<Branch>(&node.content);
    return branch != nullptr &&
           (symbols.depends_on(branch->condition, loop) || depends_on(symbols, branch->then_body, loop) ||
            depends_on(symbols, branch->else_body, loop));
  });
}

class Counter {
 public:
  explicit Counter(Nest& nest) : nest_(nest) {}

  double flops_of(const Body& body) {
    double flops = body.arithmetic.flops;
    for (const Node& node : body.nodes) {
      if (const auto* loop = std::get_if<Loop>(&node.content)) {
        flops += flops_of(*loop);
      } else if (const auto* branch = std::get_if<Branch>(&node.content)) {
        flops += flops_of(nest_.symbols.evaluate(branch->condition) != 0 ? branch->then_body : branch->else_body);
      }
    }
    return flops;
  }

  std::map<std::string, std::int64_t> extents;

 private:
  double flops_of(const Loop& loop) {
    const std::int64_t first = nest_.symbols.evaluate(loop.first), extent = nest_.symbols.evaluate(loop.extent);
    if (loop.extent.is_constant()) extents[loop.name] = extent;
    if (extent <= 0) return 0.0;
    nest_.symbols.set(loop.symbol, first);
    const double once = flops_of(loop.body);
    if (!depends_on(nest_.symbols, loop.body, loop.symbol)) return static_cast<double>(extent) * once;
    double flops = once;
    for (std::int64_t i = 1; i < extent; ++i) {
      nest_.symbols.set(loop.symbol, first + i);
      flops += flops_of(loop.body);
    }
    return flops;
  }

  Nest& nest_;
};

int vectors_beyond(const Nest& nest, const Body& body) {
  int most = 0;
  bool has_loops = false;
  for (const Node& node : body.nodes) {
    if (const auto* loop = std::get_if<Loop>(&node.content)) {
      most = std::max(most, vectors_beyond(nest, loop->body));
      has_loops = true;
    }
  }
  if (has_loops || body.updates == 0) return most;
  return std::max(most, body.live_registers + operand_registers - nest.vector_registers);
}

}  // namespace

Work work_of(Nest& nest) {
  Counter counter(nest);
  const double flops = counter.flops_of(nest.body);
  return {.flops = flops, .extents = counter.extents};
}

int vectors_beyond_registers(const Nest& nest) { return vectors_beyond(nest, nest.body); }

}  // namespace nestwright::cost
