#include "support/standard_streams.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace nestwright {
namespace {

TEST(StandardStreams, AreDrawnOnWhereATerminalKnowsMoreThanLines) {
  const char* const terminal = std::getenv("TERM");
  const std::string before = terminal == nullptr ? "" : terminal;
  int controller = -1, line = -1;
  ASSERT_EQ(openpty(&controller, &line, nullptr, nullptr, nullptr), 0);
  setenv("TERM", "xterm", 1);
  EXPECT_TRUE(can_redraw(line));
  for (const char* dumb : {"dumb", ""}) {
    setenv("TERM", dumb, 1);
    EXPECT_FALSE(can_redraw(line));
  }
  unsetenv("TERM");
  EXPECT_FALSE(can_redraw(line));
  setenv("TERM", "xterm", 1);
  close(controller);
  close(line);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_FALSE(can_redraw(ends[1]));
  close(ends[0]);
  close(ends[1]);
  setenv("TERM", before.c_str(), 1);
}

}  // namespace
}  // namespace nestwright
