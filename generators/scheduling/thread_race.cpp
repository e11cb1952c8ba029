#include "generators/scheduling/thread_race.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace nestwright {
namespace {

namespace ir = Halide::Internal;
using Halide::Expr;
using Threads = std::set<std::string>;  // loops over threads

// A load that several threads do of one element.
struct SharedLoad {
  std::string memory;
  Threads same_in;     // the loops over threads in whose iterations the element is the same
  std::size_t guards;  // how many conditions are around it
};

class RaceCheck : public ir::IRVisitor {
 private:
  using ir::IRVisitor::visit;

  void visit(const ir::For* op) override {
    const bool is_over_threads = op->for_type == ir::ForType::GPUThread;
    if (is_over_threads) {
      all_.insert(op->name);
      depends_on_[op->name] = {op->name};
    } else {
      depends_on_[op->name] = threads_of(op->min);
    }
    ir::IRVisitor::visit(op);
    if (is_over_threads) all_.erase(op->name);
  }

  void visit(const ir::ProducerConsumer* op) override {
    if (op->is_producer) producers_.push_back(op->name);
    ir::IRVisitor::visit(op);
    if (op->is_producer) producers_.pop_back();
  }

  void visit(const ir::LetStmt* op) override {
    depends_on_[op->name] = threads_of(op->value);
    values_[op->name] = op->value;
    const std::size_t before = loads_.size();
    note_loads(op->value);
    op->body.accept(this);
    loads_.resize(before);
  }

  void visit(const ir::Allocate* op) override {
    const bool is_private = !all_.empty() || op->memory_type == Halide::MemoryType::Stack ||
                            op->memory_type == Halide::MemoryType::Register;
    if (is_private) private_.insert(op->name);
    ir::IRVisitor::visit(op);
  }

  void visit(const ir::IfThenElse* op) override {
    const Threads told_apart = threads_of(op->condition);
    guards_.push_back({told_apart, first_alone(op->condition)});
    op->then_case.accept(this);
    guards_.back().first_alone.clear();
    if (op->else_case.defined()) op->else_case.accept(this);
    guards_.pop_back();
  }

  void visit(const ir::Store* op) override {
    const Threads stored = threads_of(op->index);
    for (const SharedLoad& load : loads_) {
      if (load.memory != op->name) continue;
      const bool races = std::ranges::any_of(load.same_in, [&](const std::string& thread) {
        return !stored.contains(thread) &&
               std::any_of(guards_.begin() + static_cast<std::ptrdiff_t>(load.guards), guards_.end(),
                           [&](const Guard& guard) { return guard.told_apart.contains(thread); });
      });
      if (races) refuse();
    }
  }

  [[noreturn]] void refuse() const {
    throw Halide::CompileError(
        "all threads of a group would load values of " + (producers_.empty() ? "a Func" : producers_.back()) +
        " that one of them stores at the same time, which gives wrong results on OpenCL; give its updates loops over "
        "the threads, or compute it within a loop over them");
  }

  void note_loads(const Expr& value) {
    class Loads : public ir::IRVisitor {
     public:
      std::vector<const ir::Load*> found;

     private:
      using ir::IRVisitor::visit;
      void visit(const ir::Load* op) override {
        found.push_back(op);
        ir::IRVisitor::visit(op);
      }
    };
    Loads loads;
    value.accept(&loads);
    for (const ir::Load* load : loads.found) {
      if (private_.contains(load->name)) continue;
      const Threads own = threads_of(load->index);
      SharedLoad shared{load->name, {}, guards_.size()};
      std::ranges::copy_if(all_, std::inserter(shared.same_in, shared.same_in.end()), [&](const std::string& thread) {
        return !own.contains(thread) &&
               std::ranges::none_of(guards_, [&](const Guard& guard) { return guard.first_alone.contains(thread); });
      });
      if (!shared.same_in.empty()) loads_.push_back(std::move(shared));
    }
  }

  // The loops over threads that an expression depends on.
  Threads threads_of(const Expr& expression) const {
    class Names : public ir::IRVisitor {
     public:
      std::set<std::string> found;

     private:
      using ir::IRVisitor::visit;
      void visit(const ir::Variable* op) override { found.insert(op->name); }
    };
    Names names;
    expression.accept(&names);
    Threads threads;
    for (const std::string& name : names.found) {
      const auto known = depends_on_.find(name);
      if (known != depends_on_.end()) threads.insert(known->second.begin(), known->second.end());
    }
    return threads;
  }

  // The loops over threads in whose first iteration alone the condition holds: of max(x, y) < 1 these are x and y.
  Threads first_alone(const Expr& condition) const {
    if (const auto* name = condition.as<ir::Variable>()) {
      const auto value = values_.find(name->name);
      return value == values_.end() ? Threads{} : first_alone(value->second);
    }
    Threads threads;
    if (const auto* both = condition.as<ir::And>()) {
      threads = first_alone(both->a);
      threads.merge(first_alone(both->b));
    } else if (const auto* less = condition.as<ir::LT>(); less != nullptr && ir::is_const_one(less->b)) {
      add_terms(less->a, threads);
    } else if (const auto* at_most = condition.as<ir::LE>(); at_most != nullptr && ir::is_const_zero(at_most->b)) {
      add_terms(at_most->a, threads);
    } else if (const auto* equal = condition.as<ir::EQ>(); equal != nullptr && ir::is_const_zero(equal->b)) {
      add_terms(equal->a, threads);
    }
    return threads;
  }

  void add_terms(const Expr& expression, Threads& threads) const {
    if (const auto* most = expression.as<ir::Max>()) {
      add_terms(most->a, threads);
      add_terms(most->b, threads);
    } else if (const auto* name = expression.as<ir::Variable>()) {
      const auto value = values_.find(name->name);
      if (value != values_.end()) return add_terms(value->second, threads);
      if (all_.contains(name->name)) threads.insert(name->name);
    }
  }

  // What a condition says of loops over threads.
  struct Guard {
    Threads told_apart, first_alone;
  };

  Threads all_;                                // the loops over threads around
  std::vector<Guard> guards_;                  // the conditions around
  std::set<std::string> private_;              // memories that each thread has for itself
  std::map<std::string, Threads> depends_on_;  // of variables
  std::map<std::string, Expr> values_;         // of names
  std::vector<SharedLoad> loads_;              // what names around stand for
  std::vector<std::string> producers_;
};

}  // namespace

void require_no_race(const ir::Stmt& kernel) {
  RaceCheck check;
  kernel.accept(&check);
}

}  // namespace nestwright
