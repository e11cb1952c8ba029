#include "generators/scheduling/checked_pipeline.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "generators/scheduling/block_limits.h"
#include "generators/scheduling/compile_arguments.h"
#include "generators/scheduling/left_out_code.h"
#include "generators/scheduling/strict_halide.h"
#include "generators/scheduling/thread_race.h"

namespace nestwright {
namespace {

namespace ir = Halide::Internal;

// The Func of an allocation; the first, where Halide has put several into one.
std::string func_of(std::string allocation) {
  const std::string group = "allocgroup__";
  if (allocation.starts_with(group)) allocation.erase(0, group.size());
  return allocation.substr(0, allocation.find('.'));
}

// The first tensor that an expression reads; empty where it reads none. How much a group's threads share is worked out
// on the processor and kept there.
std::string tensor_read_by(const Halide::Expr& value) {
  class Reads : public ir::IRVisitor {
   public:
    std::string first;

   private:
    using ir::IRVisitor::visit;
    void visit(const ir::Load* op) override {
      if (first.empty() && !op->name.ends_with(".shared_size")) first = op->name;
    }
  };
  Reads reads;
  value.accept(&reads);
  return reads.first;
}

bool has_gpu_loop(const ir::Stmt& statement) {
  class Loops : public ir::IRVisitor {
   public:
    bool found = false;

   private:
    using ir::IRVisitor::visit;
    void visit(const ir::For* op) override {
      found = found || ir::is_gpu(op->for_type);
      if (!found) ir::IRVisitor::visit(op);
    }
  };
  Loops loops;
  statement.accept(&loops);
  return loops.found;
}

// Looks through a lowered statement for what Halide 21 gets wrong about memory, and for what no GPU can start, and
// throws where it finds it.
class MemoryCheck : public ir::IRMutator {
 protected:
  using ir::IRMutator::visit;

  ir::Stmt visit(const ir::Allocate* op) override {
    if (op->new_expr.defined()) {
      throw Halide::CompileError(
          "what a thread of the GPU keeps has no constant size (" + func_of(op->name) +
          "), so that Halide puts it into the device's memory, and too little of that; use a tile that divides its "
          "loop, or one in registers of a fixed size");
    }
    sizes_[op->name] = op->constant_allocation_size();
    if (is_on_gpu_) kept_in_kernel_.insert(op->name);
    return IRMutator::visit(op);
  }

  ir::Stmt visit(const ir::Atomic* op) override {
    const bool was_atomic = is_atomic_;
    is_atomic_ = true;
    ir::Stmt result = IRMutator::visit(op);
    is_atomic_ = was_atomic;
    return result;
  }

  // Halide's OpenCL code swaps what lies at another address than it has read, and tries again until both are the same;
  // of what a thread has for itself OpenCL has no atomic updates. A GPU's schedule serves both OpenCL and CUDA.
  ir::Stmt visit(const ir::Store* op) override {
    if (is_atomic_ && kept_in_kernel_.contains(op->name)) {
      throw Halide::CompileError(
          "the GPU's threads would update " + func_of(op->name) +
          " atomically within the kernel that keeps it, which Halide's OpenCL code gets wrong: it may never end; leave "
          "atomic() out and let each thread add up results or parts (rfactor) of its own, or keep the sum in the "
          "device's memory with compute_root()");
    }
    return IRMutator::visit(op);
  }

  ir::Stmt visit(const ir::For* op) override {
    const bool was_on_gpu = is_on_gpu_;
    const std::int64_t threads_around = threads_;
    is_on_gpu_ = was_on_gpu || ir::is_gpu(op->for_type);
    const auto extent = ir::as_const_int(ir::simplify(op->extent));
    if (op->for_type == ir::ForType::GPUThread && extent) threads_ *= *extent;
    if (is_on_gpu_ && !was_on_gpu) require_no_race(op);
    if (threads_ > most_block_threads) {
      throw Halide::CompileError("a group of the GPU's threads would have " + std::to_string(threads_) +
                                 " of them, and " + std::to_string(most_block_threads) +
                                 " are possible; split a loop over threads");
    }
    ir::Stmt result = IRMutator::visit(op);
    is_on_gpu_ = was_on_gpu;
    threads_ = threads_around;
    return result;
  }

  ir::Stmt visit(const ir::LetStmt* op) override {
    const std::string tensor = is_on_gpu_ ? "" : tensor_read_by(op->value);
    if (!tensor.empty() && has_gpu_loop(op->body)) {
      throw Halide::CompileError(
          "the processor would read " + tensor +
          " before it starts the GPU's kernel, in whose threads the value is the same, and the tensor is not there; "
          "specialize for other extents, so that it differs");
    }
    return IRMutator::visit(op);
  }

  Halide::Expr visit(const ir::Load* op) override {
    const auto size = sizes_.find(op->name);
    const bool is_masked = op->type.lanes() > 1 && !ir::is_const_one(op->predicate);
    if (is_masked && size != sizes_.end() && size->second == 1) {
      throw Halide::CompileError(
          "a vector of " + std::to_string(op->type.lanes()) +
          " values, all but one left out, would be loaded from a stage that keeps one value (" + func_of(op->name) +
          "), which Halide does not align for it; vectorize another loop, or compute " + "the stage further out");
    }
    return IRMutator::visit(op);
  }

 private:
  std::map<std::string, int> sizes_;  // in values; 0: not constant
  std::set<std::string> kept_in_kernel_;
  bool is_on_gpu_ = false, is_atomic_ = false;
  std::int64_t threads_ = 1;  // of a group, as far as loops around say
};

// Looks at the whole statement, which may lack what MemoryCheck would look for.
class WholenessCheck : public ir::IRMutator {
 public:
  explicit WholenessCheck(std::vector<Halide::Func> outputs) : outputs_(std::move(outputs)) {}

  using IRMutator::mutate;
  ir::Stmt mutate(const ir::Stmt& whole) override {
    require_nothing_left_out(whole, outputs_);
    return whole;
  }

 private:
  std::vector<Halide::Func> outputs_;
};

}  // namespace

Halide::Pipeline checked_pipeline(const BoundAlgorithm& bound) {
  make_halide_strict();
  Halide::Pipeline pipeline(bound.algorithm.outputs);
  pipeline.add_custom_lowering_pass(new WholenessCheck(bound.algorithm.outputs));  // the pipeline owns both
  pipeline.add_custom_lowering_pass(new MemoryCheck);
  return pipeline;
}

void require_lowerable(const BoundAlgorithm& bound, const Halide::Target& target) {
  checked_pipeline(bound).compile_to_module(compile_arguments(bound), "checked",
                                            target.with_feature(Halide::Target::NoBoundsQuery));
}

}  // namespace nestwright
