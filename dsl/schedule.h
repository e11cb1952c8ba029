#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nestwright::dsl {

// A place in a schedule's text; both count from 1, columns in bytes.
struct Position {
  int line = 1;
  int column = 1;
};

// An argument, or a part of one. Two are equal when they say the same, wherever they stand.
struct Expression {
  enum class Kind {
    integer,     // value
    name,        // text: a loop, a Func or a tunable parameter
    enumerator,  // qualifier::text, as in TailStrategy::GuardWithIf
    string,      // text, without its quotes
    unary,       // text: "-" or "!"; one operand
    binary,      // text: the operator; two operands
    call,        // text(operands...), as in extent(output, b)
    member,      // operands[0].text(operands[1]...), as in conv.update(0)
  };
  Kind kind = Kind::integer;
  int value = 0;
  std::string text = {};
  std::string qualifier = {};
  std::vector<Expression> operands = {};
  Position position = {};
};

// The comments of a header, an item or a directive: the lines before it ("" is a blank line, others begin with '#'),
// and the comment behind it on its own line.
struct Comments {
  std::vector<std::string> before = {};
  std::string trailing = {};
};

// One directive: `.name(arguments)`.
struct Call {
  std::string name;
  std::vector<Expression> arguments;
  Comments comments = {};
  Position position = {};  // of the name
};

// func.call(...).call(...) as name
struct Statement {
  std::string func;
  std::vector<Call> calls;
  std::string name = {};  // empty: none is given
  Position position = {};
  Position name_position = {};
};

// tune name in {candidates} = fallback, target = value, ...
struct Tune {
  struct TargetDefault {
    std::string target;
    int value = 0;
    Position position = {};
  };
  std::string name;
  std::vector<int> candidates;
  int fallback = 0;
  std::vector<TargetDefault> target_defaults = {};
  Position position = {};           // of the name
  Position fallback_position = {};  // of the default
};

struct Require {
  Expression condition;
  Position position = {};
};

struct Item {
  std::variant<Tune, Require, Statement> what;
  Comments comments = {};
};

// A .nest file. `file` and `text` are its name and bytes, for messages; they take no part in comparisons.
struct Schedule {
  std::string op;
  std::string algorithm;  // empty: the operator's default
  std::string purpose;    // "cpu", "gpu" or "any"
  Comments comments = {};
  std::vector<Item> items = {};
  std::vector<std::string> end = {};  // comment lines after the last item
  std::string file = {};
  std::string text = {};
  Position op_position = {};
  Position algorithm_position = {};
  Position purpose_position = {};
};

bool operator==(const Expression& a, const Expression& b);
bool operator==(const Comments& a, const Comments& b);
bool operator==(const Call& a, const Call& b);
bool operator==(const Statement& a, const Statement& b);
bool operator==(const Tune::TargetDefault& a, const Tune::TargetDefault& b);
bool operator==(const Tune& a, const Tune& b);
bool operator==(const Require& a, const Require& b);
bool operator==(const Item& a, const Item& b);
bool operator==(const Schedule& a, const Schedule& b);

// A directive of a schedule, and the statement that it stands in.
struct PlacedCall {
  Statement* statement;
  Call* call;
};

// Its directives, in the order of the text.
std::vector<PlacedCall> calls_of(Schedule& schedule);

// Its tunable parameters, in the order of the text.
std::vector<Tune> tunes(const Schedule& schedule);

}  // namespace nestwright::dsl
