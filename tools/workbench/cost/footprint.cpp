#include "tools/workbench/cost/footprint.h"

#include <unordered_set>

namespace nestwright::cost {
namespace {

using Lines = std::unordered_set<std::int64_t>;

class Counter {
 public:
  Counter(Nest& nest, std::int64_t line_bytes) : nest_(nest), line_bytes_(line_bytes) {}

  std::map<int, LoopFootprint> count() {
    Lines all;
    run(nest_.body, all);
    for (auto& [symbol, footprint] : found_) {
      if (footprint.iterations > 0) footprint.iteration_lines /= static_cast<double>(footprint.iterations);
      if (footprint.executions > 0) footprint.loop_lines /= static_cast<double>(footprint.executions);
    }
    return found_;
  }

 private:
  void run(const Body& body, Lines& lines) {
    for (const Node& node : body.nodes) {
      if (const auto* access = std::get_if<Access>(&node.content)) {
        const Buffer& buffer = nest_.buffers[static_cast<std::size_t>(access->buffer)];
        const std::int64_t first = buffer.address + nest_.symbols.evaluate(access->index) * buffer.element_bytes;
        const std::int64_t last = first + access->width * buffer.element_bytes - 1;
        for (std::int64_t line = first / line_bytes_; line <= last / line_bytes_; ++line) lines.insert(line);
      } else if (const auto* loop = std::get_if<Loop>(&node.content)) {
        run(*loop, lines);
      } else if (const auto* branch = std::get_if<Branch>(&node.content)) {
        run(nest_.symbols.evaluate(branch->condition) != 0 ? branch->then_body : branch->else_body, lines);
      }
    }
  }

  void run(const Loop& loop, Lines& outer) {
    const std::int64_t first = nest_.symbols.evaluate(loop.first);
    const std::int64_t extent = nest_.symbols.evaluate(loop.extent);
    LoopFootprint& footprint = found_[loop.symbol];
    Lines of_loop, of_iteration;
    for (std::int64_t i = 0; i < extent; ++i) {
      nest_.symbols.set(loop.symbol, first + i);
      of_iteration.clear();
      run(loop.body, of_iteration);
      footprint.iteration_lines += static_cast<double>(of_iteration.size());
      of_loop.insert(of_iteration.begin(), of_iteration.end());
    }
    ++footprint.executions;
    footprint.iterations += extent > 0 ? extent : 0;
    footprint.loop_lines += static_cast<double>(of_loop.size());
    outer.insert(of_loop.begin(), of_loop.end());
  }

  Nest& nest_;
  std::int64_t line_bytes_;
  std::map<int, LoopFootprint> found_;
};

}  // namespace

std::map<int, LoopFootprint> footprints(Nest& nest, std::int64_t line_bytes) {
  return Counter(nest, line_bytes).count();
}

}  // namespace nestwright::cost
