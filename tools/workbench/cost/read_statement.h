#pragma once

#include <Halide.h>

#include <map>
#include <string>

#include "tools/workbench/cost/nest.h"
#include "tools/workbench/cost/read_index.h"

namespace nestwright::cost {

// Reads the loops, accesses and arithmetic of a lowered statement into a nest, in the order in which they are executed.
// Each unrolled iteration has nodes of its own, and a wide vector is as many accesses as the target needs for it.
class StatementReader : public Halide::Internal::IRVisitor {
 public:
  // `nest` must outlive the reader. Unless `with_gpu`, read() refuses what only GPUs have.
  explicit StatementReader(Nest& nest, bool with_gpu = false)
      : nest_(&nest), with_gpu_(with_gpu), body_(&nest.body), index_(nest.symbols) {}

  // Adds a buffer that the statement accesses by this name; one for each argument before read() is called.
  void add_buffer(const Buffer& buffer);
  // Sets a field of a buffer, "min", "extent" or "stride", in a dimension.
  void bind_field(const std::string& buffer, const char* field, std::size_t dimension, std::int64_t value);
  // Sets the address, in bytes, from which on the kernel's own allocations are placed.
  void set_next_address(std::int64_t address) { next_address_ = address; }

  // Reads the statement into the nest. Throws Error for allocations whose size changes, and, unless `with_gpu`, for
  // what only GPUs have.
  void read(const Halide::Internal::Stmt& statement) { statement.accept(this); }

 private:
  // A division counts as so many instructions, for it takes longer than others: a rough choice.
  static constexpr double division_instructions = 8.0;

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
  void visit(const Halide::Internal::Div* op) override { operate(op, division_instructions); }
  void visit(const Halide::Internal::Mod* op) override { operate(op, division_instructions); }
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
