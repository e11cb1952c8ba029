#include "dsl/evaluate.h"

#include <fmt/format.h>

#include <limits>

#include "dsl/print.h"
#include "dsl/source_error.h"

namespace nestwright::dsl {
namespace {

Error overflow(const Expression& expression, const Schedule& schedule) {
  return error_at(schedule, expression.position, fmt::format("`{}` overflows", print(expression)));
}

// Division that rounds down, and the remainder that goes with it.
std::int64_t divide(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }

std::int64_t binary(const Expression& expression, std::int64_t a, std::int64_t b, const Schedule& schedule) {
  const std::string& sign = expression.text;
  std::int64_t result = 0;
  if (sign == "||") return a != 0 || b != 0;
  if (sign == "&&") return a != 0 && b != 0;
  if (sign == "==") return a == b;
  if (sign == "!=") return a != b;
  if (sign == "<") return a < b;
  if (sign == "<=") return a <= b;
  if (sign == ">") return a > b;
  if (sign == ">=") return a >= b;
  if (sign == "+" && !__builtin_add_overflow(a, b, &result)) return result;
  if (sign == "-" && !__builtin_sub_overflow(a, b, &result)) return result;
  if (sign == "*" && !__builtin_mul_overflow(a, b, &result)) return result;
  if (sign == "/" || sign == "%") {
    if (b == 0) throw error_at(schedule, expression.position, fmt::format("`{}` divides by zero", print(expression)));
    if (b == -1 && a == std::numeric_limits<std::int64_t>::min()) throw overflow(expression, schedule);
    return sign == "/" ? divide(a, b) : a - divide(a, b) * b;
  }
  throw overflow(expression, schedule);
}

}  // namespace

std::int64_t evaluate(const Expression& expression, const std::map<std::string, int>& values,
                      const Schedule& schedule) {
  using Kind = Expression::Kind;
  const auto operand = [&](std::size_t i) { return evaluate(expression.operands[i], values, schedule); };
  switch (expression.kind) {
    case Kind::integer:
      return expression.value;
    case Kind::name: {
      if (const auto found = values.find(expression.text); found != values.end()) return found->second;
      std::vector<std::string> names;
      for (const auto& [name, value] : values) names.push_back(name);
      throw error_at(schedule, expression.position,
                     fmt::format("no parameter `{}`{}", expression.text, suggestion(expression.text, names)));
    }
    case Kind::unary: {
      const std::int64_t value = operand(0);
      if (expression.text == "!") return value == 0;
      if (value == std::numeric_limits<std::int64_t>::min()) throw overflow(expression, schedule);
      return -value;
    }
    case Kind::binary:
      return binary(expression, operand(0), operand(1), schedule);
    default:
      throw error_at(schedule, expression.position,
                     fmt::format("`{}` is not a number; expected numbers and parameters", print(expression)));
  }
}

}  // namespace nestwright::dsl
