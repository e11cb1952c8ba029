// The part of StatementReader that counts instructions.
#include <algorithm>
#include <cmath>

#include "tools/workbench/cost/read_statement.h"

namespace nestwright::cost {

using Halide::Expr;
namespace ir = Halide::Internal;

namespace {

// The instructions of exp, log and their like, which Halide computes by polynomials: a rough choice.
constexpr double transcendental = 20.0;

}  // namespace

void StatementReader::count(const Halide::Type& type, double instructions) {
  const auto bytes = static_cast<double>(std::max(1, type.bits() / 8) * type.lanes());
  const double vectors = std::ceil(bytes / static_cast<double>(nest_->vector_bytes));
  body_->arithmetic.other += instructions * vectors;
  if (!type.is_float()) return;
  body_->arithmetic.flops += type.lanes();
  body_->arithmetic.lanes += type.lanes();
  body_->arithmetic.floating_point += vectors;
}

void StatementReader::multiply_add(const Halide::Type& type) {
  const auto bytes = static_cast<double>(type.bytes() * type.lanes());
  const double vectors = std::ceil(bytes / static_cast<double>(nest_->vector_bytes));
  body_->arithmetic.multiply_adds += vectors;
  body_->arithmetic.flops += 2 * type.lanes();
  body_->arithmetic.lanes += type.lanes();
  body_->arithmetic.floating_point += vectors;
}

void StatementReader::visit(const ir::Broadcast* op) {
  // A broadcast is no instruction of its own: the load of its value does it, and a constant is broadcast once.
  op->value.accept(this);
}

void StatementReader::visit(const ir::Add* op) {
  for (const auto& [product, term] : {std::pair(op->b, op->a), std::pair(op->a, op->b)}) {
    const auto* const factors = product.as<ir::Mul>();
    if (factors == nullptr || !op->type.is_float()) continue;
    term.accept(this);
    factors->a.accept(this);
    factors->b.accept(this);
    multiply_add(op->type);
    return;
  }
  operate(op, 1.0);
}

void StatementReader::visit(const ir::Sub* op) {
  const auto* const factors = op->b.as<ir::Mul>();
  if (factors == nullptr || !op->type.is_float()) {
    operate(op, 1.0);
    return;
  }
  op->a.accept(this);
  factors->a.accept(this);
  factors->b.accept(this);
  multiply_add(op->type);
}

void StatementReader::visit(const ir::Select* op) {
  op->condition.accept(this);
  op->true_value.accept(this);
  op->false_value.accept(this);
  count(op->type, 1.0);
}

void StatementReader::visit(const ir::Cast* op) {
  op->value.accept(this);
  count(op->type, 1.0);
}

void StatementReader::visit(const ir::Call* op) {
  for (const Expr& argument : op->args) {
    if (!argument.type().is_handle()) argument.accept(this);
  }
  const bool is_free = op->is_intrinsic({ir::Call::likely, ir::Call::likely_if_innermost, ir::Call::promise_clamped,
                                         ir::Call::unsafe_promise_clamped}) ||
                       op->type.is_handle() || op->type.bits() == 0 || op->name.starts_with("_halide_buffer");
  if (is_free) return;
  const bool is_simple = op->is_intrinsic();
  count(op->type, is_simple ? 1.0 : transcendental);
}

void StatementReader::visit(const ir::VectorReduce* op) {
  op->value.accept(this);
  // The vector's halves are combined until one result is left: each step is a shuffle and an operation.
  const int factor = op->value.type().lanes() / op->type.lanes();
  count(op->value.type(), 2.0 * std::max(1.0, std::log2(static_cast<double>(factor))));
}

void StatementReader::visit(const ir::Shuffle* op) {
  for (const Expr& vector : op->vectors) vector.accept(this);
  count(op->type, 1.0);
}

}  // namespace nestwright::cost
