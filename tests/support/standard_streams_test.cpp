#include "support/standard_streams.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "support/error.h"
#include "tests/support/pseudo_terminal.h"

namespace nestwright {
namespace {

TEST(StandardStreams, AreDrawnOnWhereATerminalKnowsMoreThanLines) {
  if (!has_pseudo_terminals()) GTEST_SKIP() << "this system gives no terminals";
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

// Runs `check` in a process of its own, since it changes what all of the process has, and returns whether it holds.
template <typename Check>
bool holds_in_a_process(const Check& check) {
  const pid_t child = fork();
  if (child == 0) _exit(check() ? 0 : 1);
  int state = -1;
  return waitpid(child, &state, 0) == child && state == 0;
}

TEST(StandardStreams, AFileThatMayNotGrowIsAnErrorAndNoEnd) {
  EXPECT_TRUE(holds_in_a_process([] {
    std::signal(SIGXFSZ, SIG_DFL);
    prepare_standard_streams();
    const rlimit limit = {0, 0};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::FILE* const file = std::tmpfile();
    return file != nullptr && std::fputc('x', file) == 'x' && std::fflush(file) != 0 && errno == EFBIG;
  }));
}

TEST(StandardStreams, WhatIsPrintedWhereStandardOutputIsClosedIsAnError) {
  const auto prints = [](bool anything) {
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    prepare_standard_streams();
    if (anything) std::fputs("lost", stdout);
    try {
      flush_output();
      return true;
    } catch (const Error&) {
      return false;
    }
  };
  EXPECT_TRUE(holds_in_a_process([&] { return prints(false); }));
  EXPECT_TRUE(holds_in_a_process([&] { return !prints(true); }));
}

}  // namespace
}  // namespace nestwright
