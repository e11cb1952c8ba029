#include "tools/workbench/cost/read_index.h"

namespace nestwright::cost {

using Halide::Expr;
namespace ir = Halide::Internal;

Linear IndexReader::of_variable(const std::string& name, int lane) {
  if (const auto found = scalars_.find(name); found != scalars_.end()) return found->second;
  if (const auto found = vectors_.find(name); found != vectors_.end()) return at_lane(found->second, lane);
  return symbols_->unknown();
}

Linear IndexReader::of_call(const ir::Call& call, int lane) {
  if (call.is_intrinsic({ir::Call::likely, ir::Call::likely_if_innermost, ir::Call::promise_clamped,
                         ir::Call::unsafe_promise_clamped})) {
    return at_lane(call.args[0], lane);
  }
  if (call.is_intrinsic(ir::Call::if_then_else) && call.args.size() == 3) {
    return symbols_->apply(Operation::select,
                           {at_lane(call.args[0], lane), at_lane(call.args[1], lane), at_lane(call.args[2], lane)});
  }
  if (call.is_intrinsic({ir::Call::shift_left, ir::Call::shift_right})) {
    const Linear places = at_lane(call.args[1], lane);
    constexpr std::int64_t most_places = 30;  // 2^30 is the largest power of two that a 32-bit index has
    if (!places.is_constant() || places.constant < 0 || places.constant > most_places) return symbols_->unknown();
    const Linear factor = {.constant = std::int64_t{1} << places.constant};
    const bool is_left = call.is_intrinsic(ir::Call::shift_left);
    return symbols_->apply(is_left ? Operation::multiply : Operation::divide, {at_lane(call.args[0], lane), factor});
  }
  // _halide_buffer_get_extent(input.buffer, 4) has the value that the variable input.extent.4 is bound to.
  const std::string prefix = "_halide_buffer_get_";
  const auto* const buffer = call.args.empty() ? nullptr : call.args[0].as<ir::Variable>();
  if (call.name.starts_with(prefix) && buffer != nullptr && call.args.size() == 2) {
    const std::string name = buffer->name.substr(0, buffer->name.rfind(".buffer"));
    const Linear dimension = at_lane(call.args[1], lane);
    return of_variable(name + "." + call.name.substr(prefix.size()) + "." + std::to_string(dimension.constant), lane);
  }
  return symbols_->unknown();
}

Linear IndexReader::of_shuffle(const ir::Shuffle& shuffle, int lane) {
  int index = shuffle.indices[static_cast<std::size_t>(lane)];
  for (const Expr& vector : shuffle.vectors) {
    if (index < vector.type().lanes()) return at_lane(vector, index);
    index -= vector.type().lanes();
  }
  return symbols_->unknown();
}

Linear IndexReader::of_comparison(const Expr& expr, int lane) {
  const Linear one = {.constant = 1};
  const auto compare = [&](Operation operation, const Expr& a, const Expr& b) {
    return symbols_->apply(operation, {at_lane(a, lane), at_lane(b, lane)});
  };
  if (const auto* op = expr.as<ir::EQ>()) return compare(Operation::equal, op->a, op->b);
  if (const auto* op = expr.as<ir::NE>()) return one - compare(Operation::equal, op->a, op->b);
  if (const auto* op = expr.as<ir::LT>()) return compare(Operation::less, op->a, op->b);
  if (const auto* op = expr.as<ir::GT>()) return compare(Operation::less, op->b, op->a);
  if (const auto* op = expr.as<ir::LE>()) return one - compare(Operation::less, op->b, op->a);
  if (const auto* op = expr.as<ir::GE>()) return one - compare(Operation::less, op->a, op->b);
  if (const auto* op = expr.as<ir::And>()) return compare(Operation::both, op->a, op->b);
  if (const auto* op = expr.as<ir::Or>()) return compare(Operation::either, op->a, op->b);
  if (const auto* op = expr.as<ir::Not>()) return one - at_lane(op->a, lane);
  return symbols_->unknown();
}

Linear IndexReader::of_arithmetic(const Expr& expr, int lane) {
  const auto apply = [&](Operation operation, const Expr& a, const Expr& b) {
    return symbols_->apply(operation, {at_lane(a, lane), at_lane(b, lane)});
  };
  if (const auto* op = expr.as<ir::Add>()) return at_lane(op->a, lane) + at_lane(op->b, lane);
  if (const auto* op = expr.as<ir::Sub>()) return at_lane(op->a, lane) - at_lane(op->b, lane);
  if (const auto* op = expr.as<ir::Mul>()) return apply(Operation::multiply, op->a, op->b);
  if (const auto* op = expr.as<ir::Div>()) return apply(Operation::divide, op->a, op->b);
  if (const auto* op = expr.as<ir::Mod>()) return apply(Operation::modulo, op->a, op->b);
  if (const auto* op = expr.as<ir::Min>()) return apply(Operation::minimum, op->a, op->b);
  if (const auto* op = expr.as<ir::Max>()) return apply(Operation::maximum, op->a, op->b);
  return of_comparison(expr, lane);
}

Linear IndexReader::at_lane(const Expr& expr, int lane) {
  if (const auto* op = expr.as<ir::IntImm>()) return {.constant = op->value};
  if (const auto* op = expr.as<ir::UIntImm>()) return {.constant = static_cast<std::int64_t>(op->value)};
  if (const auto* op = expr.as<ir::Variable>()) return of_variable(op->name, lane);
  if (expr.type().is_float()) return symbols_->unknown();
  if (const auto* op = expr.as<ir::Ramp>()) {
    const int lanes = op->base.type().lanes();
    const Linear stride = at_lane(op->stride, lane % lanes);
    return at_lane(op->base, lane % lanes) + stride * (lane / lanes);
  }
  if (const auto* op = expr.as<ir::Broadcast>()) return at_lane(op->value, lane % op->value.type().lanes());
  if (const auto* op = expr.as<ir::Cast>()) return at_lane(op->value, lane);
  if (const auto* op = expr.as<ir::Select>()) {
    return symbols_->apply(Operation::select, {at_lane(op->condition, op->condition.type().is_scalar() ? 0 : lane),
                                               at_lane(op->true_value, lane), at_lane(op->false_value, lane)});
  }
  if (const auto* op = expr.as<ir::Let>()) {
    if (op->value.type().is_scalar()) {
      bind(op->name, at_lane(op->value, 0));
    } else {
      bind_vector(op->name, op->value);
    }
    return at_lane(op->body, lane);
  }
  if (const auto* op = expr.as<ir::Shuffle>()) return of_shuffle(*op, lane);
  if (const auto* op = expr.as<ir::Call>()) return of_call(*op, lane);
  return of_arithmetic(expr, lane);
}

}  // namespace nestwright::cost
