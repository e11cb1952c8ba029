#include "generators/scheduling/code_size.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace nestwright {
namespace {

namespace ir = Halide::Internal;

// LLVM unrolls, vectorizes and peels each loop that remains.
constexpr double operations_a_loop = 64;
// Of a vector, this many values take one operation.
constexpr std::int64_t lanes_an_operation = 16;
// In a piece of code without loops LLVM compares accesses to memory with each other, and Halide what it knows under a
// condition with the conditions that follow. So many of them cost as much as their number squared in operations,
// divided by this. 3,200 accesses of relu (25,700 operations) took LLVM 27 s; 400 conditions took Halide 3.5 s, 200 0.5
// s.
constexpr double accesses_squared_an_operation = 800;
constexpr double conditions_squared_an_operation = 4;

class Count : public ir::IRVisitor {
 public:
  Count(const SerialLowering& lowering, int register_lanes) : lowering_(lowering), register_lanes_(register_lanes) {}

  CodeSize size;

  void add_statement(const ir::Stmt& statement) {
    statement.accept(this);
    leave(Piece{});
  }

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
    if (found == lowering_.multiplied.end()) return visit_remaining(op);
    const auto known = found->second.extent ? found->second.extent : ir::as_const_int(op->extent);
    const std::int64_t extent = std::max<std::int64_t>(known.value_or(1), 1);
    const double copies_around = copies_, registers_around = registers_;
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
    if (found->second.is_vector) {
      registers_ *= std::ceil(static_cast<double>(extent) / register_lanes_) / static_cast<double>(times);
    }
    const double before = size.operations;
    multiplied_around_.push_back({op->name, copies_});
    ir::IRVisitor::visit(op);
    multiplied_around_.pop_back();
    if (times > 1 && (size.loop.empty() || size.operations - before > largest_)) {
      largest_ = size.operations - before;
      size.loop = op->name;
      size.copies = copies_;
    }
    copies_ = copies_around;
    registers_ = registers_around;
    lanes_ = lanes_around;
  }
  void visit(const ir::ProducerConsumer* op) override {
    if (op->is_producer) size.operations += copies_ * vanished(op->name);
    ir::IRVisitor::visit(op);
  }
  void visit(const ir::LetStmt* op) override {
    count(op->value);
    const ir::ScopedBinding<Halide::Expr> binding(lets_, op->name, op->value);
    op->body.accept(this);
  }
  // Halide puts what stands next to each other under one condition: it has no copies for loops within the innermost
  // that it depends on.
  void visit(const ir::IfThenElse* op) override {
    for (auto loop = multiplied_around_.rbegin(); loop != multiplied_around_.rend(); ++loop) {
      if (!ir::expr_uses_var(op->condition, loop->name, lets_)) continue;
      piece_.conditions += loop->copies / piece_.copies_around;
      break;
    }
    ir::IRVisitor::visit(op);
  }
  void visit(const ir::Store* op) override {
    piece_.accesses += copies_ * registers_ / piece_.copies_around;
    count(op->value);
    count(op->index);
    count(op->predicate);
  }
  void visit(const ir::Evaluate* op) override { count(op->value); }
  void visit(const ir::AssertStmt*) override { size.operations += copies_; }

 private:
  // The code within a loop that remains, without that of loops in it. The numbers are those of one copy of the loop.
  struct Piece {
    double copies_around = 1, accesses = 0, conditions = 0;
  };
  struct Around {
    std::string name;
    double copies = 1;  // of its body
  };

  void visit_remaining(const ir::For* op) {
    size.operations += copies_ * operations_a_loop;
    const Piece around = piece_;
    piece_ = {.copies_around = copies_};
    ir::IRVisitor::visit(op);
    leave(around);
  }

  void leave(const Piece& around) {
    const double squares = piece_.accesses * piece_.accesses / accesses_squared_an_operation +
                           piece_.conditions * piece_.conditions / conditions_squared_an_operation;
    size.operations += piece_.copies_around * squares;
    piece_ = around;
  }

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
      double count = 0, loads = 0;

     private:
      using ir::IRGraphVisitor::include;
      void include(const Halide::Expr& e) override {
        count += 1;
        loads += e.as<ir::Load>() == nullptr ? 0 : 1;
        ir::IRGraphVisitor::include(e);
      }
    };
    Operations operations;
    if (expression.defined()) expression.accept(&operations);
    size.operations += copies_ * (operations.count + 1);
    piece_.accesses += copies_ * registers_ / piece_.copies_around * operations.loads;
  }

  const SerialLowering& lowering_;
  const int register_lanes_;
  double copies_ = 1, largest_ = 0;
  double registers_ = 1;  // of the target, for each vector that takes one operation
  std::int64_t lanes_ = 1;
  Piece piece_;
  std::vector<Around> multiplied_around_;
  ir::Scope<Halide::Expr> lets_;
};

}  // namespace

CodeSize code_size_of(const SerialLowering& lowering, const Halide::Target& target) {
  Count count(lowering, target.natural_vector_size(Halide::Float(32)));
  for (const auto& [loop, multiplied] : lowering.multiplied) count.add_stated_vector(loop, multiplied);
  count.add_statement(lowering.with_gpu_loops);
  return count.size;
}

}  // namespace nestwright
