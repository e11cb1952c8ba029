#pragma once

#include "dsl/grammar.h"

namespace nestwright::dsl::messages {

namespace g = grammar;

// What was expected where a rule that must match does not.
constexpr const char* value_expected = "expected a value: a number, a name, a string or '('";
template <typename Rule>
inline constexpr const char* message = nullptr;
template <>
inline constexpr const char* message<g::header> =
    "expected 'schedule OPERATOR for PURPOSE', with cpu, gpu or any for its purpose";
template <>
inline constexpr const char* message<g::operator_name> = "expected the operator's name after 'schedule'";
template <>
inline constexpr const char* message<g::algorithm_name> = "expected the name of one of the operator's algorithms";
template <>
inline constexpr const char* message<g::for_keyword> = "expected 'for' and what the schedule is for: cpu, gpu or any";
template <>
inline constexpr const char* message<g::purpose> = "expected what the schedule is for: cpu, gpu or any";
template <>
inline constexpr const char* message<g::item> = "expected 'tune', 'require' or a statement such as conv.compute_root()";
template <>
inline constexpr const char* message<g::tune_name> = "expected the parameter's name after 'tune'";
template <>
inline constexpr const char* message<g::in_keyword> = "expected 'in {...}' with the parameter's candidates";
template <>
inline constexpr const char* message<g::open_brace> = "expected '{' and the parameter's candidates";
template <>
inline constexpr const char* message<g::candidate> = "expected a whole number, a candidate";
template <>
inline constexpr const char* message<g::close_brace> = "expected ',' or '}' after the candidate";
template <>
inline constexpr const char* message<g::equals> = "expected '=' and a default";
template <>
inline constexpr const char* message<g::default_value> = "expected a whole number, the default";
template <>
inline constexpr const char* message<g::target_name> = "expected a target such as avx2, and its default";
template <>
inline constexpr const char* message<g::target_default> = "expected a whole number, the target's default";
template <>
inline constexpr const char* message<g::condition> = "expected a condition after 'require'";
template <>
inline constexpr const char* message<g::first_call> = "expected '.' and a directive, as in conv.compute_root()";
template <>
inline constexpr const char* message<g::directive> = "expected a directive after '.'";
template <>
inline constexpr const char* message<g::directive_arguments> = "expected '(' and the directive's arguments";
template <>
inline constexpr const char* message<g::as_name> = "expected a name after 'as'";
template <>
inline constexpr const char* message<g::argument> = value_expected;
template <>
inline constexpr const char* message<g::arguments_end> = "expected ',' or ')' after the argument";
template <>
inline constexpr const char* message<g::expression> = value_expected;
template <>
inline constexpr const char* message<g::group_end> = "expected ')'";
template <>
inline constexpr const char* message<g::enumerator_name> = "expected a name after '::'";
template <>
inline constexpr const char* message<g::string_close> = "expected '\"' at the end of the string; in it, \\\" and \\\\";
template <>
inline constexpr const char* message<g::member_name> = "expected a name after '.'";
template <>
inline constexpr const char* message<g::member_arguments> = "expected '('";
template <>
inline constexpr const char* message<g::unary_operand> = value_expected;
template <>
inline constexpr const char* message<g::product_operand> = value_expected;
template <>
inline constexpr const char* message<g::sum_operand> = value_expected;
template <>
inline constexpr const char* message<g::comparison_operand> = value_expected;
template <>
inline constexpr const char* message<g::and_operand> = value_expected;
template <>
inline constexpr const char* message<g::or_operand> = value_expected;

}  // namespace nestwright::dsl::messages
