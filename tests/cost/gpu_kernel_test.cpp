// Exact counts for kernels that are small enough to count by hand.
#include "tools/workbench/cost/gpu_kernel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "generators/scheduling/apply_schedule.h"
#include "support/error.h"
#include "tools/workbench/cost/lower.h"
#include "tools/workbench/cost/ptxas.h"
#include "tools/workbench/cost/registers.h"

namespace nestwright::cost {
namespace {

using ::testing::ElementsAre;
using ::testing::StrEq;

std::vector<GpuKernel> kernels_of(const std::string& op, const std::string& schedule, const std::string& shape,
                                  std::int64_t blocks = 2) {
  const Halide::Target target("x86-64-linux-avx-avx2-f16c-fma-sse41-cuda-cuda_capability_80");
  const BoundAlgorithm bound = bind_algorithm(op, "", Shape::parse(shape));
  apply_schedule(bound, {.file = "test.nest", .text = schedule, .parameters = {}}, target);
  Nest nest = lower_for_gpu(bound, target, {.blocks = blocks});
  assign_registers(nest);
  return gpu_kernels(nest);
}

const GpuAccess& access_to(const GpuKernel& kernel, const std::string& buffer, bool is_store) {
  for (const GpuAccess& access : kernel.accesses) {
    if (access.buffer.starts_with(buffer) && access.is_store == is_store) return access;
  }
  throw Error(buffer, "is not accessed");
}

TEST(GpuKernel, ReadsImagesSideBySide) {
  const auto kernels = kernels_of("relu",
                                  "schedule relu for gpu\n"
                                  "output.split(i, io, ii, 8, GuardWithIf).reorder(lane, ii, io, b)\n"
                                  "output.gpu_blocks(io, b).gpu_threads(lane, ii)\n",
                                  "lanes=32,size=100");
  ASSERT_EQ(kernels.size(), 1U);
  EXPECT_EQ(kernels[0].name, "output");
  EXPECT_THAT(kernels[0].blocks, ElementsAre(13, 2, 1));
  EXPECT_THAT(kernels[0].threads, ElementsAre(32, 8, 1));
  EXPECT_EQ(kernels[0].warps(), 8);
  EXPECT_EQ(kernels[0].shared_bytes, 0);
  for (const GpuAccess& access : {access_to(kernels[0], "input", false), access_to(kernels[0], "output", true)}) {
    EXPECT_EQ(access.per_thread, 1.0);
    EXPECT_EQ(access.distinct, 32);
    EXPECT_EQ(access.transactions, 4.0);  // 128 bytes
    EXPECT_EQ(access.transactions, access.least_transactions);
  }
  EXPECT_EQ(kernels[0].global_bytes(), 13 * 2 * 8 * 2 * 128.0);
}

TEST(GpuKernel, SeesThatThreadsAcrossFeaturesReadApart) {
  const auto kernels = kernels_of("relu",
                                  "schedule relu for gpu\n"
                                  "output.split(i, io, ii, 8, GuardWithIf).reorder(ii, lane, io, b)\n"
                                  "output.gpu_blocks(io, b).gpu_threads(ii, lane)\n",
                                  "lanes=32,size=100");
  // A warp reads 8 features of 4 images, which are 8 rows of 16 bytes.
  EXPECT_EQ(access_to(kernels.at(0), "input", false).transactions, 8.0);
  EXPECT_EQ(access_to(kernels.at(0), "input", false).least_transactions, 4.0);
}

TEST(GpuKernel, CountsLoopsSharedMemoryAndBanks) {
  const auto kernels = kernels_of("linear",
                                  "schedule linear for gpu\n"
                                  "output.gpu_blocks(o, b).gpu_threads(lane)\n"
                                  "sum.compute_at(output, lane)\n"
                                  "input.in(sum).compute_at(output, o).reorder_storage(feature, lane, block)\n"
                                  "input.in(sum).gpu_threads(lane)\n",
                                  "lanes=32,in_features=16,out_features=3");
  ASSERT_EQ(kernels.size(), 1U);
  EXPECT_EQ(kernels[0].shared_bytes, 32 * 16 * 4);
  EXPECT_EQ(kernels[0].flops, 2.0 * 2 * 32 * 3 * 16);
  EXPECT_EQ(kernels[0].load_rounds, 16 + 1 + 16);  // inputs, the bias, weights
  const GpuAccess& weight = access_to(kernels[0], "weight", false);
  EXPECT_EQ(weight.per_thread, 16.0);
  EXPECT_EQ(weight.distinct, 1);
  for (const GpuAccess& access : kernels[0].accesses) {
    if (!access.is_shared) continue;
    EXPECT_EQ(access.per_thread, 16.0);
    EXPECT_EQ(access.transactions, 16.0);  // 32 words, 16 apart, are in two of 32 banks
    EXPECT_EQ(access.least_transactions, 1.0);
  }
}

TEST(GpuKernel, CountsLoadsThatNoLoopSeparatesAsOneRound) {
  const auto kernels = kernels_of("linear",
                                  "schedule linear for gpu\n"
                                  "output.gpu_blocks(o, b).gpu_threads(lane)\n"
                                  "sum.compute_at(output, lane).update(0).unroll(k, 4)\n",
                                  "lanes=32,in_features=16,out_features=3");
  ASSERT_EQ(kernels.size(), 1U);
  EXPECT_EQ(kernels[0].load_rounds, 1 + 16 / 4);
}

TEST(GpuKernel, FindsEveryLaunch) {
  const auto kernels = kernels_of("linear",
                                  "schedule linear for gpu\n"
                                  "output.gpu_blocks(o, b).gpu_threads(lane)\n"
                                  "sum.compute_root().gpu_blocks(o, b).gpu_threads(lane)\n"
                                  "sum.update(0).reorder(k, lane, o, b).gpu_blocks(o, b).gpu_threads(lane)\n",
                                  "lanes=32,in_features=16,out_features=3");
  ASSERT_EQ(kernels.size(), 3U);
  EXPECT_EQ(kernels[0].name, "sum");
  EXPECT_EQ(kernels[2].name, "output");
}

TEST(GpuKernel, KnowsWhichSpecializationIsLaunched) {
  const auto kernels = kernels_of("relu",
                                  "schedule relu for gpu\n"
                                  "output.specialize(extent(output, b) <= 1).gpu_blocks(i, b).gpu_threads(lane)\n"
                                  "output.gpu_blocks(b).gpu_threads(lane)\n",
                                  "lanes=32,size=100");
  ASSERT_EQ(kernels.size(), 2U);
  EXPECT_FALSE(kernels[0].is_launched);
  EXPECT_THAT(kernels[0].blocks, ElementsAre(100, 2, 1));
  EXPECT_TRUE(kernels[1].is_launched);
  EXPECT_THAT(kernels[1].blocks, ElementsAre(2, 1, 1));
}

TEST(Ptxas, GoesWithKernelsOfOneFuncByTheirNumbers) {
  const std::vector<GpuKernel> kernels = {{.name = "output", .loop = "output.s0.b.block_id_y"},
                                          {.name = "output", .loop = "output.s0.b.block_id_y"}};
  const auto reports = in_order_of(kernels, {{.entry = "_kernel_output_s0_b_block_id_y__10", .registers = 10},
                                             {.entry = "_kernel_output_s0_b_block_id_y__9", .registers = 9}});
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].registers, 9);
  EXPECT_EQ(reports[1].registers, 10);
}

