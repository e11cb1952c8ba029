#pragma once

#include <tao/pegtl.hpp>

// The grammar of .nest files; docs/schedule-language.md shows it for people. Every token takes the white space and
// comments after it along. Comments are collected afterwards, from the gaps between what was read.
namespace nestwright::dsl::grammar {

namespace p = tao::pegtl;

struct comment : p::seq<p::one<'#'>, p::star<p::not_one<'\n'>>> {};
struct skip : p::star<p::sor<p::plus<p::one<' ', '\t', '\r', '\n', '\f', '\v'>>, comment>> {};

template <typename Text>
struct token : p::seq<Text, skip> {};
template <char... Cs>
struct mark : token<p::string<Cs...>> {};

struct name_character : p::sor<p::identifier_other, p::one<'$'>> {};
struct identifier : p::seq<p::identifier_first, p::star<name_character>> {};
template <char... Cs>
struct keyword : token<p::seq<p::string<Cs...>, p::not_at<name_character>>> {};
struct for_keyword : keyword<'f', 'o', 'r'> {};
struct tune_keyword : keyword<'t', 'u', 'n', 'e'> {};
struct in_keyword : keyword<'i', 'n'> {};
struct require_keyword : keyword<'r', 'e', 'q', 'u', 'i', 'r', 'e'> {};
struct as_keyword : keyword<'a', 's'> {};

// Values.
struct expression;
struct enter : p::success {};  // one level deeper; the actions count
struct leave : p::success {};

struct integer_text : p::seq<p::plus<p::digit>, p::not_at<p::identifier_first>> {};
struct integer : token<integer_text> {};

struct escaped : p::seq<p::one<'\\'>, p::one<'\\', '"'>> {};
struct plain : p::seq<p::not_at<p::one<'\\', '"'>>, p::sor<p::range<' ', '~'>, p::range<'\x80', '\xff'>>> {};
struct string_body : p::star<p::sor<escaped, plain>> {};
struct string_close : mark<'"'> {};
struct string_value : p::if_must<p::one<'"'>, string_body, string_close> {};

struct close_parenthesis : mark<')'> {};
struct argument;
struct open_arguments : p::seq<mark<'('>, enter> {};
struct close_arguments : p::seq<close_parenthesis, leave> {};
struct arguments_end : close_arguments {};
struct arguments
    : p::if_must<open_arguments,
                 p::sor<close_arguments,
                        p::seq<p::must<argument>, p::star<p::if_must<mark<','>, argument>>, p::must<arguments_end>>>> {
};

struct name_text : identifier {};
struct enumerator_text : identifier {};
struct enumerator_name : token<enumerator_text> {};
struct enumerator : p::if_must<mark<':', ':'>, enumerator_name> {};
struct function : arguments {};
struct named : p::seq<token<name_text>, p::opt<p::sor<enumerator, function>>> {};

struct group_end : p::seq<close_parenthesis, leave> {};
struct group : p::if_must<p::seq<mark<'('>, enter>, expression, group_end> {};
struct operand : p::sor<integer, string_value, named, group> {};

struct member_text : identifier {};
struct member_name : token<member_text> {};
struct member_arguments : arguments {};
struct member : p::if_must<mark<'.'>, member_name, member_arguments> {};
struct postfix : p::seq<operand, p::star<member>> {};

// Operators, from the tightest binding to the loosest.
struct sign : p::sor<p::one<'-'>, p::seq<p::one<'!'>, p::not_at<p::one<'='>>>> {};
struct unary;
struct unary_operand;
struct signed_value : p::if_must<p::seq<token<sign>, enter>, unary_operand, leave> {};
struct unary : p::sor<signed_value, postfix> {};
struct unary_operand : unary {};

struct product_sign : p::one<'*', '/', '%'> {};
struct product_operand : unary {};
struct product_tail : p::if_must<token<product_sign>, product_operand> {};
struct product : p::seq<unary, p::star<product_tail>> {};
struct sum_sign : p::one<'+', '-'> {};
struct sum_operand : product {};
struct sum_tail : p::if_must<token<sum_sign>, sum_operand> {};
struct sum : p::seq<product, p::star<sum_tail>> {};
struct comparison_sign
    : p::sor<p::string<'<', '='>, p::string<'>', '='>, p::string<'=', '='>, p::string<'!', '='>, p::one<'<', '>'>> {};
struct comparison_operand : sum {};
struct comparison_tail : p::if_must<token<comparison_sign>, comparison_operand> {};
struct comparison : p::seq<sum, p::opt<comparison_tail>> {};
struct and_sign : p::string<'&', '&'> {};
struct and_operand : comparison {};
struct and_tail : p::if_must<token<and_sign>, and_operand> {};
struct conjunction : p::seq<comparison, p::star<and_tail>> {};
struct or_sign : p::string<'|', '|'> {};
struct or_operand : conjunction {};
struct or_tail : p::if_must<token<or_sign>, or_operand> {};
struct expression : p::seq<conjunction, p::star<or_tail>> {};
struct argument : expression {};

// schedule OPERATOR using ALGORITHM for PURPOSE
struct schedule_keyword : keyword<'s', 'c', 'h', 'e', 'd', 'u', 'l', 'e'> {};
struct operator_text : identifier {};
struct operator_name : token<operator_text> {};
struct using_keyword : keyword<'u', 's', 'i', 'n', 'g'> {};
struct algorithm_text : identifier {};
struct algorithm_name : token<algorithm_text> {};
struct algorithm : p::if_must<using_keyword, algorithm_name> {};
struct purpose_text : p::seq<p::sor<p::string<'c', 'p', 'u'>, p::string<'g', 'p', 'u'>, p::string<'a', 'n', 'y'>>,
                             p::not_at<name_character>> {};
struct purpose : token<purpose_text> {};
struct header : p::seq<schedule_keyword, p::must<operator_name>, p::opt<algorithm>, p::must<for_keyword, purpose>> {};

// tune NAME in {1, 2} = 2, TARGET = 1
struct number_text : p::seq<p::opt<p::one<'-'>>, p::plus<p::digit>, p::not_at<p::identifier_first>> {};
struct tune_text : identifier {};
struct tune_name : token<tune_text> {};
struct open_brace : mark<'{'> {};
struct close_brace : mark<'}'> {};
struct equals : mark<'='> {};
struct candidate_text : number_text {};
struct candidate : token<candidate_text> {};
struct candidates : p::seq<p::must<candidate>, p::star<p::if_must<mark<','>, candidate>>> {};
struct default_text : number_text {};
struct default_value : token<default_text> {};
struct target_text : identifier {};
struct target_name : token<target_text> {};
struct target_default_text : number_text {};
struct target_default : token<target_default_text> {};
struct tune : p::if_must<tune_keyword, tune_name, in_keyword, open_brace, candidates, close_brace, equals,
                         default_value, p::star<p::if_must<mark<','>, target_name, equals, target_default>>> {};

// require CONDITION
struct condition : expression {};
struct require : p::if_must<require_keyword, condition> {};

// FUNC.directive(...).directive(...) as NAME
struct func_text : identifier {};
struct directive_text : identifier {};
struct directive : token<directive_text> {};
struct directive_arguments : arguments {};
struct call : p::if_must<mark<'.'>, directive, directive_arguments> {};
struct first_call : call {};
struct as_text : identifier {};
struct as_name : token<as_text> {};
struct statement : p::if_must<token<func_text>, first_call, p::star<call>, p::opt<p::if_must<as_keyword, as_name>>,
                              p::star<mark<';'>>> {};

struct item : p::sor<tune, require, statement> {};
struct byte_order_mark : p::string<'\xef', '\xbb', '\xbf'> {};
struct file : p::seq<p::opt<byte_order_mark>, skip, p::must<header>, p::until<p::eof, p::must<item>>> {};

}  // namespace nestwright::dsl::grammar
