#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "dsl/check.h"
#include "dsl/parse.h"
#include "dsl/print.h"
#include "schedule_generator.h"
#include "support/error.h"

// Whatever the bytes are, reading and checking them ends in a schedule or in an Error.
namespace nestwright::dsl {
namespace {

void read(const std::string& text) {
  try {
    const Schedule schedule = parse(text, "a.nest");
    RC_ASSERT(parse(print(schedule), "b.nest") == schedule);
    check(schedule, Halide::Target("x86-64-linux-avx2"));
  } catch (const Error& error) {
    RC_ASSERT(error.where().starts_with("a.nest"));
  }
}

RC_GTEST_PROP(DamagedText, AnyBytes, (const std::string& bytes)) { read(bytes); }

RC_GTEST_PROP(DamagedText, AnyBytesAfterAHeader, (const std::string& bytes)) {
  read("schedule conv2d for cpu\n" + bytes);
}

RC_GTEST_PROP(DamagedText, AnyTokens, ()) {
  static const std::vector<std::string> tokens = {
      "tune", "require", "f", ".", "in", "(",  ")", "{",  "}", ",",     "=", "#", "\n", "\"",
      "\\",   "::",      "4", "-", "<=", "&&", ";", "as", " ", "split", "x", "!", "\r", "update"};
  std::string text = "schedule conv2d for any ";
  for (const std::string& token : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(tokens)))
    text += token;
  read(text);
}

RC_GTEST_PROP(DamagedText, ASchedulesBytesChanged, ()) {
  std::string text = print(*any_schedule());
  const int changes = *rc::gen::inRange(1, 4);
  for (int i = 0; i < changes && !text.empty(); ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        text[at] = *rc::gen::arbitrary<char>();
        break;
      case 1:
        text.erase(at, *rc::gen::inRange<std::size_t>(1, 9));
        break;
      default:
        text.insert(at, text.substr(*rc::gen::inRange<std::size_t>(0, text.size()), 7));
    }
  }
  read(text);
}

TEST(DamagedText, AMillionDirectivesAreRead) {
  std::string text = "schedule conv2d for cpu\nf";
  for (int i = 0; i < 1'000'000; ++i) text += ".a()";
  EXPECT_EQ(std::get<Statement>(parse(text, "a.nest").items[0].what).calls.size(), 1'000'000U);
}

}  // namespace
}  // namespace nestwright::dsl
