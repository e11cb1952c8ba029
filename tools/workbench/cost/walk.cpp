#include "tools/workbench/cost/walk.h"

#include "support/error.h"

namespace nestwright::cost {
namespace {

// The most accesses that are walked through; calls with more are refused, since a walk would take too long: a choice.
constexpr std::int64_t most_accesses = 1'000'000'000;

class Walker {
 public:
  Walker(Nest& nest, const std::vector<CacheShape>& caches)
      : nest_(nest), caches_(caches), levels_(caches.size()), buffers_(nest.buffers.size()) {
    reset();
  }

  void call() { run(nest_.body); }

  void reset() {
    caches_.reset_counts();
    for (BufferTraffic& buffer : buffers_) buffer = {.misses = std::vector<std::int64_t>(levels_, 0)};
    totals_ = {};
    forget(nest_.body);
  }

  Walked result() {
    for (std::size_t level = 0; level < levels_; ++level) totals_.levels.push_back(caches_.traffic(level));
    totals_.buffers = buffers_;
    return totals_;
  }

 private:
  void forget(Body& body) {
    body.executions = 0;
    for (Node& node : body.nodes) {
      if (auto* loop = std::get_if<Loop>(&node.content)) {
        forget(loop->body);
      } else if (auto* branch = std::get_if<Branch>(&node.content)) {
        forget(branch->then_body);
        forget(branch->else_body);
      }
    }
  }

  void run(Body& body) {
    ++body.executions;
    for (Node& node : body.nodes) {
      if (const auto* access = std::get_if<Access>(&node.content)) {
        run(*access);
      } else if (auto* loop = std::get_if<Loop>(&node.content)) {
        const std::int64_t first = nest_.symbols.evaluate(loop->first);
        const std::int64_t extent = nest_.symbols.evaluate(loop->extent);
        for (std::int64_t i = 0; i < extent; ++i) {
          nest_.symbols.set(loop->symbol, first + i);
          run(loop->body);
        }
      } else if (auto* branch = std::get_if<Branch>(&node.content)) {
        run(nest_.symbols.evaluate(branch->condition) != 0 ? branch->then_body : branch->else_body);
      }
    }
  }

  void run(const Access& access) {
    const auto index = static_cast<std::size_t>(access.buffer);
    const Buffer& buffer = nest_.buffers[index];
    const std::int64_t bytes = access.width * buffer.element_bytes;
    caches_.access(buffer.address + nest_.symbols.evaluate(access.index) * buffer.element_bytes, bytes,
                   access.is_store);
    BufferTraffic& traffic = buffers_[index];
    ++traffic.accesses;
    for (int level = 0; level < caches_.last_missed(); ++level) ++traffic.misses[static_cast<std::size_t>(level)];
    ++(access.is_store ? totals_.stores : totals_.loads);
    totals_.bytes += bytes;
    if (totals_.loads + totals_.stores > most_accesses) {
      throw Error("--shape", "has more than 1000 million accesses, too many to walk through; give a smaller one");
    }
  }

  Nest& nest_;
  Caches caches_;
  std::size_t levels_;
  std::vector<BufferTraffic> buffers_;
  Walked totals_;
};

}  // namespace

Walked walk(Nest& nest, const std::vector<CacheShape>& caches) {
  Walker walker(nest, caches);
  walker.call();
  walker.reset();
  walker.call();
  return walker.result();
}

}  // namespace nestwright::cost
