// The schedules that were found to be fastest on a GPU go into the kernels that a machine without one compiles for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "generators/records/algorithm_key.h"
#include "generators/records/recorded_schedule.h"
#include "tests/support/files.h"

namespace nestwright::tune {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* gpu = "Some GPU 80GB";
constexpr const char* shape = "lanes=32 in_features=24 out_features=12";
const std::string schedule_file = NESTWRIGHT_SCHEDULES_FOLDER "/linear/gpu.nest";

BoundAlgorithm bound() { return bind_algorithm("linear", "direct", Shape::parse(shape), BlockStride::any); }

Record winner(const std::string& target) {
  const ScheduleSource schedule = read_schedule(schedule_file);
  return {.kind = Record::Kind::winner,
          .key = record_key(bound(), Halide::Target(target), gpu),
          .source = "linear/gpu",
          .schedule_hash = hash_of(schedule.text),
          .schedule = schedule.text,
          .parameters = {{"o_threads", 8}, {cuda_registers, 96}},
          .choices = "",
          .seconds = 1e-6,
          .batch = 1024};
}

class GpuRecords : public ::testing::Test {
 protected:
  std::string records() const { return (folder_ / "r.jsonl").string(); }

  // What the generator prints when it makes the kernel for a build that names `device`, and the launch in its code.
  std::string generate(const std::string& device) const {
    const std::string command =
        std::string(NESTWRIGHT_GENERATOR) + " -g kernel -f f -n f -e stmt -o " + folder_.path().string() +
        " target=host-cuda-cuda_capability_80-no_runtime-no_asserts op=linear schedule=" + schedule_file +
        " shape=lanes:32,in_features:24,out_features:12 records=" + records() +
        (device.empty() ? "" : " 'gpu=" + device + "'") + " 2>&1";
    FILE* const pipe = popen(command.c_str(), "r");
    std::string text;
    std::array<char, 4096> some;
    for (std::size_t count; (count = fread(some.data(), 1, some.size(), pipe)) > 0;) text.append(some.data(), count);
    EXPECT_EQ(pclose(pipe), 0) << text;
    std::ifstream loops(folder_ / "f.stmt");
    for (std::string line; std::getline(loops, line);) {
      if (line.find("= halide_cuda_run(") != std::string::npos) text += line.substr(0, line.find("(void *)"));
    }
    return text;
  }

  TemporaryFolder folder_;
};

// The launch of a block of 32 images by 8 or by 4 threads, the schedule's o_threads.
constexpr const char *eight_threads = ", 32, 8, 1, ", *four_threads = ", 32, 4, 1, ";

TEST_F(GpuRecords, AreTakenForTheDeviceThatIsNamed) {
  // The record's target names another processor, but a processor only starts the kernel.
  append_record(records(), winner("x86-64-linux-sse41-cuda-cuda_capability_80"));
  const std::string taken = generate(gpu);
  EXPECT_THAT(taken, HasSubstr("takes the record of"));
  EXPECT_THAT(taken, HasSubstr(eight_threads));
  for (const char* other : {"Another GPU", ""}) {
    const std::string shipped = generate(other);
    EXPECT_THAT(shipped, HasSubstr("no record in")) << other;
    EXPECT_THAT(shipped, HasSubstr(four_threads)) << other;
    EXPECT_THAT(shipped, Not(HasSubstr(eight_threads))) << other;
  }
}

TEST_F(GpuRecords, AreNotTakenWhenTheyAreStale) {
  Record stale = winner("x86-64-linux-cuda-cuda_capability_80");
  stale.key.algorithm_hash = "0123456789abcdef";
  append_record(records(), stale);
  append_record(records(), winner("x86-64-linux-cuda-cuda_capability_86"));
  const std::string shipped = generate(gpu);
  EXPECT_THAT(shipped, HasSubstr("no record in"));
  EXPECT_THAT(shipped, HasSubstr(four_threads));
}

// The header that a program's table of kernels includes gives the cap on registers that each kernel was recorded with.
TEST_F(GpuRecords, GiveTheTableOfKernelsTheirCaps) {
  append_record(records(), winner("x86-64-linux-cuda-cuda_capability_80"));
  const std::string kernels = (folder_ / "kernels.txt").string(), header = (folder_ / "caps.h").string();
  std::ofstream(kernels) << "f linear direct lanes=32,in_features=24,out_features=12\n"
                         << "g linear direct lanes=32,in_features=24,out_features=14\n";
  const std::string command = std::string(NESTWRIGHT_RECORDED_REGISTERS) + " " + records() + " '" + gpu +
                              "' host-cuda-cuda_capability_80 " + kernels + " " + header;
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::ifstream stream(header);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_THAT(text, HasSubstr("if (function == \"f\") return 96;"));
  EXPECT_THAT(text, Not(HasSubstr("\"g\"")));
  EXPECT_THAT(text, HasSubstr("return listed;"));
}

// Records are of CUDA alone: other schedules may be fast with OpenCL, and a device's name does not say which of the two
// it was timed with.
TEST_F(GpuRecords, AreOfCudaAlone) {
  append_record(records(), winner("x86-64-linux-opencl"));
  EXPECT_FALSE(recorded_winner(records(), bound(), Halide::Target("x86-64-linux-opencl"), gpu));
}

}  // namespace
}  // namespace nestwright::tune
