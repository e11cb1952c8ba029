#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/shell.h"

namespace nestwright {

// Checks what NESTWRIGHT_PROGRAM does with `arguments`, which make it print something on standard output, where that
// goes nowhere: nobody reads it, its disk is full, or it is closed.
inline void expect_ends_well_where_output_goes_nowhere(const std::string& arguments) {
  const std::string program = quoted(NESTWRIGHT_PROGRAM) + " " + arguments;
  SCOPED_TRACE(program);
  // The reader ends before the program begins to write; Python starts programs with SIGPIPE ignored.
  for (const char* before : {"", "trap '' PIPE; "}) {
    const ShellResult gone = run_shell(std::string(before) + "(sleep 0.2; exec " + program + ") | true");
    EXPECT_EQ(gone.status, 141);
    EXPECT_EQ(gone.said, "");
  }
  const ShellResult full = run_shell(program + " > /dev/full");
  EXPECT_EQ(full.status, 1);
  EXPECT_EQ(full.said, "standard output: can't be written: No space left on device\n");
  const ShellResult closed = run_shell(program + " >&- <&-");
  EXPECT_EQ(closed.status, 1);
  EXPECT_EQ(closed.said, "standard output: can't be written: Bad file descriptor\n");
}

// Checks that the program ends with status 1 for `arguments`, which are wrong, whether its message can be read or not,
// and that the message is one line without control characters.
inline void expect_refusal_whatever_standard_error_is(const std::string& arguments) {
  const std::string program = quoted(NESTWRIGHT_PROGRAM) + " " + arguments;
  SCOPED_TRACE(program);
  for (const char* error : {" 2>&-", " 2> /dev/full", " <&- >&- 2>&-", " > /dev/full 2>&1"}) {
    const ShellResult result = run_shell(program + error);
    EXPECT_EQ(result.status, 1) << error;
    EXPECT_EQ(result.said, "") << error;
  }
  const ShellResult result = run_shell(program);
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(std::ranges::count(result.said, '\n'), 1) << result.said;
  EXPECT_LT(result.said.size(), 1500U);
  const bool has_control = std::ranges::any_of(
      result.said, [](char c) { return c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f); });
  EXPECT_FALSE(has_control) << result.said;
}

}  // namespace nestwright
