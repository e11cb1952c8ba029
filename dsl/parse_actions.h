#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/comments.h"
#include "dsl/grammar.h"
#include "dsl/parse.h"

// What each rule of the grammar adds to the syntax tree. Included by parse.cpp alone.
namespace nestwright::dsl::actions {

namespace g = grammar;
namespace p = tao::pegtl;

// What has been read so far. `values` is the stack of expressions that no other has taken in yet.
struct State {
  struct Value {
    Expression expression;
    int depth = 1;
  };
  Schedule schedule;
  Layout layout;
  std::vector<Value> values;
  std::vector<std::size_t> argument_starts;             // of the argument lists that are open, as indices of `values`
  std::vector<std::pair<std::string, Position>> names;  // of directives whose arguments are being read
  std::vector<std::string> operators;
  int nesting = 0;
  Tune tune;
  Statement statement;
  std::string_view text;

  template <typename Input>
  std::size_t begin_of(const Input& in) const {
    return static_cast<std::size_t>(in.begin() - text.data());
  }
};

template <typename Input>
Position position_of(const Input& in) {
  const p::position at = in.position();
  return {static_cast<int>(at.line), static_cast<int>(at.column)};
}

template <typename Input>
int integer_of(const Input& in) {
  int value = 0;
  const std::string_view digits = in.string_view();
  if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc()) {
    throw p::parse_error("this number is too large; the largest is 2147483647", in);
  }
  return value;
}

template <typename Input>
void push(const Input& in, State& state, Expression expression, int depth) {
  if (depth > maximum_depth) throw p::parse_error("this expression nests more than 64 deep", in);
  state.values.push_back({std::move(expression), depth});
}

// Takes the values from `start` on off the stack, as operands of `expression`, which takes their place.
template <typename Input>
void combine(const Input& in, State& state, Expression expression, std::size_t start) {
  int depth = 0;
  for (std::size_t i = start; i < state.values.size(); ++i) {
    depth = std::max(depth, state.values[i].depth);
    expression.operands.push_back(std::move(state.values[i].expression));
  }
  state.values.resize(start);
  push(in, state, std::move(expression), depth + 1);
}

template <typename Rule>
struct action : p::nothing<Rule> {};

#define NESTWRIGHT_ACTION(Rule)                       \
  template <>                                         \
  struct action<g::Rule> {                            \
    template <typename Input>                         \
    static void apply(const Input& in, State& state); \
  };                                                  \
  template <typename Input>                           \
  void action<g::Rule>::apply(const Input& in, State& state)

NESTWRIGHT_ACTION(enter) {
  if (++state.nesting > maximum_depth) throw p::parse_error("this expression nests more than 64 deep", in);
}

template <>
struct action<g::leave> {
  static void apply0(State& state) { --state.nesting; }
};

NESTWRIGHT_ACTION(integer_text) {
  push(in, state, {.kind = Expression::Kind::integer, .value = integer_of(in), .position = position_of(in)}, 1);
}

NESTWRIGHT_ACTION(name_text) {
  push(in, state, {.kind = Expression::Kind::name, .text = in.string(), .position = position_of(in)}, 1);
}

NESTWRIGHT_ACTION(string_body) {
  std::string text;
  const std::string_view raw = in.string_view();
  for (std::size_t i = 0; i < raw.size(); ++i) text += raw[i] == '\\' ? raw[++i] : raw[i];
  Position position = position_of(in);
  --position.column;  // the quote
  push(in, state, {.kind = Expression::Kind::string, .text = text, .position = position}, 1);
}

NESTWRIGHT_ACTION(enumerator_text) {
  Expression& type = state.values.back().expression;
  type.kind = Expression::Kind::enumerator;
  type.qualifier = std::move(type.text);
  type.text = in.string();
}

template <>
struct action<g::open_arguments> {
  static void apply0(State& state) { state.argument_starts.push_back(state.values.size()); }
};

NESTWRIGHT_ACTION(function) {
  const std::size_t start = state.argument_starts.back();
  state.argument_starts.pop_back();
  const Expression& name = state.values[start - 1].expression;
  Expression called{.kind = Expression::Kind::call, .text = name.text, .position = name.position};
  // The name itself goes: its place on the stack is the call's.
  State::Value result{std::move(called), 1};
  for (std::size_t i = start; i < state.values.size(); ++i) {
    result.depth = std::max(result.depth, state.values[i].depth + 1);
    result.expression.operands.push_back(std::move(state.values[i].expression));
  }
  state.values.resize(start - 1);
  push(in, state, std::move(result.expression), result.depth);
}

NESTWRIGHT_ACTION(member_text) { state.names.emplace_back(in.string(), position_of(in)); }

NESTWRIGHT_ACTION(member_arguments) {
  const std::size_t start = state.argument_starts.back() - 1;  // the object is the first operand
  state.argument_starts.pop_back();
  Expression called{.kind = Expression::Kind::member,
                    .text = state.names.back().first,
                    .position = state.values[start].expression.position};
  state.names.pop_back();
  combine(in, state, std::move(called), start);
}

