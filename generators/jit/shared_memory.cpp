#include "generators/jit/shared_memory.h"

#include <algorithm>

#include "generators/scheduling/checked_pipeline.h"
#include "generators/scheduling/compile_arguments.h"

namespace nestwright::jit {
namespace {

namespace ir = Halide::Internal;

// Adds up what each launch of a lowered statement allocates for its blocks of threads.
class SharedMemory : public ir::IRVisitor {
 public:
  std::int64_t most_bytes = 0;  // of a launch

 private:
  using ir::IRVisitor::visit;

  void visit(const ir::For* op) override {
    const bool is_launch = !is_in_launch_ && ir::is_gpu(op->for_type);
    if (is_launch) {
      is_in_launch_ = true;
      bytes_ = 0;
    }
    IRVisitor::visit(op);
    if (is_launch) {
      is_in_launch_ = false;
      most_bytes = std::max(most_bytes, bytes_);
    }
  }

  void visit(const ir::Allocate* op) override {
    if (op->memory_type == Halide::MemoryType::GPUShared) {
      std::int64_t bytes = std::int64_t{op->type.bytes()} * op->type.lanes();
      for (const Halide::Expr& extent : op->extents) {
        const auto constant = ir::as_const_int(ir::simplify(extent));
        if (!constant) throw Halide::CompileError("the size of " + op->name + " in shared memory is not constant");
        bytes *= *constant;
      }
      bytes_ += bytes;
    }
    IRVisitor::visit(op);
  }

  bool is_in_launch_ = false;
  std::int64_t bytes_ = 0;  // of the launch that it is in
};

}  // namespace

std::int64_t shared_bytes(const BoundAlgorithm& bound, const Halide::Target& target) {
  SharedMemory memory;
  checked_pipeline(bound)
      .compile_to_module(compile_arguments(bound), "shared_memory", target)
      .get_conceptual_stmt()
      .accept(&memory);
  return memory.most_bytes;
}

}  // namespace nestwright::jit
