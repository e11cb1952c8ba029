#include "tools/workbench/cost/cache.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace nestwright::cost {
namespace {

// A first level of two sets of two lines, and a second of four sets of two lines; a line has 64 bytes.
const std::vector<CacheShape> small = {{"L1", 256, 2, 64}, {"L2", 512, 2, 64}};

TEST(Caches, ALineIsMissedOnce) {
  Caches caches(small);
  for (std::int64_t i = 0; i < 16; ++i) caches.access(i * 4, 4, false);
  EXPECT_EQ(caches.traffic(0).accesses, 16);
  EXPECT_EQ(caches.traffic(0).misses, 1);
  EXPECT_EQ(caches.traffic(1).misses, 1);
}

TEST(Caches, TheLeastRecentlyUsedLineOfASetGoes) {
  Caches caches(small);
  // Lines 0, 2 and 4 belong to the first set of the first level, which holds two of them.
  for (const std::int64_t line : {0, 2, 0, 4}) caches.access(line * 64, 4, false);
  EXPECT_EQ(caches.traffic(0).misses, 3);
  caches.access(0, 4, false);
  EXPECT_EQ(caches.traffic(0).misses, 3);
  caches.access(128, 4, false);
  EXPECT_EQ(caches.traffic(0).misses, 4);
  EXPECT_EQ(caches.last_missed(), 1) << "the second level has sets enough to keep it";
}

TEST(Caches, ALoopOverMoreThanFitsMissesEachTime) {
  Caches caches(small);
  for (int round = 0; round < 3; ++round) {
    for (std::int64_t line = 0; line < 6; ++line) caches.access(line * 64, 4, false);
  }
  EXPECT_EQ(caches.traffic(0).misses, 18);
  EXPECT_EQ(caches.traffic(1).misses, 6);
}

TEST(Caches, ChangedLinesAreWrittenBack) {
  Caches caches({{"L1", 128, 1, 64}});
  caches.access(0, 4, true);
  caches.access(128, 4, false);
  EXPECT_EQ(caches.traffic(0).write_backs, 1);
  caches.access(0, 4, false);
  EXPECT_EQ(caches.traffic(0).write_backs, 1);
}

TEST(Caches, AnAccessAcrossTwoLinesIsOneMiss) {
  Caches caches(small);
  caches.access(60, 8, false);
  EXPECT_EQ(caches.traffic(0).accesses, 1);
  EXPECT_EQ(caches.traffic(0).misses, 1);
  caches.access(64, 4, false);
  EXPECT_EQ(caches.traffic(0).misses, 1);
}

TEST(Caches, ASizeThatWaysDoNotDivideIsRefused) {
  EXPECT_THROW(Caches({{"L1", 1000, 8, 64}}), Error);
  EXPECT_THROW(Caches({{"L1", 1024, 0, 64}}), Error);
}

}  // namespace
}  // namespace nestwright::cost