TEST(Ptxas, IsReadLineByLine) {
  const auto reports = parse_ptxas(
      "ptxas info    : 0 bytes gmem\n"
      "ptxas info    : Compiling entry function '_kernel_a' for 'sm_80'\n"
      "ptxas info    : Function properties for _kernel_a\n"
      "    16 bytes stack frame, 12 bytes spill stores, 8 bytes spill loads\n"
      "ptxas info    : Used 40 registers, used 1 barriers, 3072 bytes smem, 400 bytes cmem[0]\n"
      "ptxas info    : Compiling entry function '_kernel_b' for 'sm_80'\n"
      "ptxas info    : Function properties for _kernel_b\n"
      "    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads\n"
      "ptxas info    : Used 8 registers, 380 bytes cmem[0]\n");
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].entry, "_kernel_a");
  EXPECT_EQ(reports[0].registers, 40);
  EXPECT_EQ(reports[0].stack_bytes, 16);
  EXPECT_EQ(reports[0].spill_store_bytes, 12);
  EXPECT_EQ(reports[0].spill_load_bytes, 8);
  EXPECT_EQ(reports[1].registers, 8);
  EXPECT_EQ(reports[1].spill_store_bytes, 0);
}

TEST(Occupancy, IsLimitedByWhatRunsOutFirst) {
  const Multiprocessor& ampere = multiprocessors().front();
  EXPECT_THAT(ampere.architecture, StrEq("sm_80"));
  EXPECT_EQ(occupancy(ampere, 8, 32, 0).share, 1.0);
  EXPECT_THAT(occupancy(ampere, 8, 64, 0).limit, StrEq("registers"));  // 65536 / (64 x 32 x 8) = 4 blocks of 8 warps
  EXPECT_EQ(occupancy(ampere, 8, 64, 0).share, 0.5);
  EXPECT_THAT(occupancy(ampere, 1, 16, 0).limit, StrEq("blocks"));  // 32 blocks of a warp
  EXPECT_EQ(occupancy(ampere, 1, 16, 0).share, 0.5);
  EXPECT_THAT(occupancy(ampere, 4, 16, 49152).limit, StrEq("shared memory"));  // 3 of 49 KB in 164
  EXPECT_EQ(occupancy(ampere, 4, 16, 49152).share, 12.0 / 64.0);
}

TEST(Registers, OfABlockAreThoseOfItsWarpsOnEachPartOfTheMultiprocessor) {
  const Multiprocessor& ampere = multiprocessors().front();
  EXPECT_TRUE(has_registers_for(ampere, 16, 128));  // 512 threads: 65536
  EXPECT_FALSE(has_registers_for(ampere, 16, 129));
  EXPECT_TRUE(has_registers_for(ampere, 24, 80));  // 6 warps of 2560 on each part's 16384
  EXPECT_FALSE(has_registers_for(ampere, 25, 80));
  EXPECT_FALSE(has_registers_for(ampere, 32, 65));  // 72: eight are given at a time
}

}  // namespace
}  // namespace nestwright::cost
