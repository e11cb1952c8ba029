#include "support/processor_quota.h"

#include <gtest/gtest.h>

#include "support/machine.h"
#include "tests/support/files.h"

namespace nestwright {
namespace {

class ProcessorQuotaTest : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    write_bytes(path, Bytes(text.begin(), text.end()));
  }
  std::optional<double> quota() const { return processor_quota(folder_ / "groups", folder_ / "mounted"); }

  TemporaryFolder folder_;
};

TEST_F(ProcessorQuotaTest, IsNothingWithoutALimit) {
  EXPECT_EQ(quota(), std::nullopt);
  write("groups", "0::/a/b\n");
  EXPECT_EQ(quota(), std::nullopt);
  write("mounted/a/b/cpu.max", "max 100000\n");
  EXPECT_EQ(quota(), std::nullopt);
  write("groups", "4:cpu,cpuacct:/a\n3:memory:/a\n");
  write("mounted/cpu,cpuacct/a/cpu.cfs_quota_us", "-1\n");
  write("mounted/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  write("mounted/memory/a/cpu.max", "1 1\n");
  EXPECT_EQ(quota(), std::nullopt);
}

TEST_F(ProcessorQuotaTest, IsTheLeastOfTheGroupsAround) {
  write("groups", "0::/a/b\n");
  write("mounted/a/b/cpu.max", "max 100000\n");
  write("mounted/a/cpu.max", "150000 100000\n");
  EXPECT_EQ(quota(), 1.5);
  write("mounted/a/b/cpu.max", "50000 100000\n");
  EXPECT_EQ(quota(), 0.5);
}

TEST_F(ProcessorQuotaTest, IsFoundInVersionOneAndInMixtures) {
  write("groups", "4:cpu,cpuacct:/a\n0::/a\n");
  write("mounted/cpu,cpuacct/a/cpu.cfs_quota_us", "200000\n");
  write("mounted/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), 2.0);
  write("mounted/unified/a/cpu.max", "100000 100000\n");
  EXPECT_EQ(quota(), 1.0);
}

// A container sees its own group at the root, under the path that the group has outside.
TEST_F(ProcessorQuotaTest, IsFoundAtTheRootOfAContainer) {
  write("groups", "4:cpu:/docker/0123\n");
  write("mounted/cpu/cpu.cfs_quota_us", "100000\n");
  write("mounted/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), 1.0);
  write("groups", "0::/../../docker\n");
  write("mounted/cpu.max", "300000 100000\n");
  EXPECT_EQ(quota(), 3.0);
}

TEST(Machine, HasAProcessorWhateverTheQuota) { EXPECT_GE(processor_count(), 1); }

}  // namespace
}  // namespace nestwright
