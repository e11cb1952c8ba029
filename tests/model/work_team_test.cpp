#include "model/runtime/work_team.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <ctime>
#include <thread>
#include <vector>

#include "model/runtime/thread_count.h"
#include "support/machine.h"

namespace nestwright {
namespace {

TEST(ShareWork, DoesEveryPartOnce) {
  for (const int workers : {1, 2, 3, 7}) {
    for (const int parts : {0, 1, 2, 3, 50, 1000}) {
      std::vector<std::atomic<int>> times(static_cast<std::size_t>(parts));
      std::atomic<bool> is_known = true;
      share_work(workers, parts, [&](int part, int worker) {
        ++times[static_cast<std::size_t>(part)];
        if (worker < 0 || worker >= workers) is_known = false;
      });
      for (const auto& count : times) EXPECT_EQ(count, 1) << workers << " workers, " << parts << " parts";
      EXPECT_TRUE(is_known);
    }
  }
}

// Short works of changing size, one right after another: threads that come late for one find the next.
TEST(ShareWork, OneWorkNeverMeetsTheNext) {
  std::array<std::int64_t, 3> sums{};
  std::int64_t expected = 0;
  for (int round = 0; round < 20000; ++round) {
    const int workers = 2 + round % 2;
    const int parts = 2 + round % 5;
    std::array<std::int64_t, 7> of_parts{};
    share_work(workers, parts, [&](int part, int worker) {
      of_parts.at(static_cast<std::size_t>(part)) = round + part;
      sums.at(static_cast<std::size_t>(worker)) += round + part;
    });
    for (int part = 0; part < parts; ++part) {
      ASSERT_EQ(of_parts.at(static_cast<std::size_t>(part)), round + part);
      expected += round + part;
    }
  }
  EXPECT_EQ(sums[0] + sums[1] + sums[2], expected);
}

// Whichever thread takes part 0 is held up until all others are done, as by a busy processor.
TEST(ShareWork, APartThatWaitsHoldsUpNoOther) {
  constexpr int parts = 20;
  std::atomic<int> done = 0;
  bool is_in_time = true;
  share_work(2, parts, [&](int part, int) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (part == 0 && done < parts - 1) {
      is_in_time = is_in_time && std::chrono::steady_clock::now() < until;
      if (!is_in_time) break;
      std::this_thread::yield();
    }
    ++done;
  });
  EXPECT_TRUE(is_in_time);
}

TEST(ShareWork, WhoWaitsSleeps) {
  const auto processor_time = [] {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  share_work(2, 2, [](int, int) {});
  const double before = processor_time();
  for (int round = 0; round < 20; ++round) {
    share_work(2, 2, [](int part, int) {
      if (part == 0) usleep(20000);
    });
    usleep(5000);
  }
  EXPECT_LT(processor_time() - before, 0.1) << "of half a second";
}

TEST(ShareWork, IsNotSharedOutTwice) {
  EXPECT_FALSE(is_sharing_work());
  std::atomic<bool> is_sharing = true;
  std::array<std::atomic<int>, 4> other_threads{};
  share_work(2, 4, [&](int part, int) {
    if (!is_sharing_work()) is_sharing = false;
    const std::thread::id self = std::this_thread::get_id();
    share_work(2, 3, [&](int, int worker) {
      if (std::this_thread::get_id() != self || worker != 0) ++other_threads.at(static_cast<std::size_t>(part));
    });
    if (!is_sharing_work()) is_sharing = false;
  });
  EXPECT_TRUE(is_sharing);
  EXPECT_FALSE(is_sharing_work());
  for (const auto& count : other_threads) EXPECT_EQ(count, 0);
}

TEST(ShareWork, EveryCallerHasATeamOfItsOwn) {
  std::array<std::int64_t, 3> sums{};
  std::vector<std::thread> callers;
  for (std::int64_t& sum : sums) {
    callers.emplace_back([&sum] {
      for (int round = 0; round < 500; ++round) {
        std::atomic<int> of_round = 0;
        share_work(3, 10, [&](int part, int) { of_round += part; });
        sum += of_round;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (const std::int64_t sum : sums) EXPECT_EQ(sum, 500 * 45);
}

TEST(ThreadCount, IsThatOfTheProcessorsUnlessTold) {
  EXPECT_EQ(thread_count(3), 3);
  ::unsetenv("OMP_NUM_THREADS");
  EXPECT_EQ(thread_count(0), processor_count());
}

}  // namespace
}  // namespace nestwright
