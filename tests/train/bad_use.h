#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "tests/train/program.h"

namespace nestwright {

// Arguments that the program refuses, and a part of the one line by which it does.
struct BadUse {
  std::vector<std::string> arguments;
  std::string complaint;
};

// Prints the arguments, by which GoogleTest names the case.
inline void PrintTo(const BadUse& use, std::ostream* stream) {
  for (const std::string& argument : use.arguments) *stream << argument << ' ';
}

// Expects that the program ends with status 1, prints nothing on stdout, and complains in one line on stderr.
inline void expect_one_line(const BadUse& use) {
  const ProgramResult result = run_program(use.arguments);
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(lines_of(result.err), testing::SizeIs(1)) << result.err;
  EXPECT_THAT(result.err, testing::HasSubstr(use.complaint));
}

}  // namespace nestwright
