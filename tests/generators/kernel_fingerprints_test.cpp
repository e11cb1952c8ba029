// Checks which changes make a kernel's fingerprint differ, so that the build compiles it again.
#include "generators/kernel_fingerprints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>

#include "support/error.h"
#include "support/temporary_folder.h"

namespace nestwright {
namespace {

using testing::HasSubstr;

class KernelFingerprints : public testing::Test {
 protected:
  const std::filesystem::path& folder() const { return folder_.path(); }

  void write(const std::string& name, const std::string& text) const { std::ofstream(folder() / name) << text; }

  std::string read(const std::string& name) const {
    std::ifstream stream(folder() / name);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  // The fingerprint of relu under a schedule of these statements, which has the same file name every time.
  std::string of_schedule(const std::string& statements) const {
    write("relu.nest", "schedule relu for any\n" + statements);
    return of({"host", "host-no_asserts"}, "lanes:16,size:100");
  }

  std::string of(const std::vector<std::string>& targets, const std::string& shape) const {
    const ListedKernel kernel{
        .name = "kernel",
        .targets = targets,
        .request = {{"op", "relu"}, {"shape", shape}, {"schedule", (folder() / "relu.nest").string()}}};
    write_fingerprints({kernel}, "code 1", folder());
    return read("kernel.fingerprint");
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(KernelFingerprints, GoByWhatAScheduleDoes) {
  const std::string plain = of_schedule("output.compute_root()\n");
  EXPECT_THAT(plain, HasSubstr("code 1\n"));
  EXPECT_EQ(std::ranges::count(plain, '\n'), 3) << plain;
  EXPECT_EQ(of_schedule("# The same.\noutput.compute_root()\n"), plain);
  EXPECT_NE(of_schedule("output.compute_root().vectorize(lane)\n"), plain);
}

TEST_F(KernelFingerprints, GoByTheShapeAndTheTarget) {
  const std::string plain = of_schedule("output.compute_root()\n");
  EXPECT_NE(of({"host", "host-no_asserts"}, "lanes:16,size:101"), plain);
  EXPECT_NE(of({"host", "host-no_asserts-no_bounds_query"}, "lanes:16,size:100"), plain);
}

TEST_F(KernelFingerprints, LeaveAFileAloneThatSaysSoAlready) {
  const std::string plain = of_schedule("output.compute_root()\n");
  const std::filesystem::file_time_type past(std::chrono::seconds(1000));
  std::filesystem::last_write_time(folder() / "kernel.fingerprint", past);
  EXPECT_EQ(of_schedule("output.compute_root()\n"), plain);
  EXPECT_EQ(std::filesystem::last_write_time(folder() / "kernel.fingerprint"), past);
  EXPECT_NE(of_schedule("output.compute_root().vectorize(lane)\n"), plain);
  EXPECT_NE(std::filesystem::last_write_time(folder() / "kernel.fingerprint"), past);
}

TEST_F(KernelFingerprints, AreTheSameWhateverElseIsListed) {
  const std::string alone = of_schedule("output.compute_root()\n");
  const ListedKernel kernel{
      .name = "kernel",
      .targets = {"host", "host-no_asserts"},
      .request = {{"op", "relu"}, {"shape", "lanes:16,size:100"}, {"schedule", (folder() / "relu.nest").string()}}};
  ListedKernel other = kernel;
  other.name = "other";
  other.request["shape"] = "lanes:16,size:7";
  write_fingerprints({other, kernel}, "code 1", folder());
  EXPECT_EQ(read("kernel.fingerprint"), alone);
}

TEST_F(KernelFingerprints, SayWhyAKernelCannotBeMade) {
  EXPECT_THAT(of_schedule("nothing.compute_root()\n"), HasSubstr("can't be made: "));
}

TEST_F(KernelFingerprints, AreOfWhatTheBuildLists) {
  write("list.txt", "one\thost,host-cuda\top=relu\tshape=lanes:16,size:1\ntwo\thost\tgpu=NVIDIA H100\n");
  const std::vector<ListedKernel> kernels = read_kernel_list(folder() / "list.txt");
  ASSERT_EQ(kernels.size(), 2U);
  EXPECT_EQ(kernels[0].name, "one");
  EXPECT_THAT(kernels[0].targets, testing::ElementsAre("host", "host-cuda"));
  EXPECT_EQ(kernels[0].request, (KernelRequest{{"op", "relu"}, {"shape", "lanes:16,size:1"}}));
  EXPECT_EQ(kernels[1].request, (KernelRequest{{"gpu", "NVIDIA H100"}}));
  write("list.txt", "one\n");
  EXPECT_THROW(read_kernel_list(folder() / "list.txt"), Error);
}

}  // namespace
}  // namespace nestwright
