#include "tools/workbench/isolated.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <new>
#include <vector>

#include "support/error.h"

namespace nestwright::workbench {
namespace {

TEST(Isolated, LeavesThisProcessAsItWas) {
  int value = 1;
  EXPECT_EQ(complaint_in_isolation([&] { value = 2; }), "");
  EXPECT_EQ(value, 1);
}

TEST(Isolated, PassesOnWhatWasThrown) {
  EXPECT_EQ(complaint_in_isolation([] { throw Error("here", "is wrong\nand more"); }), "here: is wrong");
}

TEST(Isolated, EndsWhatNeverEnds) {
  EXPECT_EQ(complaint_in_isolation(
                [] {
                  for (std::atomic<int> i = 0;; ++i) {
                  }
                },
                {.cpu_seconds = 1}),
            "has not ended after 1 s");
}

TEST(Isolated, SurvivesACrash) {
  EXPECT_EQ(complaint_in_isolation([] { std::raise(SIGABRT); }), "ends with the signal 6 (Aborted)");
}

#ifndef __SANITIZE_ADDRESS__  // which has an address space of its own, and no bad_alloc
TEST(Isolated, LimitsMemory) {
  const auto fill = [] {
    std::vector<std::vector<char>> all;
    while (true) all.emplace_back(std::size_t{1} << 20, 'x');
  };
  EXPECT_EQ(complaint_in_isolation(fill, {.cpu_seconds = 20, .more_memory = 64 << 20}), "needs more than 64 MB");
}
#endif

}  // namespace
}  // namespace nestwright::workbench
