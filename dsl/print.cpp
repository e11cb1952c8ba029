#include "dsl/print.h"

#include <fmt/format.h>

#include <algorithm>

#include "dsl/directives.h"

namespace nestwright::dsl {
namespace {

constexpr std::size_t line_width = 100;
constexpr const char* indent = "    ";

// How tightly an expression binds; a looser operand goes into parentheses.
enum Binding { either, both, compared, summed, multiplied, prefixed, tightest };

Binding binding(const Expression& expression) {
  if (expression.kind == Expression::Kind::unary) return prefixed;
  if (expression.kind != Expression::Kind::binary) return tightest;
  const std::string& sign = expression.text;
  if (sign == "||") return either;
  if (sign == "&&") return both;
  if (sign == "+" || sign == "-") return summed;
  if (sign == "*" || sign == "/" || sign == "%") return multiplied;
  return compared;
}

std::string operand(const Expression& expression, Binding least) {
  return binding(expression) < least ? "(" + print(expression) + ")" : print(expression);
}

std::string arguments(const std::vector<Expression>& expressions, std::size_t first) {
  std::string text;
  for (std::size_t i = first; i < expressions.size(); ++i) {
    text += (i == first ? "" : ", ") + print(expressions[i]);
  }
  return text;
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string binary(const Expression& expression) {
  const Binding own = binding(expression);
  // Operators group to the left, comparisons not at all.
  const Binding right = static_cast<Binding>(own + 1);
  return fmt::format("{} {} {}", operand(expression.operands[0], own == compared ? right : own), expression.text,
                     operand(expression.operands[1], right));
}

std::string print(const Tune& tune) {
  std::string text = fmt::format("tune {} in {{{}}} = {}", tune.name, fmt::join(tune.candidates, ", "), tune.fallback);
  for (const auto& [target, value, position] : tune.target_defaults) text += fmt::format(", {} = {}", target, value);
  return text;
}

std::string print(const Require& require) { return "require " + print(require.condition); }

std::string print(const Statement& statement) {
  std::string one_line = statement.func;
  bool commented = false;
  for (const Call& call : statement.calls) {
    one_line += print(call);
    commented = commented || !call.comments.before.empty() || !call.comments.trailing.empty();
  }
  const std::string name = statement.name.empty() ? "" : " as " + statement.name;
  if (!commented && one_line.size() + name.size() <= line_width) return one_line + name;
  std::string text = statement.func;
  bool first = true;
  for (const Call& call : statement.calls) {
    if (!first || !call.comments.before.empty()) text += std::string("\n") + indent;
    for (const std::string& line : call.comments.before) text += line + "\n" + indent;
    text += print(call);
    if (!call.comments.trailing.empty()) text += "  " + call.comments.trailing;
    first = false;
  }
  return text + name;
}

std::string lines(const std::vector<std::string>& comments) {
  return fmt::format("{}{}", fmt::join(comments, "\n"), comments.empty() ? "" : "\n");
}

std::string trailing(const Comments& comments) {
  return (comments.trailing.empty() ? "" : "  " + comments.trailing) + "\n";
}

}  // namespace

std::string print(const Expression& expression) {
  using Kind = Expression::Kind;
  switch (expression.kind) {
    case Kind::integer:
      return std::to_string(expression.value);
    case Kind::name:
      return expression.text;
    case Kind::enumerator:
      return expression.qualifier + "::" + expression.text;
    case Kind::string:
      return quoted(expression.text);
    case Kind::unary:
      return expression.text + operand(expression.operands[0], prefixed);
    case Kind::binary:
      return binary(expression);
    case Kind::call:
      return fmt::format("{}({})", expression.text, arguments(expression.operands, 0));
    case Kind::member:
      return fmt::format("{}.{}({})", operand(expression.operands[0], tightest), expression.text,
                         arguments(expression.operands, 1));
  }
  return {};
}

std::string call_text(const Call& call) { return fmt::format("{}({})", call.name, arguments(call.arguments, 0)); }

std::string func_text(const PlacedCall& placed) {
  std::string text = placed.statement->func;
  for (const Call& call : placed.statement->calls) {
    if (&call == placed.call) break;
    if (find_directive(call.name)->yields == Yields::new_func) text += print(call);
  }
  return text;
}

std::string print(const Call& call) { return "." + call_text(call); }

std::string print(const Schedule& schedule) {
  std::string text = lines(schedule.comments.before) +
                     fmt::format("schedule {}{} for {}", schedule.op,
                                 schedule.algorithm.empty() ? "" : " using " + schedule.algorithm, schedule.purpose) +
                     trailing(schedule.comments);
  for (const Item& item : schedule.items) {
    text += lines(item.comments.before);
    text += std::visit([](const auto& what) { return print(what); }, item.what) + trailing(item.comments);
  }
  return text + lines(schedule.end);
}

}  // namespace nestwright::dsl
