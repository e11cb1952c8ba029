// The conditions of specialize.
#include <fmt/format.h>

#include "dsl/applying.h"
#include "dsl/print.h"

namespace nestwright::dsl::applying {
namespace {

using Halide::Expr;

// extent(Func, dimension), of an input or an output.
Expr extent(Session& session, const Expression& expression) {
  using Kind = Expression::Kind;
  const bool well_formed = expression.text == "extent" && expression.operands.size() == 2 &&
                           expression.operands[0].kind == Kind::name && expression.operands[1].kind == Kind::name;
  if (!well_formed) {
    throw error(
        session, expression.position,
        fmt::format("`{}` is nothing that a condition may ask; expected extent(Func, dimension)", print(expression)));
  }
  Cursor cursor = stage(session, expression.operands[0]);
  const std::string name = dimension(session, cursor, expression.operands[1]).name();
  Halide::Parameter buffer = input_parameter(cursor.func);
  if (!buffer.defined()) {
    if (!session.outputs.contains(cursor.func.name())) {
      throw error(
          session, expression.operands[0].position,
          fmt::format("`{}` is neither an input nor an output: only theirs are known at the call", cursor.name));
    }
    buffer = cursor.func.output_buffers()[0].parameter();
  }
  int index = 0;
  while (cursor.func.args()[static_cast<std::size_t>(index)].name() != name) ++index;
  return Halide::Internal::Variable::make(Halide::Int(32), fmt::format("{}.extent.{}", buffer.name(), index), buffer);
}

Expr translate(Session& session, const Expression& expression);

Expr binary(Session& session, const Expression& expression) {
  const Expr a = translate(session, expression.operands[0]), b = translate(session, expression.operands[1]);
  const std::string& sign = expression.text;
  if (sign == "||") return a || b;
  if (sign == "&&") return a && b;
  if (sign == "==") return a == b;
  if (sign == "!=") return a != b;
  if (sign == "<") return a < b;
  if (sign == "<=") return a <= b;
  if (sign == ">") return a > b;
  if (sign == ">=") return a >= b;
  if (sign == "+") return a + b;
  if (sign == "-") return a - b;
  if (sign == "*") return a * b;
  if (sign == "/") return a / b;
  return a % b;
}

Expr translate(Session& session, const Expression& expression) {
  using Kind = Expression::Kind;
  switch (expression.kind) {
    case Kind::integer:
      return expression.value;
    case Kind::unary: {
      const Expr value = translate(session, expression.operands[0]);
      return expression.text == "!" ? !value : -value;
    }
    case Kind::binary:
      return binary(session, expression);
    default:
      return extent(session, expression);
  }
}

}  // namespace

Expr condition(Session& session, const Expression& expression) {
  const Expr translated = translate(session, expression);
  if (translated.type().is_bool()) return translated;
  throw error(session, expression.position,
              fmt::format("`{}` is a number; expected a condition, such as extent(output, b) == 1", print(expression)));
}

}  // namespace nestwright::dsl::applying
