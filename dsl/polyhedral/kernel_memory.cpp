#include "dsl/polyhedral/kernel_memory.h"

#include <algorithm>
#include <map>

#include "dsl/polyhedral/unfused_kernel.h"

namespace nestwright::polyhedral {
namespace {

namespace ir = Halide::Internal;
using Halide::Expr;

// How many loops of a kind are nested in a statement.
int nesting(const ir::Stmt& statement, bool (*is_counted)(const ir::For&)) {
  class Nesting : public ir::IRVisitor {
   public:
    explicit Nesting(bool (*counted)(const ir::For&)) : is_counted_(counted) {}
    int deepest = 0;

   private:
    using ir::IRVisitor::visit;
    void visit(const ir::For* op) override {
      const int one = is_counted_(*op) ? 1 : 0;
      depth_ += one;
      deepest = std::max(deepest, depth_);
      ir::IRVisitor::visit(op);
      depth_ -= one;
    }
    bool (*is_counted_)(const ir::For&);
    int depth_ = 0;
  };
  Nesting visitor(is_counted);
  statement.accept(&visitor);
  return visitor.deepest;
}

// Halide numbers the loops by how many are within.
int dimension_of(const ir::For& loop) {
  if (is_over_threads(loop)) return nesting(loop.body, is_over_threads);
  return is_over_blocks(loop) ? first_block_dimension + nesting(loop.body, is_over_blocks) : -1;
}

class Walk : public ir::IRVisitor {
 public:
  std::vector<PrivateMemory> found;

 private:
  using ir::IRVisitor::visit;

  void visit(const ir::For* op) override {
    op->min.accept(this);
    op->extent.accept(this);
    const bool is_thread = is_over_threads(*op), is_gpu = is_thread || is_over_blocks(*op);
    kernel_depth_ += is_gpu ? 1 : 0;
    thread_depth_ += is_thread ? 1 : 0;
    within({.kind = Step::Kind::loop,
            .name = op->name,
            .value = op->min,
            .extent = op->extent,
            .dimension = dimension_of(*op)},
           [&] { op->body.accept(this); });
    thread_depth_ -= is_thread ? 1 : 0;
    kernel_depth_ -= is_gpu ? 1 : 0;
  }

  void visit(const ir::LetStmt* op) override { name_value(*op); }
  void visit(const ir::Let* op) override { name_value(*op); }

  void visit(const ir::IfThenElse* op) override {
    op->condition.accept(this);
    within({.kind = Step::Kind::guard, .value = op->condition}, [&] { op->then_case.accept(this); });
    if (!op->else_case.defined()) return;
    within({.kind = Step::Kind::guard, .value = ir::Not::make(op->condition)}, [&] { op->else_case.accept(this); });
  }

  void visit(const ir::Block* op) override {
    const int single_from = single_from_;
    for (const ir::Stmt& part : {op->first, op->rest}) {
      if (!part.defined()) continue;
      // Halide adds the loops over threads that such a part lacks, each with one iteration.
      if (thread_depth_ == 0) single_from_ = nesting(part, is_over_threads);
      part.accept(this);
      single_from_ = single_from;
    }
  }

  void visit(const ir::ProducerConsumer* op) override {
    std::vector<std::pair<std::size_t, std::optional<std::size_t>>> before;
    for (const auto& [name, index] : scope_) {
      PrivateMemory& memory = found[index];
      if (!op->is_producer || (name != op->name && !ir::starts_with(name, op->name + "."))) continue;
      memory.func = op->name;
      before.emplace_back(index, producing_[index]);
      producing_[index] = memory.productions.size();
      memory.productions.push_back(path_);
    }
    op->body.accept(this);
    for (const auto& [index, production] : before) producing_[index] = production;
  }

  void visit(const ir::Allocate* op) override {
    const bool is_private = op->memory_type == Halide::MemoryType::Register ||
                            op->memory_type == Halide::MemoryType::Stack || thread_depth_ > 0;
    const bool has_threads_within = nesting(op->body, is_over_threads) > 0;
    const bool is_around_kernel = kernel_depth_ == 0 && nesting(op->body, is_over_blocks) > 0;
    if (!is_private || !has_threads_within || is_around_kernel) return ir::IRVisitor::visit(op);
    const std::map<std::string, std::size_t> scope = scope_;
    scope_[op->name] = found.size();
    producing_.emplace_back();
    found.push_back({.name = op->name, .func = op->name, .type = op->memory_type, .outside = path_.size()});
    op->body.accept(this);
    scope_ = scope;
  }

  void visit(const ir::Load* op) override {
    ir::IRVisitor::visit(op);
    note(op->name, false, op->index, op->predicate);
  }

  void visit(const ir::Store* op) override {
    ir::IRVisitor::visit(op);
    note(op->name, true, op->index, op->predicate);
  }

  template <typename LetOrLetStmt>
  void name_value(const LetOrLetStmt& op) {
    op.value.accept(this);
    within({.kind = Step::Kind::let, .name = op.name, .value = op.value}, [&] { op.body.accept(this); });
  }

  template <typename Inside>
  void within(Step step, Inside inside) {
    step.id = next_id_++;
    path_.push_back(std::move(step));
    inside();
    path_.pop_back();
  }

  void note(const std::string& name, bool is_store, const Expr& index, const Expr& predicate) {
    const auto memory = scope_.find(name);
    if (memory == scope_.end()) return;
    Access access{.is_store = is_store,
                  .index = index,
                  .path = path_,
                  .single_from = single_from_,
                  .production = producing_[memory->second]};
    if (!ir::is_const_one(predicate)) {
      access.path.push_back({.kind = Step::Kind::guard, .id = next_id_++, .value = predicate});
    }
    found[memory->second].accesses.push_back(std::move(access));
  }

  Path path_;
  std::map<std::string, std::size_t> scope_;           // memories by name
  std::vector<std::optional<std::size_t>> producing_;  // of each memory, the production that the walk is in
  int kernel_depth_ = 0, thread_depth_ = 0, next_id_ = 0;
  int single_from_ = std::numeric_limits<int>::max();
};

}  // namespace

std::vector<PrivateMemory> private_memories(const ir::Stmt& statement) {
  Walk walk;
  statement.accept(&walk);
  return std::move(walk.found);
}

}  // namespace nestwright::polyhedral
