#include "dsl/check_arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "dsl/evaluate.h"
#include "dsl/print.h"
#include "dsl/source_error.h"

namespace nestwright::dsl {
namespace {

using Kind = Expression::Kind;

// No loop and no dimension needs more, and what Halide computes with such a number stays within 32 bits: a tensor has
// fewer than 2^31 elements.
constexpr int largest_number = 1 << 24;

struct Context {
  const Call& call;
  const Directive& directive;
  const std::map<std::string, int>& values;
  const Schedule& schedule;
};

bool is_number(const Expression& expression, const Context& context) {
  static const std::vector<std::string> arithmetic = {"-", "+", "*", "/", "%"};
  switch (expression.kind) {
    case Kind::integer:
      return true;
    case Kind::name:
      return context.values.contains(expression.text);
    case Kind::unary:
    case Kind::binary:
      return std::ranges::find(arithmetic, expression.text) != arithmetic.end() &&
             std::ranges::all_of(expression.operands, [&](const Expression& e) { return is_number(e, context); });
    default:
      return false;
  }
}

bool is_name(const Expression& expression, const Context& context) {
  return expression.kind == Kind::name && !context.values.contains(expression.text);
}

// A Func: its name, or name.in(...) or name.clone_in(...).
bool is_func(const Expression& expression, const Context& context) {
  if (expression.kind != Kind::member) return is_name(expression, context);
  const auto first = expression.operands.begin();
  return (expression.text == "in" || (expression.text == "clone_in" && expression.operands.size() > 1)) &&
         std::all_of(first, expression.operands.end(), [&](const Expression& e) { return is_func(e, context); });
}

// A Func, or func.update(number).
bool is_stage(const Expression& expression, const Context& context) {
  if (expression.kind != Kind::member || expression.text != "update") return is_func(expression, context);
  return expression.operands.size() <= 2 && is_func(expression.operands[0], context) &&
         (expression.operands.size() == 1 || is_number(expression.operands[1], context));
}

bool is_value_of(const Expression& expression, const Enumeration& type) {
  const bool right_type =
      expression.kind == Kind::name || (expression.kind == Kind::enumerator && expression.qualifier == type.type);
  return right_type && std::ranges::find(type.values, expression.text) != type.values.end();
}

bool accepts(ArgumentKind kind, const Expression& argument, const Context& context) {
  switch (kind) {
    case ArgumentKind::loop:
    case ArgumentKind::new_loop:
    case ArgumentKind::dimension:
    case ArgumentKind::level:
      return is_name(argument, context);
    case ArgumentKind::func:
      return is_func(argument, context);
    case ArgumentKind::stage:
      return is_stage(argument, context);
    case ArgumentKind::size:
    case ArgumentKind::number:
      return is_number(argument, context);
    case ArgumentKind::condition:
      return argument.kind == Kind::binary || argument.kind == Kind::unary || argument.kind == Kind::integer ||
             argument.kind == Kind::call || argument.kind == Kind::name;
    case ArgumentKind::text:
      return argument.kind == Kind::string;
    default:
      return is_value_of(argument, enumeration(kind));
  }
}

ArgumentKind kind_at(const Form& form, std::size_t index) {
  const std::size_t required = form.required.size();
  if (index < required) return form.required[index];
  if (form.repeated > 0) return form.required[required - form.repeated + (index - required) % form.repeated];
  return form.optional[index - required];
}

bool takes_count(const Form& form, std::size_t count) {
  const std::size_t required = form.required.size();
  if (count < required) return false;
  if (form.repeated > 0) return (count - required) % form.repeated == 0;
  return count <= required + form.optional.size();
}

// Why the name is no value of that type, and what to write instead.
std::string not_among(const Enumeration& type, const std::string& name) {
  // Halide ends the process that compiles textures for a processor, and for CUDA it has no code for them.
  if (name == "GPUTexture") {
    return fmt::format(
        "GPUTexture can't be compiled: Halide has no textures for processors, nor for CUDA; there are: {}",
        fmt::join(type.values, ", "));
  }
  return fmt::format("no {} `{}`{}", type.type, name, suggestion(name, type.values));
}

Error mismatch(ArgumentKind kind, const Expression& argument, const Context& context) {
  const auto error = [&](const std::string& what) { return error_at(context.schedule, argument.position, what); };
  const Enumeration& type = enumeration(kind);
  const bool names_type = argument.kind == Kind::enumerator && argument.qualifier == type.type;
  if (!type.values.empty() && (is_name(argument, context) || names_type)) {
    return error(not_among(type, argument.text));
  }
  const bool wants_number = kind == ArgumentKind::size || kind == ArgumentKind::number;
  if (wants_number && argument.kind == Kind::name) {
    std::vector<std::string> names;
    for (const auto& [name, value] : context.values) names.push_back(name);
    return error(fmt::format("{} takes {} here, and there is no parameter `{}`{}", context.call.name, describe(kind),
                             argument.text, suggestion(argument.text, names)));
  }
  const bool parameter = argument.kind == Kind::name && context.values.contains(argument.text);
  return error(fmt::format("{} takes {} here; `{}` {}", context.call.name, describe(kind), print(argument),
                           parameter ? "is a parameter" : "is none"));
}

Expression number(const Expression& argument, std::int64_t least, const Context& context) {
  const std::int64_t value = evaluate(argument, context.values, context.schedule);
  if (value < least || value > largest_number) {
    const std::string text = print(argument), computed = fmt::format("{}", value);
    throw error_at(context.schedule, argument.position,
                   fmt::format("{} takes a whole number from {} to {} here, and {} is {}", context.call.name, least,
                               largest_number, text, text == computed ? "none of them" : computed));
  }
  return {.kind = Kind::integer, .value = static_cast<int>(value), .position = argument.position};
}

// Numbers for parameters, anywhere within.
Expression substituted(Expression expression, const Context& context) {
  if (expression.kind == Kind::name) {
    const auto found = context.values.find(expression.text);
    if (found == context.values.end()) return expression;
    return {.kind = Kind::integer, .value = found->second, .position = expression.position};
  }
  for (Expression& operand : expression.operands) operand = substituted(std::move(operand), context);
  return expression;
}

Expression new_loop(const Expression& argument, const Context& context) {
  if (argument.text.find('$') != std::string::npos || argument.text.front() == '_' || argument.text == "outermost") {
    throw error_at(context.schedule, argument.position,
                   fmt::format("`{}` can't name a new loop: names with '$', names that begin with '_', and "
                               "`outermost` are taken",
                               argument.text));
  }
  return argument;
}

Expression resolve(ArgumentKind kind, const Expression& argument, const Context& context) {
  switch (kind) {
    case ArgumentKind::size:
      return number(argument, 1, context);
    case ArgumentKind::number:
      return number(argument, context.directive.name == "update" ? 0 : -largest_number, context);
    case ArgumentKind::new_loop:
      return new_loop(argument, context);
    case ArgumentKind::stage: {
      Expression stage = argument;
      if (stage.kind == Kind::member && stage.text == "update" && stage.operands.size() == 2) {
        stage.operands[1] = number(stage.operands[1], 0, context);
      }
      return stage;
    }
    case ArgumentKind::condition:
      return substituted(argument, context);
    default:
      break;
  }
  if (enumeration(kind).values.empty()) return argument;
  return {.kind = Kind::enumerator,
          .text = argument.text,
          .qualifier = enumeration(kind).type,
          .position = argument.position};
}

std::size_t first_mismatch(const Form& form, const Context& context) {
  const std::vector<Expression>& arguments = context.call.arguments;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!accepts(kind_at(form, i), arguments[i], context)) return i;
  }
  return arguments.size();
}

}  // namespace

std::vector<Expression> resolve_arguments(const Call& call, const Directive& directive,
                                          const std::map<std::string, int>& values, const Schedule& schedule) {
  const Context context{call, directive, values, schedule};
  const std::size_t count = call.arguments.size();
  const Form* best = nullptr;
  std::size_t furthest = 0;
  for (const Form& form : directive.forms) {
    if (!takes_count(form, count)) continue;
    const std::size_t reached = first_mismatch(form, context);
    if (best == nullptr || reached > furthest) {
      best = &form;
      furthest = reached;
    }
  }
  if (best == nullptr) {
    throw error_at(schedule, call.position,
                   fmt::format("{} does not take {} argument{}; it is {}", call.name, count, count == 1 ? "" : "s",
                               usage(directive)));
  }
  if (furthest < count) {
    throw mismatch(kind_at(*best, furthest), call.arguments[furthest], context);
  }
  std::vector<Expression> resolved;
  for (std::size_t i = 0; i < count; ++i) {
    resolved.push_back(resolve(kind_at(*best, i), call.arguments[i], context));
  }
  return resolved;
}

}  // namespace nestwright::dsl
