#include "generators/scheduling/long_loops.h"

#include <limits>

#include "generators/scheduling/integer_value.h"

namespace nestwright {
namespace {

namespace ir = Halide::Internal;

// Puts numbers for what a kernel asks of the buffers that it is called with.
class WithNumbers : public ir::IRMutator {
 public:
  explicit WithNumbers(const Buffers& buffers) : known_{.buffers = buffers} {}

 protected:
  using ir::IRMutator::visit;
  Halide::Expr visit(const ir::Call* op) override {
    const bool is_small_integer = op->type == Halide::Int(32);
    const auto value = is_small_integer && op->name.starts_with("_halide_buffer_get_") ? value_of(op, known_)
                                                                                       : std::optional<std::int64_t>();
    if (!value || *value > std::numeric_limits<std::int32_t>::max()) return IRMutator::visit(op);
    return ir::make_const(op->type, *value);
  }

 private:
  Known known_;
};

// An expression with all lets around put in, and what is known of the loops that it then depends on.
struct Closed {
  Halide::Expr expression;
  ir::Scope<ir::Interval> loops;
};

// Lets and loops are taken from the innermost outwards. A loop of a number of iterations that depends on another loop
// has an interval in that one's terms, which is bounded in turn when it is closed.
Halide::Expr with_lets(Halide::Expr expression, const Frame* around, const Buffers& buffers) {
  for (const Frame* frame = around; frame != nullptr; frame = frame->around) {
    if (frame->kind != Frame::Kind::let || !ir::expr_uses_var(expression, frame->name)) continue;
    expression = ir::substitute(frame->name, frame->value, expression);
  }
  return ir::simplify(WithNumbers(buffers).mutate(expression));
}

Closed closed(const Halide::Expr& expression, const Frame* around, const Buffers& buffers) {
  Closed result{.expression = with_lets(expression, around, buffers), .loops = {}};
  std::vector<const Frame*> frames;
  for (const Frame* frame = around; frame != nullptr; frame = frame->around) frames.push_back(frame);
  for (auto each = frames.rbegin(); each != frames.rend(); ++each) {
    const Frame& frame = **each;
    if (frame.kind != Frame::Kind::loop) continue;
    const Halide::Expr first = with_lets(frame.value, frame.around, buffers),
                       last = with_lets(frame.value + frame.extent - 1, frame.around, buffers);
    result.loops.push(frame.name, ir::Interval(ir::bounds_of_expr_in_scope(first, result.loops).min,
                                               ir::bounds_of_expr_in_scope(last, result.loops).max));
  }
  return result;
}

}  // namespace

std::optional<std::int64_t> greatest_value(const Halide::Expr& expression, const Frame* around,
                                           const Buffers& buffers) {
  const Closed found = closed(expression, around, buffers);
  const ir::Interval interval = ir::bounds_of_expr_in_scope(found.expression, found.loops);
  if (!interval.has_upper_bound()) return std::nullopt;
  return ir::as_const_int(ir::simplify(interval.max));
}

bool always_holds(const Halide::Expr& condition, const Frame* around, const Buffers& buffers) {
  const Closed found = closed(condition, around, buffers);
  const ir::Interval interval = ir::bounds_of_expr_in_scope(found.expression, found.loops);
  return interval.has_lower_bound() && ir::is_const_one(ir::simplify(interval.min));
}

}  // namespace nestwright
