#include "schedule_generator.h"

#include <limits>

namespace nestwright::dsl {
namespace {

using Kind = Expression::Kind;
using rc::gen::arbitrary;
using rc::gen::elementOf;
using rc::gen::inRange;

// Keywords too: past the first place of a line they are names like others.
std::string name() {
  static const std::vector<std::string> names = {"x",  "xi",   "conv", "c_tile", "r$x",     "GuardWithIf",
                                                 "in", "tune", "as",   "for",    "_hidden", "update"};
  return *elementOf(names);
}

std::string func_name() { return *elementOf(std::vector<std::string>{"conv", "output", "tuned", "required", "f$1"}); }

int natural() { return *rc::gen::oneOf(inRange(0, 100), rc::gen::just(std::numeric_limits<int>::max())); }

std::string characters(const std::vector<std::string>& pieces, int most) {
  std::string text;
  const int count = *inRange(0, most);
  for (int i = 0; i < count; ++i) text += *elementOf(pieces);
  return text;
}

std::vector<Expression> expressions(int least, int most, int depth);

Expression expression(int depth) {
  static const std::vector<std::string> signs = {"+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "&&", "||"};
  static const std::vector<std::string> pieces = {"a", " ", "#", "\"", "\\", ";", ")", "\xc3\xa9"};
  switch (depth == 0 ? *inRange(0, 4) : *inRange(0, 8)) {
    case 0:
      return {.kind = Kind::integer, .value = natural()};
    case 1:
      return {.kind = Kind::name, .text = name()};
    case 2:
      return {.kind = Kind::enumerator, .text = name(), .qualifier = name()};
    case 3:
      return {.kind = Kind::string, .text = characters(pieces, 6)};
    case 4:
      return {.kind = Kind::unary,
              .text = *elementOf(std::vector<std::string>{"-", "!"}),
              .operands = {expression(depth - 1)}};
    case 5:
      return {.kind = Kind::call, .text = name(), .operands = expressions(0, 3, depth - 1)};
    case 6:
      return {.kind = Kind::member, .text = name(), .operands = expressions(1, 3, depth - 1)};
    default:
      return {.kind = Kind::binary, .text = *elementOf(signs), .operands = expressions(2, 3, depth - 1)};
  }
}

// At least `least`, fewer than `most`.
std::vector<Expression> expressions(int least, int most, int depth) {
  std::vector<Expression> result;
  const int count = *inRange(least, most);
  for (int i = 0; i < count; ++i) result.push_back(expression(depth));
  return result;
}

std::string comment() {
  static const std::vector<std::string> pieces = {"a", " b", "#", "\"", "\\", ";", "\t.", "\xff", "tune"};
  std::string text = "#" + characters(pieces, 5);
  text.erase(text.find_last_not_of(" \t") + 1);
  return text;
}

std::vector<std::string> comment_lines(bool blanks) {
  std::vector<std::string> lines;
  const int count = *rc::gen::weightedElement<int>({{4, 0}, {1, 1}, {1, 3}});
  for (int i = 0; i < count; ++i) {
    const bool blank = blanks && *arbitrary<bool>() && (lines.empty() || !lines.back().empty());
    lines.push_back(blank ? std::string() : comment());
  }
  return lines;
}

std::string maybe_comment() { return *inRange(0, 4) == 0 ? comment() : std::string(); }

Statement statement() {
  Statement made{.func = func_name(), .calls = {}};
  const int count = *inRange(1, 5);
  for (int i = 0; i < count; ++i) {
    Call call{.name = name(), .arguments = expressions(0, 4, 3)};
    call.comments.before = comment_lines(false);
    if (i + 1 < count) call.comments.trailing = maybe_comment();
    made.calls.push_back(std::move(call));
  }
  if (*arbitrary<bool>()) made.name = name();
  return made;
}

int whole_number() { return *arbitrary<bool>() ? natural() : -natural(); }

Tune tune() {
  Tune made{.name = name(), .candidates = {whole_number()}, .fallback = whole_number()};
  const int candidates = *inRange(0, 3), defaults = *inRange(0, 3);
  for (int i = 0; i < candidates; ++i) made.candidates.push_back(whole_number());
  for (int i = 0; i < defaults; ++i) made.target_defaults.push_back({.target = name(), .value = whole_number()});
  return made;
}

Item item() {
  Item made;
  const int kind = *inRange(0, 5);
  if (kind == 0) {
    made.what = tune();
  } else if (kind == 1) {
    made.what = Require{.condition = expression(4)};
  } else {
    made.what = statement();
  }
  made.comments = {.before = comment_lines(true), .trailing = maybe_comment()};
  return made;
}

}  // namespace

rc::Gen<Schedule> any_schedule() {
  return rc::gen::exec([] {
    Schedule schedule{.op = name(),
                      .algorithm = *arbitrary<bool>() ? name() : std::string(),
                      .purpose = *elementOf(std::vector<std::string>{"cpu", "gpu", "any"})};
    schedule.comments = {.before = comment_lines(false), .trailing = maybe_comment()};
    const int count = *inRange(0, 6);
    for (int i = 0; i < count; ++i) schedule.items.push_back(item());
    schedule.end = comment_lines(false);
    return schedule;
  });
}

}  // namespace nestwright::dsl
