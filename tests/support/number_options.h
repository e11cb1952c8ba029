#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/command_line.h"

namespace nestwright {

// 2^31, 2^32 + 28, 2^63, 10^30, -1 and -2^63: a number that is read into too small a type comes out as another.
inline constexpr std::array<const char*, 6> far_numbers = {
    "2147483648", "4294967324", "9223372036854775808", "1000000000000000000000000000000", "-1", "-9223372036854775808"};

inline bool takes_a_number(const DeclaredOption& option) {
  const auto is = [&](const char* type) { return option.type.starts_with(type); };
  return option.type == "N" || option.type == "X" || is("INT") || is("UINT") || is("FLOAT");
}

// Tries far_numbers with every numeric option of the commands: each is refused in one line that names the option, the
// number and the bounds. `honoured`: options that really take them all, but for negative ones and those beyond 64 bits.
// `needed`: what each command needs beside its options.
inline void expect_numbers_within_bounds(std::span<const Command> commands, const std::set<std::string>& honoured,
                                         const std::map<std::string, std::vector<std::string>>& needed) {
  for (const DeclaredOption& option : declared_options(commands)) {
    if (!takes_a_number(option)) continue;
    for (const std::string number : far_numbers) {
      SCOPED_TRACE(option.text() + " " + number);
      std::vector<std::string> words = {option.command, option.name + "=" + number};
      const auto rest = needed.find(option.command);
      if (rest != needed.end()) words.insert(words.end(), rest->second.begin(), rest->second.end());
      const CommandEnd end = run_command(commands, words, /*only_read=*/true);
      const bool fits = number[0] != '-' && number.size() < 20;
      if (honoured.contains(option.text()) && fits) {
        EXPECT_EQ(end.status, 0) << end.err;
        continue;
      }
      EXPECT_EQ(end.status, 1);
      EXPECT_EQ(std::ranges::count(end.err, '\n'), 1) << end.err;
      EXPECT_THAT(end.err, testing::HasSubstr(option.name + ": \"" + number + "\" is not a"));
      EXPECT_THAT(end.err, testing::ContainsRegex("from [0-9]+ to [0-9^ -]+|(above|from) 0 and at most [0-9]+"));
    }
  }
}

// Every option that takes something else than a number is in `others`, so that whoever adds one thinks of the numbers
// that its text may have.
inline void expect_all_others_known(std::span<const Command> commands, const std::set<std::string>& others) {
  for (const DeclaredOption& option : declared_options(commands)) {
    const bool is_choice = option.type.find('|') != std::string::npos;
    if (takes_a_number(option) || is_choice) continue;
    EXPECT_TRUE(others.contains(option.name)) << option.text() << " takes " << option.type
                                              << ": say here that it has no number, or try the numbers that it has";
  }
}

}  // namespace nestwright