struct operator_text_action {
  template <typename Input>
  static void apply(const Input& in, State& state) {
    state.operators.push_back(in.string());
  }
};
template <>
struct action<g::product_sign> : operator_text_action {};
template <>
struct action<g::sum_sign> : operator_text_action {};
template <>
struct action<g::comparison_sign> : operator_text_action {};
template <>
struct action<g::and_sign> : operator_text_action {};
template <>
struct action<g::or_sign> : operator_text_action {};

NESTWRIGHT_ACTION(sign) {
  state.operators.push_back(in.string());
  state.names.emplace_back(std::string(), position_of(in));
}

NESTWRIGHT_ACTION(signed_value) {
  Expression value{
      .kind = Expression::Kind::unary, .text = state.operators.back(), .position = state.names.back().second};
  state.operators.pop_back();
  state.names.pop_back();
  combine(in, state, std::move(value), state.values.size() - 1);
}

struct binary_action {
  template <typename Input>
  static void apply(const Input& in, State& state) {
    const std::size_t start = state.values.size() - 2;
    Expression value{.kind = Expression::Kind::binary,
                     .text = state.operators.back(),
                     .position = state.values[start].expression.position};
    state.operators.pop_back();
    combine(in, state, std::move(value), start);
  }
};
template <>
struct action<g::product_tail> : binary_action {};
template <>
struct action<g::sum_tail> : binary_action {};
template <>
struct action<g::comparison_tail> : binary_action {};
template <>
struct action<g::and_tail> : binary_action {};
template <>
struct action<g::or_tail> : binary_action {};

NESTWRIGHT_ACTION(operator_text) {
  state.schedule.op = in.string();
  state.schedule.op_position = position_of(in);
}

NESTWRIGHT_ACTION(algorithm_text) {
  state.schedule.algorithm = in.string();
  state.schedule.algorithm_position = position_of(in);
}

NESTWRIGHT_ACTION(purpose_text) {
  state.schedule.purpose = in.string();
  state.schedule.purpose_position = position_of(in);
}

NESTWRIGHT_ACTION(header) { state.layout.header = code_span(state.text, state.begin_of(in), in.size()); }

NESTWRIGHT_ACTION(tune_text) {
  state.tune = {};
  state.tune.name = in.string();
  state.tune.position = position_of(in);
}

NESTWRIGHT_ACTION(candidate_text) { state.tune.candidates.push_back(integer_of(in)); }

NESTWRIGHT_ACTION(default_text) {
  state.tune.fallback = integer_of(in);
  state.tune.fallback_position = position_of(in);
}

NESTWRIGHT_ACTION(target_text) {
  state.tune.target_defaults.push_back({.target = in.string(), .value = 0, .position = position_of(in)});
}

NESTWRIGHT_ACTION(target_default_text) { state.tune.target_defaults.back().value = integer_of(in); }

NESTWRIGHT_ACTION(func_text) {
  state.statement = {};
  state.statement.func = in.string();
  state.statement.position = position_of(in);
  state.layout.calls.emplace_back();
  state.layout.heads.push_back(state.begin_of(in) + in.size());
}

NESTWRIGHT_ACTION(directive_text) { state.names.emplace_back(in.string(), position_of(in)); }

NESTWRIGHT_ACTION(call) {
  const std::size_t start = state.argument_starts.back();
  state.argument_starts.pop_back();
  Call call{.name = state.names.back().first, .arguments = {}, .position = state.names.back().second};
  state.names.pop_back();
  for (std::size_t i = start; i < state.values.size(); ++i) {
    call.arguments.push_back(std::move(state.values[i].expression));
  }
  state.values.resize(start);
  state.statement.calls.push_back(std::move(call));
  state.layout.calls.back().push_back(code_span(state.text, state.begin_of(in), in.size()));
}
template <>
struct action<g::first_call> : action<g::call> {};

NESTWRIGHT_ACTION(as_text) {
  state.statement.name = in.string();
  state.statement.name_position = position_of(in);
}

template <typename Input>
void finish_item(const Input& in, State& state, Item item) {
  state.schedule.items.push_back(std::move(item));
  state.layout.items.push_back(code_span(state.text, state.begin_of(in), in.size()));
  if (state.layout.calls.size() < state.layout.items.size()) {  // not a statement
    state.layout.calls.emplace_back();
    state.layout.heads.push_back(0);
  }
}

NESTWRIGHT_ACTION(tune) { finish_item(in, state, {.what = std::move(state.tune)}); }

NESTWRIGHT_ACTION(require) {
  Expression condition = std::move(state.values.back().expression);
  state.values.pop_back();
  finish_item(in, state, {.what = Require{std::move(condition), position_of(in)}});
}

NESTWRIGHT_ACTION(statement) { finish_item(in, state, {.what = std::move(state.statement)}); }

#undef NESTWRIGHT_ACTION

}  // namespace nestwright::dsl::actions
