#include "support/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nestwright {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(Message, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(printable("a b/ü€😀.nest"), "a b/ü€😀.nest");
  EXPECT_EQ(printable("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(printable("\x1b[31mred\x07\x7f"), "\\x1b[31mred\\x07\\x7f");
  EXPECT_EQ(printable(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\xc2\\x9b31m")
      << "CSI as one character of UTF-8";
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "abc"),
            "\\xe2\\x80\\xae"
            "abc")
      << "right to left";
  EXPECT_EQ(printable("\xef\xbb\xbfx"), "\\xef\\xbb\\xbfx");
}

TEST(Message, EscapesBytesThatAreNoText) {
  EXPECT_EQ(printable("\xff\xfe"), "\\xff\\xfe");
  EXPECT_EQ(printable("a\xc3"), "a\\xc3") << "cut off";
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf") << "an overlong /";
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "above U+10FFFF";
}

TEST(Message, QuotesNoMoreThan200Characters) {
  EXPECT_THAT(excerpt(std::string(200, 'a')), SizeIs(200));
  for (const std::size_t length : {201U, 1600U, 1601U, 100000U}) {
    const std::string text = "begin" + std::string(length, 'a') + "end";
    EXPECT_THAT(excerpt(text), SizeIs(203));
    EXPECT_THAT(excerpt(text), testing::StartsWith("begin"));
    EXPECT_THAT(excerpt(text), testing::EndsWith("end"));
  }
}

TEST(Message, OfAnErrorIsOneShortLine) {
  const std::string text = printable_text(Error("a\nb\x1b", "is wrong: " + std::string(100000, 'x') + "\nsecond"));
  EXPECT_THAT(text, testing::StartsWith("a\\nb\\x1b: is wrong: xxx"));
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_LT(text.size(), 300U);
  std::string words;
  for (int i = 0; i < 10000; ++i) words += "word ";
  EXPECT_LT(printable_text(Error("a", words)).size(), 1100U);
  EXPECT_LT(printable_text(Error("a", "has a name \"" + words + "\", which is wrong")).size(), 260U);
  EXPECT_EQ(printable_text(Error("a", "has \"b c\" and \"d\", \" not closed")),
            "a: has \"b c\" and \"d\", \" not closed");
  EXPECT_EQ(printable_text(Error("", "no place")), "no place");
}

TEST(Message, OfAScheduleKeepsItsLineAndTheCaret) {
  EXPECT_EQ(printable_text(Error("f:1:3", "is wrong\n\ta\x1b b\n\t  ^")), "f:1:3: is wrong\n\ta\\x1b b\n\t  ^");
  EXPECT_EQ(printable_text(Error("f", "one\ntwo\nthree")), "f: one\\ntwo\\nthree");
}

}  // namespace
}  // namespace nestwright
