#include "tools/workbench/cost/assembly.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace nestwright::cost
