#include "generators/scheduling/code_size.h"

#include <algorithm>

namespace nestwright {
namespace {

namespace ir = Halide::Internal;

// LLVM unrolls, vectorizes and peels each loop that remains.
constexpr double operations_a_loop = 64;
// Of a vector, this many values take one operation.
constexpr std::int64_t lanes_an_operation = 16;

class Count : public ir::IRVisitor {
 public:
  explicit Count(const SerialLowering& lowering) : lowering_(lowering) {}

  CodeSize size;

  // A vector is as wide as it is stated, also where its loop has a single iteration and is not in the statement.
  void add_stated_vector(const std::string& loop, const MultipliedLoop& multiplied) {
    if (!multiplied.is_vector || multiplied.extent.value_or(1) <= size.lanes) return;
    size.lanes = *multiplied.extent;
    size.vector_loop = loop;
  }

 protected:
  using ir::IRVisitor::visit;

  void visit(const ir::For* op) override {
    const auto found = multiplied(op->name);
    if (found == lowering_.multiplied.end()) {
      size.operations += copies_ * operations_a_loop;
      return ir::IRVisitor::visit(op);
    }
    const auto known = found->second.extent ? found->second.extent : ir::as_const_int(op->extent);
    const std::int64_t extent = std::max<std::int64_t>(known.value_or(1), 1);
    const double copies_around = copies_;
    const std::int64_t lanes_around = lanes_;
    if (found->second.is_vector) {
      lanes_ *= std::min(extent, most_lanes + 1);
      if (lanes_ > size.lanes) {
        size.lanes = lanes_;
        size.vector_loop = op->name;
      }
    }
    const std::int64_t times =
        found->second.is_vector ? (extent + lanes_an_operation - 1) / lanes_an_operation : extent;
    copies_ *= static_cast<double>(times);
    const double before = size.operations;
    ir::IRVisitor::visit(op);
    if (times > 1 && (size.loop.empty() || size.operations - before > largest_)) {
      largest_ = size.operations - before;
      size.loop = op->name;
      size.copies = copies_;
    }
    copies_ = copies_around;
    lanes_ = lanes_around;
  }
  void visit(const ir::ProducerConsumer* op) override {
    if (op->is_producer) size.operations += copies_ * vanished(op->name);
    ir::IRVisitor::visit(op);
  }
  void visit(const ir::LetStmt* op) override {
    count(op->value);
    op->body.accept(this);
  }
  void visit(const ir::Store* op) override {
    count(op->value);
    count(op->index);
    count(op->predicate);
  }
  void visit(const ir::Evaluate* op) override { count(op->value); }
  void visit(const ir::AssertStmt*) override { size.operations += copies_; }

 private:
  std::map<std::string, MultipliedLoop>::const_iterator multiplied(std::string name) const {
    // Loops of stages that are computed together have another name.
    const std::size_t fused = name.find(".fused.");
    if (fused != std::string::npos) name.erase(fused, std::string("fused.").size());
    const std::string rebased = ".rebased";  // a loop that begins at zero
    if (name.ends_with(rebased)) name.erase(name.size() - rebased.size());
    return lowering_.multiplied.find(name);
  }

  // How often Halide copies code of a Func for loops that turn out to have a single iteration, which are not in the
  // statement: unroll(x, 1000) of 1 pixel is made first, and found to be superfluous then.
  double vanished(const std::string& func) const {
    const auto found = lowering_.copies.find(func);
    return found == lowering_.copies.end() ? 0 : found->second;
  }

  void count(const Halide::Expr& expression) {
    class Operations : public ir::IRGraphVisitor {
     public:
      double count = 0;

     private:
      using ir::IRGraphVisitor::include;
      void include(const Halide::Expr& e) override {
        count += 1;
        ir::IRGraphVisitor::include(e);
      }
    };
    Operations operations;
    if (expression.defined()) expression.accept(&operations);
    size.operations += copies_ * (operations.count + 1);
  }

  const SerialLowering& lowering_;
  double copies_ = 1, largest_ = 0;
  std::int64_t lanes_ = 1;
};

}  // namespace

CodeSize code_size_of(const SerialLowering& lowering) {
  Count count(lowering);
  for (const auto& [loop, multiplied] : lowering.multiplied) count.add_stated_vector(loop, multiplied);
  lowering.with_gpu_loops.accept(&count);
  return count.size;
}

}  // namespace nestwright
