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
// A vector whose elements lie further apart in memory is loaded and stored element by element; up to here, Halide takes
// all elements between them and drops what it does not need. An element costs less than an access of its own would,
// as LLVM finds most again: 384 unrolled updates of 16 values, 24 apart, took it 62 s, 192 of them 25 s.
constexpr std::int64_t widest_dense_stride = 4;
constexpr double accesses_an_element = 0.4;

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
    const ir::ScopedBinding<> binding(loops_around_, op->name);
    const auto found = multiplied(op->name);
    if (found == lowering_.multiplied.end()) return visit_remaining(op);
    const std::int64_t extent = std::max<std::int64_t>(found->second.extent.value_or(greatest_extent(*op)), 1);
    const double copies_around = copies_, registers_around = registers_, elements_around = elements_;
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
      elements_ *= static_cast<double>(extent) / static_cast<double>(times);
      vectors_around_.push_back(op->name);
    }
    if (!found->second.is_vector && found->second.extent && is_open(op->extent)) add_conditions(copies_);
    const double before = size.operations;
    multiplied_around_.push_back({op->name, copies_});
    ir::IRVisitor::visit(op);
    multiplied_around_.pop_back();
    if (found->second.is_vector) vectors_around_.pop_back();
    if (times > 1 && (size.loop.empty() || size.operations - before > largest_)) {
      largest_ = size.operations - before;
      size.loop = op->name;
      size.copies = copies_;
    }
    copies_ = copies_around;
    registers_ = registers_around;
    elements_ = elements_around;
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
      add_conditions(loop->copies);
      break;
    }
    ir::IRVisitor::visit(op);
  }
  void visit(const ir::Store* op) override {
    add_access(op->index);
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

  // Whether an extent depends on more than constants and loops: a condition then stands around each copy, and Halide
  // can decide none of them. (Loops are trimmed to what the conditions let through, when nothing is unrolled yet.)
  bool is_open(const Halide::Expr& extent) const {
    class Names : public ir::IRVisitor {
     public:
      explicit Names(const Count& count) : count_(count) {}
      bool has_open = false;

     private:
      using ir::IRVisitor::visit;
      void visit(const ir::Variable* op) override {
        if (count_.lets_.contains(op->name)) return count_.lets_.get(op->name).accept(this);
        has_open = has_open || !count_.loops_around_.contains(op->name);
      }
      const Count& count_;
    };
    Names names(*this);
    extent.accept(&names);
    return names.has_open;
  }

  void add_conditions(double copies) { piece_.conditions += copies / piece_.copies_around; }

  // As Halide, which needs a constant, finds it.
  std::int64_t greatest_extent(const ir::For& loop) const {
    Halide::Expr extent = loop.extent;
    while (const auto* name = extent.as<ir::Variable>()) {
      if (!lets_.contains(name->name)) break;
      extent = lets_.get(name->name);
    }
    const Halide::Expr greatest = ir::find_constant_bound(extent, ir::Direction::Upper, {});
    return greatest.defined() ? ir::as_const_int(greatest).value_or(1) : 1;
  }

  void add_access(const Halide::Expr& index) {
    piece_.accesses += copies_ * accesses_for_a_copy(index) / piece_.copies_around;
  }

  double accesses_for_a_copy(const Halide::Expr& index) const {
    double accesses = registers_;
    for (const std::string& loop : vectors_around_) {
      const Halide::Expr here = expand(index, loop);
      const Halide::Expr next = ir::substitute(loop, ir::Variable::make(Halide::Int(32), loop) + 1, here);
      const auto stride = ir::as_const_int(ir::simplify(next - here));
      if (stride == 0 || stride == 1) continue;
      const bool is_dense = stride && *stride > 0 && *stride <= widest_dense_stride;
      accesses =
          std::max(accesses, is_dense ? registers_ * static_cast<double>(*stride) : elements_ * accesses_an_element);
    }
    return accesses;
  }

  // With values in the place of the names of lets, of those on which `loop` has a bearing.
  Halide::Expr expand(const Halide::Expr& expression, const std::string& loop) const {
    class Expansion : public ir::IRGraphMutator {
     public:
      Expansion(const ir::Scope<Halide::Expr>& lets, const std::string& loop) : lets_(lets), loop_(loop) {}

     private:
      using ir::IRGraphMutator::visit;
      Halide::Expr visit(const ir::Variable* op) override {
        const bool varies = lets_.contains(op->name) && ir::expr_uses_var(lets_.get(op->name), loop_, lets_);
        return varies ? mutate(lets_.get(op->name)) : op;
      }
      const ir::Scope<Halide::Expr>& lets_;
      const std::string& loop_;
    };
    return Expansion(lets_, loop).mutate(expression);
  }

  void count(const Halide::Expr& expression) {
    class Operations : public ir::IRGraphVisitor {
     public:
      double count = 0;
      std::vector<Halide::Expr> loaded;  // the indices

     private:
      using ir::IRGraphVisitor::include;
      void include(const Halide::Expr& e) override {
        count += 1;
        if (const auto* const load = e.as<ir::Load>()) loaded.push_back(load->index);
        ir::IRGraphVisitor::include(e);
      }
    };
    Operations operations;
    if (expression.defined()) expression.accept(&operations);
    size.operations += copies_ * (operations.count + 1);
    for (const Halide::Expr& index : operations.loaded) add_access(index);
  }

  const SerialLowering& lowering_;
  const int register_lanes_;
  double copies_ = 1, largest_ = 0;
  double registers_ = 1, elements_ = 1;  // of the target, for each vector that takes one operation
  std::vector<std::string> vectors_around_;
  std::int64_t lanes_ = 1;
  Piece piece_;
  std::vector<Around> multiplied_around_;
  ir::Scope<Halide::Expr> lets_;
  ir::Scope<> loops_around_;
};

}  // namespace

CodeSize code_size_of(const SerialLowering& lowering, const Halide::Target& target) {
  Count count(lowering, target.natural_vector_size(Halide::Float(32)));
  for (const auto& [loop, multiplied] : lowering.multiplied) count.add_stated_vector(loop, multiplied);
  count.add_statement(lowering.with_gpu_loops);
  return count.size;
}

}  // namespace nestwright
