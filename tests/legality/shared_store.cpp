#include "tests/legality/shared_store.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "generators/scheduling/compile_arguments.h"
#include "generators/scheduling/strict_halide.h"

namespace nestwright {
namespace {

namespace ir = Halide::Internal;
using Loops = std::set<std::string>;  // those that run their iterations at once

bool runs_at_once(const ir::For& loop) {
  return ir::is_parallel(loop.for_type) && !ir::is_const_one(ir::simplify(loop.extent));
}

class SharedStores : public ir::IRVisitor {
 public:
  std::string found;

 private:
  using ir::IRVisitor::visit;

  void visit(const ir::For* op) override {
    const bool is_over_threads = op->for_type == ir::ForType::GPUThread || op->for_type == ir::ForType::GPULane;
    thread_loops_around_ += is_over_threads ? 1 : 0;
    if (runs_at_once(*op)) {
      around_.insert(op->name);
      depends_on_[op->name] = {op->name};
      if (is_over_threads) over_threads_.insert(op->name);
      ir::IRVisitor::visit(op);
      around_.erase(op->name);
    } else {
      depends_on_[op->name] = loops_in(op->min);
      ir::IRVisitor::visit(op);
    }
    thread_loops_around_ -= is_over_threads ? 1 : 0;
  }

  void visit(const ir::LetStmt* op) override {
    depends_on_[op->name] = loops_in(op->value);
    ir::IRVisitor::visit(op);
  }

  void visit(const ir::Allocate* op) override {
    Loops& own = own_of_[op->name];
    own = around_;
    // The code within a loop over threads is one thread's: so is what it allocates, whatever loops over threads follow.
    const bool is_a_threads = thread_loops_around_ > 0 && op->memory_type != Halide::MemoryType::GPUShared;
    if (is_a_threads || op->memory_type == Halide::MemoryType::Stack ||
        op->memory_type == Halide::MemoryType::Register) {
      keeps_for_threads_.insert(op->name);
    }
    ir::IRVisitor::visit(op);
  }

  void visit(const ir::IfThenElse* op) override {
    conditions_.push_back(loops_in(op->condition));
    ir::IRVisitor::visit(op);
    conditions_.pop_back();
  }

  void visit(const ir::Atomic*) override {}

  void visit(const ir::Store* op) override {
    Loops apart = loops_in(op->index);
    apart.merge(loops_in(op->predicate));
    for (const Loops& condition : conditions_) apart.insert(condition.begin(), condition.end());
    const Loops changing = loops_that_change(op->value);
    const Loops& own = own_of_[op->name];
    for (const std::string& loop : around_) {
      const bool is_private =
          own.contains(loop) || (keeps_for_threads_.contains(op->name) && over_threads_.contains(loop));
      if (found.empty() && !is_private && !apart.contains(loop) && changing.contains(loop)) found = op->name;
    }
  }

  // What an expression names, and loads.
  struct Uses {
    std::set<std::string> names, loaded;
  };
  static Uses uses_of(const Halide::Expr& expression) {
    class Visitor : public ir::IRVisitor {
     public:
      Uses uses;

     private:
      using ir::IRVisitor::visit;
      void visit(const ir::Variable* op) override { uses.names.insert(op->name); }
      void visit(const ir::Load* op) override {
        uses.loaded.insert(op->name);
        ir::IRVisitor::visit(op);
      }
    };
    Visitor visitor;
    expression.accept(&visitor);
    return visitor.uses;
  }

  Loops loops_of(const std::set<std::string>& names) const {
    Loops loops;
    for (const std::string& name : names) {
      const auto known = depends_on_.find(name);
      if (known != depends_on_.end()) loops.insert(known->second.begin(), known->second.end());
    }
    return loops;
  }

  // The loops around on which an index or a condition may depend.
  Loops loops_in(const Halide::Expr& expression) const {
    const Uses uses = uses_of(expression);
    return uses.loaded.empty() ? loops_of(uses.names) : around_;
  }

  // The loops around whose iterations may store other values than each other. Those of another loop do no harm where
  // they store the same one: the last part of a loop that is split may go through elements again. What was computed may
  // differ from one iteration to the next.
  Loops loops_that_change(const Halide::Expr& value) const {
    const Uses uses = uses_of(value);
    const bool is_of_inputs =
        std::ranges::none_of(uses.loaded, [&](const std::string& name) { return own_of_.contains(name); });
    return is_of_inputs ? loops_of(uses.names) : around_;
  }

  Loops around_, over_threads_;
  int thread_loops_around_ = 0;          // those of one iteration among them
  std::map<std::string, Loops> own_of_;  // of a memory: the loops whose iterations have one each
  std::set<std::string> keeps_for_threads_;
  std::vector<Loops> conditions_;
  std::map<std::string, Loops> depends_on_;  // of names
};

// Looks at the whole statement while it has its parallel loops and a GPU's.
class Look : public ir::IRMutator {
 public:
  SharedStores stores;

  using IRMutator::mutate;
  ir::Stmt mutate(const ir::Stmt& whole) override {
    whole.accept(&stores);
    return whole;
  }
};

}  // namespace

std::string memory_shared_by_iterations(const BoundAlgorithm& bound, const Halide::Target& target) {
  make_halide_strict();
  Halide::Pipeline pipeline(bound.algorithm.outputs);
  auto* const look = new Look;
  pipeline.add_custom_lowering_pass(look);  // the pipeline owns it
  pipeline.compile_to_module(compile_arguments(bound), "looked_at", target.with_feature(Halide::Target::NoBoundsQuery));
  return look->stores.found;
}

}  // namespace nestwright
