#include "dsl/polyhedral/affine_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace nestwright::polyhedral {
namespace {

namespace ir = Halide::Internal;
using Halide::Expr;
using Pieces = std::optional<std::vector<Piece>>;
using Text = std::optional<std::string>;

// What a hint that Halide's front end wraps around an expression is about; nothing for other calls.
Expr hinted(const ir::Call& call) {
  const bool is_hint = call.is_intrinsic(ir::Call::likely) || call.is_intrinsic(ir::Call::likely_if_innermost) ||
                       call.is_intrinsic(ir::Call::promise_clamped) ||
                       call.is_intrinsic(ir::Call::unsafe_promise_clamped);
  return is_hint ? call.args[0] : Expr();
}

std::string both(const std::string& a, const std::string& b) {
  if (a == "true") return b;
  return b == "true" ? a : fmt::format("{} and {}", a, b);
}

// The values joined by `format`, wherever both are.
Pieces joined(const char* format, const Pieces& a, const Pieces& b) {
  if (!a || !b) return {};
  std::vector<Piece> pieces;
  for (const Piece& left : *a) {
    for (const Piece& right : *b) {
      pieces.push_back(
          {both(left.condition, right.condition), fmt::format(fmt::runtime(format), left.value, right.value)});
    }
  }
  return pieces;
}

Pieces everywhere(const std::string& value) { return std::vector<Piece>{{"true", value}}; }

class Translator {
 public:
  explicit Translator(const Names& names) : names_(names) {}

  Pieces number(const Expr& e) const {
    if (const auto constant = ir::as_const_int(e)) return everywhere(std::to_string(*constant));
    if (const auto constant = ir::as_const_uint(e)) return everywhere(std::to_string(*constant));
    // isl counts without end; Halide's 32-bit integers may be taken to, as they must not overflow. Others wrap.
    if (!e.type().is_int() || e.type().bits() < 32) return {};
    if (const auto* variable = e.as<ir::Variable>()) {
      const auto found = names_.find(variable->name);
      return found == names_.end() ? Pieces() : everywhere(found->second);
    }
    if (const auto* op = e.as<ir::Add>()) return joined("({} + {})", number(op->a), number(op->b));
    if (const auto* op = e.as<ir::Sub>()) return joined("({} - {})", number(op->a), number(op->b));
    if (const auto* op = e.as<ir::Min>()) return joined("min({}, {})", number(op->a), number(op->b));
    if (const auto* op = e.as<ir::Max>()) return joined("max({}, {})", number(op->a), number(op->b));
    if (const auto* call = e.as<ir::Call>()) return hinted(*call).defined() ? number(hinted(*call)) : Pieces();
    if (const auto* cast = e.as<ir::Cast>()) return cast->value.type().is_int() ? number(cast->value) : Pieces();
    if (const auto* select = e.as<ir::Select>()) return choice(*select);
    return with_constant(e);
  }

  Text condition(const Expr& e) const {
    if (ir::is_const_one(e)) return "true";
    if (ir::is_const_zero(e)) return "false";
    if (const auto* op = e.as<ir::And>()) return logical("(({}) and ({}))", condition(op->a), condition(op->b));
    if (const auto* op = e.as<ir::Or>()) return logical("(({}) or ({}))", condition(op->a), condition(op->b));
    if (const auto* op = e.as<ir::Not>()) return logical("(not ({}){})", condition(op->a), Text(""));
    if (const auto* call = e.as<ir::Call>()) return hinted(*call).defined() ? condition(hinted(*call)) : Text();
    if (const auto* op = e.as<ir::LT>()) return comparison("{} < {}", op->a, op->b);
    if (const auto* op = e.as<ir::LE>()) return comparison("{} <= {}", op->a, op->b);
    if (const auto* op = e.as<ir::GT>()) return comparison("{} > {}", op->a, op->b);
    if (const auto* op = e.as<ir::GE>()) return comparison("{} >= {}", op->a, op->b);
    if (const auto* op = e.as<ir::EQ>()) return equality(*op);
    if (const auto* op = e.as<ir::NE>()) return comparison("{} != {}", op->a, op->b);
    return {};
  }

 private:
  static Text logical(const char* format, const Text& a, const Text& b) {
    if (!a || !b) return {};
    return fmt::format(fmt::runtime(format), *a, *b);
  }

  // Holds in a piece where both sides do.
  Text comparison(const char* format, const Expr& a, const Expr& b) const {
    const Pieces pieces = joined(format, number(a), number(b));
    if (!pieces) return {};
    std::vector<std::string> cases;
    for (const Piece& piece : *pieces) cases.push_back(fmt::format("({})", both(piece.condition, piece.value)));
    return fmt::format("({})", fmt::join(cases, " or "));
  }

  // (a ^ b) == 0 is how an algorithm says a == b where Halide's bounds are not to see it.
  Text equality(const ir::EQ& equal) const {
    const auto* call = equal.a.as<ir::Call>();
    const bool is_of_bits = call != nullptr && call->is_intrinsic(ir::Call::bitwise_xor) && ir::is_const_zero(equal.b);
    return is_of_bits ? comparison("{} = {}", call->args[0], call->args[1]) : comparison("{} = {}", equal.a, equal.b);
  }

  Pieces choice(const ir::Select& select) const {
    const Text which = condition(select.condition);
    const Pieces chosen = number(select.true_value), otherwise = number(select.false_value);
    if (!which || !chosen || !otherwise) return {};
    std::vector<Piece> pieces;
    for (const Piece& piece : *chosen)
      pieces.push_back({both(fmt::format("({})", *which), piece.condition), piece.value});
    for (const Piece& piece : *otherwise) {
      pieces.push_back({both(fmt::format("(not ({}))", *which), piece.condition), piece.value});
    }
    return pieces;
  }

  Pieces with_constant(const Expr& e) const {
    if (const auto* product = e.as<ir::Mul>()) {
      const bool constant_first = ir::as_const_int(product->a).has_value();
      if (!constant_first && !ir::as_const_int(product->b)) return {};
      return constant_first ? joined("{} * {}", number(product->a), number(product->b))
                            : joined("{} * {}", number(product->b), number(product->a));
    }
    if (const auto* quotient = e.as<ir::Div>()) return rounded("floor(({}) / {})", quotient->a, quotient->b);
    if (const auto* remainder = e.as<ir::Mod>()) return rounded("(({}) mod {})", remainder->a, remainder->b);
    return {};
  }

  // Halide's division rounds down where the divisor is positive, as isl's floor does.
  Pieces rounded(const char* format, const Expr& a, const Expr& divisor) const {
    const auto constant = ir::as_const_int(divisor);
    return constant && *constant > 0 ? joined(format, number(a), number(divisor)) : Pieces();
  }

  const Names& names_;
};

}  // namespace

std::optional<std::vector<Piece>> affine_pieces(const Expr& expression, const Names& names) {
  return Translator(names).number(expression);
}

std::optional<std::string> condition_text(const Expr& condition, const Names& names) {
  return Translator(names).condition(condition);
}

std::string all_of(std::vector<std::string> conditions) {
  std::erase(conditions, "true");
  return conditions.empty() ? "true" : fmt::format("({})", fmt::join(conditions, " and "));
}

std::string any_of(const std::vector<std::string>& conditions) {
  if (std::ranges::find(conditions, "true") != conditions.end()) return "true";
  return conditions.empty() ? "false" : fmt::format("({})", fmt::join(conditions, " or "));
}

}  // namespace nestwright::polyhedral
