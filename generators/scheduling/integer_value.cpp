#include "generators/scheduling/integer_value.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace nestwright {
namespace {

namespace ir = Halide::Internal;
using Value = std::optional<std::int64_t>;

// `value` as one of `type`. Numbers without a sign wrap; those with one must not.
std::int64_t fitted(std::int64_t value, const Halide::Type& type) {
  if (type.bits() >= 64) return value;
  if (type.is_int()) {
    const std::int64_t end = std::int64_t{1} << (type.bits() - 1);
    if (value < -end || value >= end) throw IntegerOverflow();
    return value;
  }
  return value & ((std::int64_t{1} << type.bits()) - 1);
}

Value divided(std::int64_t a, std::int64_t b, bool remainder) {
  if (b == 0) return 0;  // as in Halide
  const std::int64_t rest = ((a % b) + std::abs(b)) % std::abs(b);
  return remainder ? rest : (a - rest) / b;
}

class Evaluation : public ir::IRVisitor {
 public:
  explicit Evaluation(const Known& known) : known_(known) {}

  Value of(const Halide::Expr& expression) {
    value_ = std::nullopt;
    if (expression.type().is_scalar() && !expression.type().is_float() && !expression.type().is_handle()) {
      expression.accept(this);
    }
    const Value found = value_;
    value_ = std::nullopt;
    return found ? Value(fitted(*found, expression.type())) : found;
  }

 protected:
  using ir::IRVisitor::visit;

  void visit(const ir::IntImm* op) override { value_ = op->value; }
  void visit(const ir::UIntImm* op) override { value_ = static_cast<std::int64_t>(op->value); }
  void visit(const ir::FloatImm*) override {}
  void visit(const ir::StringImm*) override {}
  void visit(const ir::Load*) override {}
  void visit(const ir::Ramp*) override {}
  void visit(const ir::Broadcast*) override {}
  void visit(const ir::Shuffle*) override {}
  void visit(const ir::VectorReduce*) override {}
  void visit(const ir::Reinterpret*) override {}
  void visit(const ir::Variable* op) override {
    const auto found = known_.values.find(op->name);
    if (found != known_.values.end()) value_ = found->second;
  }
  void visit(const ir::Cast* op) override {
    const Value value = of(op->value);
    // A cast wraps, with a sign or without.
    value_ = value && op->type.is_int() && op->type.bits() == 32 ? Value(static_cast<std::int32_t>(*value)) : value;
  }
  void visit(const ir::Add* op) override {
    both(op, [](std::int64_t a, std::int64_t b) {
      std::int64_t result = 0;
      if (__builtin_add_overflow(a, b, &result)) throw IntegerOverflow();
      return Value(result);
    });
  }
  void visit(const ir::Sub* op) override {
    both(op, [](std::int64_t a, std::int64_t b) {
      std::int64_t result = 0;
      if (__builtin_sub_overflow(a, b, &result)) throw IntegerOverflow();
      return Value(result);
    });
  }
  void visit(const ir::Mul* op) override {
    both(op, [](std::int64_t a, std::int64_t b) {
      std::int64_t result = 0;
      if (__builtin_mul_overflow(a, b, &result)) throw IntegerOverflow();
      return Value(result);
    });
  }
  void visit(const ir::Div* op) override {
    both(op, [](auto a, auto b) { return divided(a, b, false); });
  }
  void visit(const ir::Mod* op) override {
    both(op, [](auto a, auto b) { return divided(a, b, true); });
  }
  void visit(const ir::Min* op) override {
    both(op, [](auto a, auto b) { return Value(std::min(a, b)); });
  }
  void visit(const ir::Max* op) override {
    both(op, [](auto a, auto b) { return Value(std::max(a, b)); });
  }
  void visit(const ir::EQ* op) override {
    both(op, [](auto a, auto b) { return Value(a == b); });
  }
  void visit(const ir::NE* op) override {
    both(op, [](auto a, auto b) { return Value(a != b); });
  }
  void visit(const ir::LT* op) override {
    both(op, [](auto a, auto b) { return Value(a < b); });
  }
  void visit(const ir::LE* op) override {
    both(op, [](auto a, auto b) { return Value(a <= b); });
  }
  void visit(const ir::GT* op) override {
    both(op, [](auto a, auto b) { return Value(a > b); });
  }
  void visit(const ir::GE* op) override {
    both(op, [](auto a, auto b) { return Value(a >= b); });
  }
  // Where one side decides, the other need not be known.
  void visit(const ir::And* op) override { decided(op->a, op->b, 0); }
  void visit(const ir::Or* op) override { decided(op->a, op->b, 1); }
  void visit(const ir::Not* op) override {
    const Value value = of(op->a);
    if (value) value_ = *value == 0 ? 1 : 0;
  }
  void visit(const ir::Select* op) override {
    const Value condition = of(op->condition);
    if (condition) value_ = of(*condition != 0 ? op->true_value : op->false_value);
  }
  void visit(const ir::Let* op) override {
    Known inner = known_;
    if (const Value value = of(op->value)) inner.values[op->name] = *value;
    value_ = Evaluation(inner).of(op->body);
  }
  void visit(const ir::Call* op) override {
    if (op->is_intrinsic(ir::Call::signed_integer_overflow)) throw IntegerOverflow();
    static const std::vector<std::string> of_their_first = {"likely", "likely_if_innermost", "promise_clamped",
                                                            "unsafe_promise_clamped", "strict_float"};
    if (std::ranges::find(of_their_first, op->name) != of_their_first.end()) {
      value_ = of(op->args[0]);
    } else if (op->name == "abs" || op->is_intrinsic(ir::Call::abs)) {
      const Value value = of(op->args[0]);
      if (value) value_ = std::abs(*value);
    } else {
      value_ = field(*op);
    }
  }

 private:
  template <typename Node, typename Operation>
  void both(const Node* op, Operation operation) {
    const Value a = of(op->a), b = of(op->b);
    if (a && b) value_ = operation(*a, *b);
  }

  void decided(const Halide::Expr& a, const Halide::Expr& b, std::int64_t deciding) {
    const Value first = of(a);
    if (first == deciding) {
      value_ = deciding;
      return;
    }
    const Value second = of(b);
    if (second == deciding || (first && second)) value_ = second;
  }

  // What the kernel asks of a buffer that it is called with.
  Value field(const ir::Call& op) const {
    const auto* buffer = op.args.empty() ? nullptr : op.args[0].as<ir::Variable>();
    const auto dimension = op.args.size() < 2 ? std::nullopt : ir::as_const_int(op.args[1]);
    if (buffer == nullptr || !dimension) return std::nullopt;
    const auto found = known_.buffers.find(buffer->name.substr(0, buffer->name.rfind(".buffer")));
    if (found == known_.buffers.end()) return std::nullopt;
    const std::vector<std::int64_t>& extents = found->second;
    const auto d = static_cast<std::size_t>(*dimension);
    if (op.name == ir::Call::buffer_get_min) return 0;
    if (op.name == ir::Call::buffer_get_max) return extents.at(d) - 1;
    if (op.name == ir::Call::buffer_get_extent) return extents.at(d);
    if (op.name != ir::Call::buffer_get_stride) return std::nullopt;
    std::int64_t stride = 1;
    for (std::size_t inner = 0; inner < d; ++inner) stride *= extents.at(inner);
    return stride;
  }

  const Known& known_;
  Value value_;
};

}  // namespace

std::optional<std::int64_t> value_of(const Halide::Expr& expression, const Known& known) {
  return Evaluation(known).of(expression);
}

}  // namespace nestwright
