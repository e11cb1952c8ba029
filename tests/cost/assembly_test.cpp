#include "tools/workbench/cost/assembly.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace nestwright::cost {
namespace {

TEST(CountSpills, CountsVectorsAndTellsLoopsApart) {
  const Spills spills = count_spills(
      "kernel:\n"
      "\tvmovups\t%zmm3, 64(%rsp)                # 64-byte Spill\n"
      "\tmovq\t%rax, 8(%rsp)                     # 8-byte Spill\n"
      ".LBB0_1:                               # =>This Loop Header: Depth=1\n"
      "\tvmovups\t64(%rsp), %zmm3                # 64-byte Reload\n"
      "\tmovq\t8(%rsp), %rax                     # 8-byte Reload\n"
      "# %bb.2:                               #   in Loop: Header=BB0_1 Depth=1\n"
      "\tvmovaps\t%ymm1, 32(%rsp)                # 32-byte Spill\n"
      ".LBB0_3:\n"
      "\tvmovups\t64(%rsp), %zmm4                # 64-byte Reload\n");
  EXPECT_EQ(spills.stores, 2);
  EXPECT_EQ(spills.reloads, 2);
  EXPECT_EQ(spills.in_loops, 2);
}

// Nor a full disk: LLVM ends the process where a file can't be written.
TEST(Assembly, NeedsNoTemporaryFolder) {
  const char* const before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  setenv("TMPDIR", "/does/not/exist", /*overwrite=*/1);
  const BoundAlgorithm bound = bind_algorithm("relu", "", Shape::parse("lanes=16 size=84"));
  EXPECT_THAT(assembly_of(bound, Halide::get_host_target()), ::testing::HasSubstr("kernel:"));
  if (before == nullptr) {
    unsetenv("TMPDIR");
  } else {
    setenv("TMPDIR", kept.c_str(), /*overwrite=*/1);
  }
}

}  // namespace
}  // namespace nestwright::cost
