#include "tools/workbench/cost/host_caches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/files.h"

namespace nestwright::cost {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Writes the files by which Linux describes a cache.
void describe(const std::filesystem::path& folder, int index, const char* type, int level, const char* size, int ways) {
  const std::filesystem::path cache = folder / ("index" + std::to_string(index));
  std::filesystem::create_directories(cache);
  const auto write = [&](const char* name, const auto& value) { std::ofstream(cache / name) << value << '\n'; };
  write("type", type);
  write("level", level);
  write("size", size);
  write("ways_of_associativity", ways);
  write("coherency_line_size", 64);
}

TEST(HostCaches, AreReadFromLinuxsDescription) {
  const TemporaryFolder folder;
  describe(folder.path(), 0, "Data", 1, "48K", 12);
  describe(folder.path(), 1, "Instruction", 1, "32K", 8);
  describe(folder.path(), 2, "Unified", 2, "2048K", 16);
  EXPECT_THAT(caches_described_in(folder.path()), IsEmpty()) << "two levels are not all";
  describe(folder.path(), 3, "Unified", 3, "36864K", 12);
  const std::vector<CacheShape> caches = caches_described_in(folder.path());
  ASSERT_EQ(caches.size(), 3U);
  EXPECT_EQ(caches[0].bytes, 48 * 1024);
  EXPECT_EQ(caches[1].name, "L2");
  EXPECT_EQ(caches[2].ways, 12);
  describe(folder.path(), 3, "Unified", 3, "36864K", 0);
  EXPECT_THAT(caches_described_in(folder.path()), IsEmpty()) << "without ways it is no description";
  EXPECT_THAT(caches_described_in(folder / "nothing"), IsEmpty());
}

TEST(HostCaches, TheProcessorSaysWhatLinuxSays) {
  const std::vector<CacheShape> of_linux = caches_described_in("/sys/devices/system/cpu/cpu0/cache");
  const std::vector<CacheShape> of_processor = caches_of_processor();
  if (of_linux.empty() || of_processor.empty()) GTEST_SKIP() << "one of the two says nothing here";
  for (std::size_t i = 0; i < of_linux.size(); ++i) {
    EXPECT_EQ(of_linux[i].bytes, of_processor[i].bytes) << of_linux[i].name;
    EXPECT_EQ(of_linux[i].ways, of_processor[i].ways) << of_linux[i].name;
    EXPECT_EQ(of_linux[i].line, of_processor[i].line) << of_linux[i].name;
  }
}

TEST(HostCaches, WhoseWordTheyAreIsToldUnlessItIsLinuxs) {
  const std::vector<CacheShape> some = {{"L1", 32 << 10, 8}, {"L2", 1 << 20, 16}, {"L3", 4 << 20, 16}};
  EXPECT_EQ(first_known(some, {}).source, "");
  const HostCaches by_processor = first_known({}, some);
  EXPECT_EQ(by_processor.source,
            "caches as the processor tells them, since /sys does not: L1 32 KB, L2 1024 KB, L3 4096 KB");
  EXPECT_EQ(by_processor.caches.size(), 3U);
  const HostCaches by_nobody = first_known({}, {});
  EXPECT_EQ(by_nobody.caches.size(), 3U);
  EXPECT_THAT(by_nobody.source, HasSubstr("taken for granted"));
  // The caches are such that the model can simulate them.
  Caches walked(by_nobody.caches);
  walked.access(0, 4, false);
  EXPECT_EQ(walked.traffic(2).misses, 1);
}

}  // namespace
}  // namespace nestwright::cost
