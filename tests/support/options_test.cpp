#include "support/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nestwright {
namespace {

// What all options together say to one word; empty where it is taken.
template <typename Add>
std::string complaint_about(const std::string& text, Add add) {
  CLI::App app;
  add(app);
  try {
    app.parse(std::vector<std::string>{"--value=" + text});
  } catch (const CLI::ValidationError& error) {
    return error.what();
  }
  return "";
}

// Numbers that CLI11 reads by itself, and some programs do not.
const std::vector<std::string> no_numbers = {"nan", "-nan", "inf", "-inf", "0x10", "+5", " 5", "5 ", "5x", "1e400"};

TEST(Options, NumbersAreReadStrictly) {
  std::int64_t integer = 3;
  int small = 3;
  double number = 3, from = 3;
  std::vector<std::int64_t> integers = {3};
  for (const std::string& text : no_numbers) {
    SCOPED_TRACE(text);
    EXPECT_NE(complaint_about(text, [&](CLI::App& app) { add_integer(app, "--value", integer, 1, 9, ""); }), "");
    EXPECT_NE(complaint_about(text, [&](CLI::App& app) { add_integer(app, "--value", small, 1, 9, ""); }), "");
    EXPECT_NE(complaint_about(text, [&](CLI::App& app) { add_integers(app, "--value", integers, 1, 9, ""); }), "");
    EXPECT_NE(complaint_about("1," + text, [&](CLI::App& app) { add_integers(app, "--value", integers, 1, 9, ""); }),
              "");
    EXPECT_NE(complaint_about(text, [&](CLI::App& app) { add_number(app, "--value", number, true, 60, ""); }), "");
    EXPECT_THAT(complaint_about(text, [&](CLI::App& app) { add_number_from(app, "--value", from, 0.001, 60, ""); }),
                testing::HasSubstr("\"" + text + "\" is not a number from 0.001 to 60"));
  }
  EXPECT_EQ(integer + small, 6);
  EXPECT_EQ(number + from, 6);
}

TEST(Options, ListsAndBounds) {
  std::vector<std::int64_t> integers = {3};
  EXPECT_EQ(complaint_about("1,16,9", [&](CLI::App& app) { add_integers(app, "--value", integers, 1, 16, ""); }), "");
  EXPECT_THAT(integers, testing::ElementsAre(1, 16, 9));
  EXPECT_THAT(complaint_about("1,17", [&](CLI::App& app) { add_integers(app, "--value", integers, 1, 16, ""); }),
              testing::HasSubstr("\"17\" is not a whole number from 1 to 16"));
  double number = 0;
  EXPECT_EQ(complaint_about("0.001", [&](CLI::App& app) { add_number_from(app, "--value", number, 0.001, 1, ""); }),
            "");
  EXPECT_EQ(number, 0.001);
  EXPECT_NE(complaint_about("0.0001", [&](CLI::App& app) { add_number_from(app, "--value", number, 0.001, 1, ""); }),
            "");
}

}  // namespace
}  // namespace nestwright
