#include "dsl/shared_storage.h"

#include <vector>

#include "dsl/polyhedral/unfused_kernel.h"

namespace nestwright::dsl {
namespace {

namespace ir = Halide::Internal;
using Halide::MemoryType;

struct SharedAllocation {
  std::string func;
  int bytes = 0;      // of an element
  Halide::Expr size;  // in elements
};

// Gathers what each outermost loop keeps for the threads of a block.
class SharedAllocations : public ir::IRVisitor {
 public:
  std::vector<std::vector<SharedAllocation>> of_loops;

 private:
  using ir::IRVisitor::visit;

  void visit(const ir::For* op) override {
    if (depth_ == 0) of_loops.emplace_back();
    const bool is_over_threads = polyhedral::is_over_threads(*op);
    depth_ += 1;
    thread_depth_ += is_over_threads ? 1 : 0;
    ir::IRVisitor::visit(op);
    thread_depth_ -= is_over_threads ? 1 : 0;
    depth_ -= 1;
  }

  void visit(const ir::Allocate* op) override {
    const bool is_a_threads = op->memory_type == MemoryType::Stack || op->memory_type == MemoryType::Register ||
                              (thread_depth_ > 0 && op->constant_allocation_size() != 0);
    if (depth_ > 0 && !is_a_threads) {
      Halide::Expr size = 1;
      for (const Halide::Expr& extent : op->extents) size *= extent;
      of_loops.back().push_back({op->name, op->type.bytes(), size});
    }
    ir::IRVisitor::visit(op);
  }

  int depth_ = 0, thread_depth_ = 0;
};

std::optional<SharedPlaceFault> fault_among(const std::vector<SharedAllocation>& kept) {
  for (const SharedAllocation& narrow : kept) {
    for (const SharedAllocation& wide : kept) {
      if (narrow.bytes >= wide.bytes) continue;
      const int ratio = wide.bytes / narrow.bytes;
      if (ir::can_prove(narrow.size % ratio == 0)) continue;
      return SharedPlaceFault{
          .narrow = narrow.func, .wide = wide.func, .narrow_bytes = narrow.bytes, .wide_bytes = wide.bytes};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<SharedPlaceFault> find_shared_place_fault(const ir::Stmt& unfused) {
  SharedAllocations allocations;
  unfused.accept(&allocations);
  for (const auto& kept : allocations.of_loops) {
    if (auto fault = fault_among(kept)) return fault;
  }
  return std::nullopt;
}

}  // namespace nestwright::dsl
