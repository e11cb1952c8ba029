#include "model/runtime/halide_on_openmp.h"

#include <HalideRuntime.h>
#include <gtest/gtest.h>
#include <omp.h>

#include <atomic>
#include <cstdlib>
#include <utility>
#include <vector>

#include "generators/kernel_interface/kernel_error.h"
#include "model/runtime/work_team.h"

namespace {

halide_do_par_for_t parallel_loop = nullptr;
halide_error_handler_t error_handler = nullptr;
halide_malloc_t allocate = nullptr;
bool memory_is_left = true;

}  // namespace

// Stand in for Halide's runtime, which this test does not link: they keep what is set.
extern "C" halide_do_par_for_t halide_set_custom_do_par_for(halide_do_par_for_t loop) {
  return std::exchange(parallel_loop, loop);
}
extern "C" halide_error_handler_t halide_set_error_handler(halide_error_handler_t handler) {
  return std::exchange(error_handler, handler);
}
extern "C" halide_malloc_t halide_set_custom_malloc(halide_malloc_t function) {
  return std::exchange(allocate, function);
}
extern "C" void* halide_default_malloc(void*, size_t size) { return memory_is_left ? std::malloc(size) : nullptr; }

namespace nestwright {
namespace {

struct Loop {
  std::vector<int> times = std::vector<int>(100);
  std::vector<int> threads = std::vector<int>(100);
  int failing = -1;
};

int body(void*, int i, std::uint8_t* closure) {
  Loop& loop = *reinterpret_cast<Loop*>(closure);
  const auto index = static_cast<std::size_t>(i);
  ++loop.times[index];
  loop.threads[index] = omp_get_level() * 100 + omp_get_thread_num();
  return i == loop.failing ? -7 : 0;
}

int run(Loop& loop, int first, int count) {
  return parallel_loop(nullptr, body, first, count, reinterpret_cast<std::uint8_t*>(&loop));
}

class HalideOnOpenMP : public ::testing::Test {
 protected:
  void SetUp() override { run_halide_on_openmp(); }
};

TEST_F(HalideOnOpenMP, RunsEveryIterationOnceOnOpenMPsThreads) {
  Loop loop;
  EXPECT_EQ(run(loop, 3, 50), 0);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(loop.times[static_cast<std::size_t>(i)], i >= 3 && i < 53 ? 1 : 0) << i;
  }
  EXPECT_GE(loop.threads[3], 100) << "inside a parallel region";
}

TEST_F(HalideOnOpenMP, StaysOnItsThreadInsideAParallelRegion) {
  std::vector<Loop> loops(2);
#pragma omp parallel num_threads(2)
  run(loops[static_cast<std::size_t>(omp_get_thread_num())], 0, 100);
  for (const Loop& loop : loops) {
    EXPECT_EQ(loop.times, std::vector<int>(100, 1));
    EXPECT_EQ(loop.threads, std::vector<int>(100, loop.threads[0])) << "no region within the region";
  }
}

TEST_F(HalideOnOpenMP, StaysOnTheThreadOfATeamsWorker) {
  std::vector<Loop> loops(4);
  share_work(2, 4, [&](int part, int) { run(loops[static_cast<std::size_t>(part)], 0, 100); });
  for (const Loop& loop : loops) {
    EXPECT_EQ(loop.times, std::vector<int>(100, 1));
    EXPECT_EQ(loop.threads, std::vector<int>(100, 0)) << "no parallel region";
  }
}

TEST_F(HalideOnOpenMP, GivesAnIterationsErrorBack) {
  Loop loop;
  loop.failing = 20;
  EXPECT_EQ(run(loop, 0, 100), -7);
  Loop nested;
  nested.failing = 20;
  int result = 0;
#pragma omp parallel num_threads(1)
  result = run(nested, 0, 100);
  EXPECT_EQ(result, -7);
}

TEST_F(HalideOnOpenMP, KeepsErrorMessages) {
  take_kernel_error();
  error_handler(nullptr, "Constraint violated: x\n");
  EXPECT_EQ(take_kernel_error(), "Constraint violated: x");
}

TEST_F(HalideOnOpenMP, EndsTheProgramWithAWordWhereAKernelGetsNoMemory) {
  void* const memory = allocate(nullptr, 16);
  EXPECT_NE(memory, nullptr);
  std::free(memory);
  memory_is_left = false;
  EXPECT_EXIT(allocate(nullptr, 16), ::testing::ExitedWithCode(1), "^nestwright: out of memory\n$");
  memory_is_left = true;
}

}  // namespace
}  // namespace nestwright
