#include "support/outside_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/files.h"

namespace nestwright {
namespace {

using ::testing::HasSubstr;

std::string complaint_about(std::string_view text) {
  return error_of([&] { read_outside_json(text, "f"); });
}

std::string nested(std::size_t depth, const std::string& open, const std::string& close) {
  std::string text, end;
  for (std::size_t i = 0; i < depth; ++i) {
    text += open;
    end += close;
  }
  return text + "1" + end;
}

TEST(OutsideJson, ReadsJson) {
  EXPECT_EQ(read_outside_json(R"({"a":[1,-2,2.5,true,null],"b":{"a":"ü"}})", "f").dump(),
            R"({"a":[1,-2,2.5,true,null],"b":{"a":"ü"}})");
  EXPECT_EQ(complaint_about(nested(deepest_json, "[", "]")), "");
}

TEST(OutsideJson, NestsNoDeeperThanAStackHolds) {
  for (const std::size_t depth : {std::size_t{deepest_json} + 1, std::size_t{150000}, std::size_t{3000000}}) {
    EXPECT_EQ(complaint_about(nested(depth, "[", "]")), "f: nests more than 32 deep");
    EXPECT_EQ(complaint_about(nested(depth, "{\"a\":", "}")), "f: nests more than 32 deep");
    EXPECT_EQ(complaint_about(std::string(depth, '[')), "f: nests more than 32 deep") << "without an end";
  }
}

TEST(OutsideJson, RefusesWhatOtherReadersTakeDifferently) {
  EXPECT_EQ(complaint_about(R"({"a":1,"b":{"a":1},"a":2})"), "f: names \"a\" twice");
  EXPECT_EQ(complaint_about("{\"" + std::string(1000, 'a') + "\":1,\"" + std::string(1000, 'a') + "\":1}").size(),
            std::string("f: names \"\" twice").size() + 203);
  EXPECT_THAT(complaint_about("\xef\xbb\xbf{}"), HasSubstr("byte-order mark"));
  EXPECT_THAT(complaint_about(std::string("{}\0x", 4)), HasSubstr("byte 3 is a NUL"));
  for (const char* text : {"", "{", "{} {}", "[1,]", "nan", "'a'", "[01]", "\"\xff\"", "// x"}) {
    EXPECT_THAT(complaint_about(text), HasSubstr("is no JSON")) << text;
  }
}

TEST(OutsideJson, RefusesNumbersThatNoTypeHolds) {
  EXPECT_THAT(complaint_about("[1e999]"), HasSubstr("a number at byte 6 that no type holds"));
  const auto integer = [](const std::string& text) {
    std::string result;
    const std::string complaint = error_of(
        [&] { result = std::to_string(integer_of(read_outside_json(text, "f"), "count", 1, INT64_MAX, "f")); });
    return result + complaint;
  };
  EXPECT_EQ(integer("9223372036854775807"), "9223372036854775807");
  for (const char* text : {"9223372036854775808", "18446744073709551615", "1e30", "6e48", "1.0", "0", "-1", "\"1\"",
                           "null", "-9223372036854775808", "[1]"}) {
    EXPECT_THAT(integer(text), testing::StartsWith("f: \"count\" is ")) << text;
    EXPECT_THAT(integer(text), HasSubstr("expected a whole number from 1 to 9223372036854775807")) << text;
  }
}

}  // namespace
}  // namespace nestwright
