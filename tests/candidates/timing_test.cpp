// These tests run on a stand-in for NVIDIA's driver, whose kernels do nothing: they can't test times, or what kernels
// compute.
#include "bench/candidates/timing.h"

#include <HalideRuntime.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "generators/generated_kernels.h"
#include "generators/kernel_interface/registry.h"
#include "generators/records/records.h"
#include "ops/signature/signature.h"
#include "tests/gpu/cuda_double/cuda_double.h"
#include "tests/support/files.h"

namespace nestwright::bench {
namespace {

using ::testing::HasSubstr;

constexpr const char* op = "conv2d_max_pool2d_parameter_gradients";
constexpr const char* shape =
    "lanes=32 width=14 height=14 in_channels=6 out_channels=16 kernel_width=5 kernel_height=5 stride=1 padding=0 "
    "dilation=1 window=2";

int does_nothing(void**) { return 0; }
int fails(void**) { return -1; }
// Stands for a kernel that gets one gradient wrong. It can write the output, as the stand-in's device memory is the
// host's.
int is_wrong(void** arguments) {
  const std::size_t output = find_signature(op).inputs(Shape::parse(shape)).size();
  const auto* const buffer = static_cast<const halide_buffer_t*>(arguments[output]);
  *reinterpret_cast<float*>(buffer->device) = 1.0F;  // NOLINT(performance-no-int-to-ptr)
  return 0;
}

const KernelRegistry& kernels() {
  static const KernelRegistry registry = [] {
    KernelRegistry made;
    register_generated_kernels(made);
    return made;
  }();
  return registry;
}

CandidateTable table_of(std::size_t count) {
  const Shape complete = complete_shape(find_signature(op), Shape::parse(shape));
  CandidateTable table = {.key = {op, "direct", complete.text(), "", "", "", ""},
                          .layer = "conv2",
                          .source = "",
                          .schedule = "",
                          .candidates = {}};
  for (std::size_t i = 0; i < count; ++i) {
    table.candidates.push_back({"f" + std::to_string(i), {}, 64, 64, 1.0});
  }
  return table;
}

TEST(CandidateTimer, LeavesOutWhatFailsAndWhatIsWrong) {
  const CandidateTable table = table_of(4);
  const CompiledCandidates compiled = {.json = "", .functions = {does_nothing, fails, is_wrong, does_nothing}};
  CandidateTimer timer(kernels(), compiled, table, {64, 1024});
  for (const std::size_t right : {0U, 3U}) {
    const std::vector<Timing> timings = timer.time(right);
    ASSERT_EQ(timings.size(), 2U);
    EXPECT_EQ(timings[0].batch, 64);
    EXPECT_EQ(timings[1].batch, 1024);
    for (const Timing& timing : timings) {
      EXPECT_EQ(timing.complaint, "");
      EXPECT_GT(timing.seconds, 0.0);
    }
  }
  for (const Timing& timing : timer.time(1)) {
    EXPECT_THAT(timing.complaint, HasSubstr(std::string("kernel ") + op));
    EXPECT_EQ(timing.seconds, std::numeric_limits<double>::infinity());
  }
  for (const Timing& timing : timer.time(2)) {
    EXPECT_THAT(timing.complaint, HasSubstr("the gradient of conv2."));
    EXPECT_EQ(timing.seconds, std::numeric_limits<double>::infinity());
  }
  EXPECT_TRUE(timer.has_device());
}

class CandidateProgram : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  int run(const std::string& arguments, const std::string& faults = "") const {
    const std::string command = "NESTWRIGHT_CUDA_DOUBLE=" + faults +
                                " LD_LIBRARY_PATH=" NESTWRIGHT_CUDA_DOUBLE_FOLDER " " NESTWRIGHT_FEW_CANDIDATES " " +
                                arguments + " > " + path("out") + " 2>&1";
    return std::system(command.c_str());
  }
  std::string out() const {
    std::ifstream stream(path("out"));
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  std::vector<nlohmann::json> rows() const {
    std::vector<nlohmann::json> rows;
    std::ifstream stream(path("rows"));
    for (std::string line; std::getline(stream, line);) rows.push_back(nlohmann::json::parse(line));
    return rows;
  }

  TemporaryFolder folder_;
};

TEST_F(CandidateProgram, RecordsEachTimeAndAWinnerOfEachKernel) {
  ASSERT_EQ(run("--batch 1024,64 --records " + path("r") + " --json " + path("rows")), 0) << out();
  std::map<tune::Record::Kind, std::vector<tune::Record>> records;
  for (const tune::Record& record : tune::read_records(path("r"))) records[record.kind].push_back(record);
  // 5 kernels, 2 candidates of each, 2 batch sizes.
  EXPECT_EQ(rows().size(), 20U);
  EXPECT_EQ(records[tune::Record::Kind::trial].size(), 20U);
  ASSERT_EQ(records[tune::Record::Kind::winner].size(), 5U);
  for (const tune::Record& winner : records[tune::Record::Kind::winner]) {
    EXPECT_EQ(winner.key.processor, "Stand-in");
    EXPECT_EQ(winner.key.target, "x86-64-linux-cuda-cuda_capability_80");
    EXPECT_EQ(winner.batch, 1024);
    EXPECT_GE(winner.parameters.at(tune::cuda_registers), 64);
    EXPECT_THAT(winner.schedule, HasSubstr("schedule " + winner.key.op + " for gpu"));
    EXPECT_EQ(tune::best_record(tune::read_records(path("r")), winner.key), winner);
  }
}

TEST_F(CandidateProgram, GoesOnFromWhatIsRecorded) {
  ASSERT_EQ(run("--records " + path("r")), 0) << out();
  ASSERT_EQ(run("--records " + path("r") + " --json " + path("rows")), 0) << out();
  // The schedule that ships is timed in every run: the others' results are compared with its.
  EXPECT_EQ(rows().size(), 10U);
  for (const auto& row : rows()) EXPECT_EQ(row.at("candidate"), 0);
}

TEST_F(CandidateProgram, StopsWhenItsTimeIsUp) {
  ASSERT_EQ(run("--minutes 0.0000001 --json " + path("rows")), 0) << out();
  EXPECT_EQ(rows().size(), 10U);
  EXPECT_THAT(out(), HasSubstr("time is up: 1 of 2 candidates"));
}

// The stand-in counts launches anew in each process. In the first process the 150th is made by the second candidate of
// the first kernel, as the first candidate makes some 110. In the next process it is made at another kernel, by the
// schedule that ships.
TEST_F(CandidateProgram, AFaultIsRecordedAndTheOthersAreTimed) {
  const std::map<std::string, std::string> faults = {{"hang_launch", "did not end in 0.5 s"},
                                                     {"crash_launch", "SIGABRT ended the program"},
                                                     {"lose_launch", "CUDA_ERROR_ILLEGAL_ADDRESS"}};
  for (const auto& [fault, complaint] : faults) {
    std::filesystem::remove(path("rows"));
    const std::string arguments = "--candidate-seconds 0.5 --records " + path(fault) + " --json " + path("rows");
    EXPECT_NE(run(arguments, fault + "=150"), 0) << "a kernel that ships was at fault: " << out();
    const std::string first = rows().at(0).at("operator");
    for (const auto& row : rows()) {
      const bool is_at_fault = row.contains("complaint");
      if (row.at("operator") == first) {
        EXPECT_EQ(is_at_fault, row.at("candidate") == 1) << row;
      }
      if (is_at_fault) {
        EXPECT_THAT(row.at("complaint"), HasSubstr(complaint));
      }
    }
    const std::vector<tune::Record> records = tune::read_records(path(fault));
    const auto winner = std::ranges::find(records, tune::Record::Kind::winner, &tune::Record::kind);
    ASSERT_NE(winner, records.end());
    EXPECT_EQ(winner->key.op, first);
    // A second run takes the fault from the records, and does not try the candidate again.
    std::filesystem::remove(path("rows"));
    EXPECT_EQ(run(arguments), 0) << out();
    for (const auto& row : rows()) {
      if (row.at("operator") == first) {
        EXPECT_EQ(row.at("candidate"), 0);
      }
    }
  }
}

TEST_F(CandidateProgram, AKernelWhoseShippedScheduleFailsIsLeftOut) {
  const std::map<std::string, std::string> faults = {{"hang_launch", "did not end in 0.5 s"},
                                                     {"crash_launch", "SIGABRT ended the program"},
                                                     {"lose_launch", "CUDA_ERROR_ILLEGAL_ADDRESS"},
                                                     {"fail_launch", "CUDA_ERROR_"}};
  for (const auto& [fault, complaint] : faults) {
    std::filesystem::remove(path("rows"));
    EXPECT_NE(run("--candidate-seconds 0.5 --records " + path(fault) + " --json " + path("rows"), fault + "=5"), 0);
    EXPECT_EQ(rows().size(), 10U) << fault << ": " << out();
    for (const auto& row : rows()) {
      EXPECT_EQ(row.at("candidate"), 0) << row;
      EXPECT_THAT(row.value("complaint", ""), HasSubstr(complaint)) << row;
    }
    for (const tune::Record& record : tune::read_records(path(fault))) {
      EXPECT_EQ(record.kind, tune::Record::Kind::trial);
    }
  }
}

TEST_F(CandidateProgram, SaysWhatFileItCannotWrite) {
  EXPECT_NE(run("--json " + path("none/rows")), 0);
  EXPECT_THAT(out(), HasSubstr("none/rows: the folder "));
}

}  // namespace
}  // namespace nestwright::bench
