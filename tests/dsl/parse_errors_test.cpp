#include <fmt/format.h>
#include <gtest/gtest.h>

#include "dsl/parse.h"
#include "support/error.h"

namespace nestwright::dsl {
namespace {

std::string message_of(const std::string& text) {
  try {
    parse(text, "a.nest");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(ParseErrors, SayWhereAndWhatIsExpected) {
  const std::string head = "schedule conv2d for cpu\n";
  EXPECT_EQ(message_of(""),
            "a.nest:1:1: expected 'schedule OPERATOR for PURPOSE', with cpu, gpu or any for its purpose\n\n^");
  EXPECT_EQ(message_of("schedule conv2d for tpu\n"),
            "a.nest:1:21: expected what the schedule is for: cpu, gpu or any\n"
            "schedule conv2d for tpu\n"
            "                    ^");
  EXPECT_EQ(message_of(head + "conv.split(x, xo, xi 4)"),
            "a.nest:2:22: expected ',' or ')' after the argument\n"
            "conv.split(x, xo, xi 4)\n"
            "                     ^");
  EXPECT_EQ(message_of(head + "\tconv.split(x, xo, xi, 4 *)"),
            "a.nest:2:27: expected a value: a number, a name, a string or '('\n"
            "\tconv.split(x, xo, xi, 4 *)\n"
            "\t                         ^");
  EXPECT_EQ(message_of(head + ")"),
            "a.nest:2:1: expected 'tune', 'require' or a statement such as conv.compute_root()\n)\n^");
  EXPECT_EQ(message_of(head + "tune a in {1, 2} 2"),
            "a.nest:2:18: expected '=' and a default\ntune a in {1, 2} 2\n                 ^");
  EXPECT_EQ(message_of(head + "conv.update(99999999999)"),
            "a.nest:2:13: this number is too large; the largest is 2147483647\n"
            "conv.update(99999999999)\n"
            "            ^");
}

TEST(ParseErrors, PointBehindTheCodeWhereSomethingIsMissing) {
  // Not at the line below, where the parser notices.
  EXPECT_EQ(message_of("schedule conv2d for cpu\nconv.vectorize(x  # here\n\n# comment\noutput.compute_root()\n"),
            "a.nest:2:17: expected ',' or ')' after the argument\n"
            "conv.vectorize(x  # here\n"
            "                ^");
  EXPECT_EQ(message_of("schedule conv2d for cpu\nconv\noutput.compute_root()\n"),
            "a.nest:2:5: expected '.' and a directive, as in conv.compute_root()\nconv\n    ^");
}

TEST(ParseErrors, TheCaretStandsBelowItsCharacter) {
  // Two bytes, one character: the column counts bytes, the caret stands where it is seen.
  EXPECT_EQ(message_of("schedule conv2d for cpu\nconv.specialize_fail(\"\xc3\xa9\" 1)"),
            "a.nest:2:27: expected ',' or ')' after the argument\n"
            "conv.specialize_fail(\"\xc3\xa9\" 1)\n"
            "                         ^");
}

TEST(ParseErrors, EachMessageIsReached) {
  const std::map<std::string, std::string> cases = {
      {"tune", "expected the parameter's name after 'tune'"},
      {"tune a of", "expected 'in {...}' with the parameter's candidates"},
      {"tune a in 3", "expected '{' and the parameter's candidates"},
      {"tune a in {x}", "expected a whole number, a candidate"},
      {"tune a in {1;", "expected ',' or '}' after the candidate"},
      {"tune a in {1} = x", "expected a whole number, the default"},
      {"tune a in {1} = 1, 3", "expected a target such as avx2, and its default"},
      {"tune a in {1} = 1, avx2 = x", "expected a whole number, the target's default"},
      {"require", "expected a condition after 'require'"},
      {"f.", "expected a directive after '.'"},
      {"f.unroll", "expected '(' and the directive's arguments"},
      {"f.in(g) as 3", "expected a name after 'as'"},
      {"f.split(x, 3x)", "expected a value: a number, a name, a string or '('"},
      {"f.split(x, (1 + 2)", "expected ',' or ')' after the argument"},
      {"f.split(x, (1 + 2]", "expected ')'"},
      {"f.split(x, TailStrategy::)", "expected a name after '::'"},
      {"f.specialize_fail(\"a", "expected '\"' at the end of the string; in it, \\\" and \\\\"},
      {"f.compute_at(g., x)", "expected a name after '.'"},
      {"f.compute_at(g.update, x)", "expected '('"},
      {"require 1 < 2 < 3", "expected 'tune', 'require' or a statement such as conv.compute_root()"},
  };
  for (const auto& [text, expected] : cases) {
    const std::string message = message_of("schedule conv2d for cpu\n" + text);
    EXPECT_NE(message.find(": " + expected + "\n"), std::string::npos) << text << "\n" << message;
  }
  EXPECT_NE(message_of("schedule").find("expected the operator's name after 'schedule'"), std::string::npos);
  EXPECT_NE(message_of("schedule a using").find("expected the name of one of the operator's algorithms"),
            std::string::npos);
  EXPECT_NE(message_of("schedule a").find("expected 'for' and what the schedule is for"), std::string::npos);
}

TEST(ParseErrors, DeepNestingIsRefused) {
  const auto nested = [](int depth, const std::string& open, const std::string& close) {
    std::string text = "schedule conv2d for cpu\nrequire ";
    for (int i = 0; i < depth; ++i) text += open;
    text += "1";
    for (int i = 0; i < depth; ++i) text += close;
    return message_of(text);
  };
  EXPECT_EQ(nested(60, "(", ")"), "no error");
  EXPECT_EQ(nested(60, "-", ""), "no error");
  EXPECT_EQ(nested(60, "", "+1"), "no error");
  for (const auto& [open, close] : std::vector<std::pair<std::string, std::string>>{
           {"(", ")"}, {"-", ""}, {"!", ""}, {"f(", ")"}, {"f.in(", ")"}, {"", "+1"}, {"", ".in()"}, {"(1+", ")"}}) {
    for (const int depth : {70, 100000}) {
      EXPECT_NE(nested(depth, open, close).find("nests more than 64 deep"), std::string::npos) << open << close;
    }
  }
}

}  // namespace
}  // namespace nestwright::dsl
