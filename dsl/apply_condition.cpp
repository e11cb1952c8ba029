// The conditions of specialize.
#include <fmt/format.h>

#include "dsl/applying.h"
#include "dsl/print.h"

namespace nestwright::dsl::applying {
namespace {

using Halide::Expr;

// extent(Func, dimension), of an input or an output.
Expr extent(Application& application, const Expression& expression) {
  using Kind = Expression::Kind;
  const bool well_formed = expression.text == "extent" && expression.operands.size() == 2 &&
                           expression.operands[0].kind == Kind::name && expression.operands[1].kind == Kind::name;
  if (!well_formed) {
    throw error(
        application, expression.position,
        fmt::format("`{}` is nothing that a condition may ask; expected extent(Func, dimension)", print(expression)));
  }
  Cursor cursor = find_stage(application, expression.operands[0]);
  const std::string name = find_dimension(application, cursor, expression.operands[1]).name();
  Halide::Parameter buffer = input_parameter(cursor.func);
  if (!buffer.defined()) {
    if (!application.outputs.contains(cursor.func.name())) {
      throw error(
          application, expression.operands[0].position,
          fmt::format("`{}` is neither an input nor an output: only theirs are known at the call", cursor.name));
    }
    buffer = cursor.func.output_buffers()[0].parameter();
  }
  int index = 0;
  while (cursor.func.args()[static_cast<std::size_t>(index)].name() != name) ++index;
  return Halide::Internal::Variable::make(Halide::Int(32), fmt::format("{}.extent.{}", buffer.name(), index), buffer);
}

Expr translate(Application& application, const Expression& expression);

Expr binary(Application& application, const Expression& expression) {
  const Expr a = translate(application, expression.operands[0]), b = translate(application, expression.operands[1]);
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

Expr translate(Application& application, const Expression& expression) {
  using Kind = Expression::Kind;
  switch (expression.kind) {
    case Kind::integer:
      return expression.value;
    case Kind::unary: {
      const Expr value = translate(application, expression.operands[0]);
      return expression.text == "!" ? !value : -value;
    }
    case Kind::binary:
      return binary(application, expression);
    default:
      return extent(application, expression);
  }
}

}  // namespace

Expr condition_of(Application& application, const Expression& expression) {
  const Expr translated = translate(application, expression);
  if (translated.type().is_bool()) return translated;
  throw error(application, expression.position,
              fmt::format("`{}` is a number; expected a condition, such as extent(output, b) == 1", print(expression)));
}

}  // namespace nestwright::dsl::applying
