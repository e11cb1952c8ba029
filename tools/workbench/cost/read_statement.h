#pragma once

#include <Halide.h>

#include <map>
#include <string>

#include "tools/workbench/cost/nest.h"
#include "tools/workbench/cost/read_index.h"

namespace nestwright::cost {

// Reads loops, accesses and arithmetic of a lowered statement into a nest, in the order in which they are executed.
// Unrolled iterations are nodes of their own, vectors are as many accesses as the target needs for them.
class StatementReader : public Halide::Internal::IRVisitor {
 public:
  // Without `with_gpu`, what only GPUs have is refused.
  explicit StatementReader(Nest& nest, bool with_gpu = false)
      : nest_(&nest), with_gpu_(with_gpu), body_(&nest.body), index_(nest.symbols) {}

  void add_buffer(const Buffer& buffer);
  // The value of a buffer's field, such as its extent in dimension 4.
  void bind_field(const std::string& buffer, const char* field, std::size_t dimension, std::int64_t value);
  // Where the kernel's own allocations go.
  void set_next_address(std::int64_t address) { next_address_ = address; }

  // Throws Error for what only GPUs have.
  void read(const Halide::Internal::Stmt& statement) { statement.accept(this); }

 private:
  using IRVisitor::visit;
  void visit(const Halide::Internal::For* op) override;
  void visit(const Halide::Internal::Allocate* op) override;
  void visit(const Halide::Internal::Load* op) override;
  void visit(const Halide::Internal::Store* op) override;
  void visit(const Halide::Internal::IfThenElse* op) override;
  void visit(const Halide::Internal::LetStmt* op) override;
  void visit(const Halide::Internal::Let* op) override;
  void visit(const Halide::Internal::AssertStmt*) override {}
  void visit(const Halide::Internal::Prefetch*) override {}
  void visit(const Halide::Internal::Free*) override {}
  void visit(const Halide::Internal::Broadcast* op) override;
  void visit(const Halide::Internal::Ramp*) override {}
  void visit(const Halide::Internal::Add* op) override;
  void visit(const Halide::Internal::Sub* op) override;
  void visit(const Halide::Internal::Mul* op) override { operate(op, 1.0); }
  void visit(const Halide::Internal::Div* op) override { operate(op, 8.0); }
  void visit(const Halide::Internal::Mod* op) override { operate(op, 8.0); }
  void visit(const Halide::Internal::Min* op) override { operate(op, 1.0); }
  void visit(const Halide::Internal::Max* op) override { operate(op, 1.0); }
  void visit(const Halide::Internal::EQ* op) override { operate(op, 1.0); }
  void visit(const Halide::Internal::NE* op) override { operate(op, 1.0); }
  void visit(const Halide::Internal::LT* op) override { operate(op, 1.0); }
  void visit(const Halide::Internal::LE* op) override { operate(op, 1.0); }
  void visit(const Halide::Internal::GT* op) override { operate(op, 1.0); }
  void visit(const Halide::Internal::GE* op) override { operate(op, 1.0); }
  void visit(const Halide::Internal::And* op) override { operate(op, 1.0); }
  void visit(const Halide::Internal::Or* op) override { operate(op, 1.0); }
  void visit(const Halide::Internal::Select* op) override;
  void visit(const Halide::Internal::Cast* op) override;
  void visit(const Halide::Internal::Call* op) override;
  void visit(const Halide::Internal::VectorReduce* op) override;
  void visit(const Halide::Internal::Shuffle* op) override;

  template <typename Binary>
  void operate(const Binary* op, double instructions) {
    op->a.accept(this);
    op->b.accept(this);
    count(op->type, instructions);
  }
  void count(const Halide::Type& type, double instructions);
  void multiply_add(const Halide::Type& type);
  void bind(const std::string& name, const Halide::Expr& value);
  void access(const std::string& name, const Halide::Expr& index, bool is_store, bool is_update);
  void append(int buffer, const Linear& first, std::int64_t width, bool is_store, bool is_update);
  void read_body(const Halide::Internal::Stmt& statement, Body& body);

  Nest* nest_;
  bool with_gpu_;
  bool in_kernel_ = false;  // within loops over a GPU's blocks or threads
  Body* body_;
  IndexReader index_;
  std::map<std::string, int> buffers_;
  std::int64_t next_address_ = 0;
};

}  // namespace nestwright::cost
