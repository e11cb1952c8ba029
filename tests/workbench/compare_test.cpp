// `nestwright compare`, as users start it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/support/json_files.h"
#include "tests/train/program.h"

namespace nestwright {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

const json& entry_of(const json& comparison, const std::string& name) {
  const json& entries = comparison.at("entries");
  const auto found = std::ranges::find_if(
      entries, [&](const json& entry) { return entry.at("name").get<std::string>().find(name) != std::string::npos; });
  if (found == entries.end()) throw std::runtime_error("no entry " + name);
  return *found;
}

TEST(Compare, VerifiesAndTimesSchedulesBesideRivals) {
  const TemporaryFolder folder;
  const std::string file = (folder / "result.json").string();
  const ProgramResult result =
      run_program({"compare", "conv2d", "conv2d/cpu", "conv2d/reference", "--shape",
                   "width=8,height=6,in_channels=2,out_channels=3,kernel_width=3,kernel_height=3", "--batch", "32",
                   "--against", "onednn,cudnn", "--json", file, "--no-records"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("reference"));
  EXPECT_THAT(result.out, HasSubstr("needs a CUDA device"));
  const json report = read_json(file);
  ASSERT_EQ(report.at("comparisons").size(), 1U);
  const json& comparison = report.at("comparisons")[0];
  // The factors are: 2 operations of a multiply-add, 32 images, 6x4 outputs, 3 channels, 2x3x3 taps.
  EXPECT_EQ(comparison.at("flops"), 2 * 32 * 6 * 4 * 3 * 2 * 9);
  // Every tensor counts once: input, weight, bias and output, with 4 bytes a value.
  EXPECT_EQ(comparison.at("least_bytes"), 4 * (32 * 8 * 6 * 2 + 9 * 2 * 3 + 3 + 32 * 6 * 4 * 3));
  for (const char* name : {"conv2d/cpu.nest", "conv2d/reference.nest"}) {
    const json& entry = entry_of(comparison, name);
    EXPECT_GT(entry.at("median_seconds"), 0.0);
    EXPECT_LE(entry.at("largest_error_of_allowed"), 1.0);
    EXPECT_GT(entry.at("ratio_to_best_rival"), 0.0);
    EXPECT_GT(entry.at("predicted_seconds"), 0.0);
    EXPECT_TRUE(entry.at("predicted_bytes_beyond").contains("L1"));
    EXPECT_THAT(entry.at("loop_nest").get<std::string>(), HasSubstr("for ("));
  }
  EXPECT_GT(entry_of(comparison, "oneDNN").at("median_seconds"), 0.0);
}

TEST(Compare, SaysWhatTimesCudnnWhereThereIsADevice) {
  const TemporaryFolder folder;
  const std::string out = (folder / "out").string();
  const std::string command = "LD_LIBRARY_PATH=" NESTWRIGHT_CUDA_DOUBLE_FOLDER " " NESTWRIGHT_PROGRAM
                              " compare relu relu/cpu --against cudnn --no-records > " +
                              out;
  EXPECT_EQ(std::system(command.c_str()), 0);
  const Bytes bytes = read_bytes(out);
  EXPECT_THAT(std::string(bytes.begin(), bytes.end()), HasSubstr("./nestwright bench --device cuda --against cudnn"));
}

TEST(Compare, TimesWhatHalidesAutoschedulersMake) {
  const TemporaryFolder folder;
  const std::string file = (folder / "result.json").string();
  const ProgramResult result = run_program({"compare", "linear", "cpu", "--shape", "in_features=12,out_features=8",
                                            "--against", "autoschedulers", "--json", file, "--no-records"});
  EXPECT_EQ(result.status, 0) << result.err;
  const json comparison = read_json(file).at("comparisons")[0];
  for (const char* name : {"mullapudi2016", "li2018"}) {
    EXPECT_GT(entry_of(comparison, name).at("median_seconds"), 0.0) << name;
    EXPECT_TRUE(entry_of(comparison, name).at("rival")) << name;
  }
  // This autoscheduler is for GPUs, so it has a reason instead of a time.
  EXPECT_FALSE(entry_of(comparison, "anderson2021").at("reason").get<std::string>().empty());
}

TEST(Compare, KeepsWhatCantBeComparedWithItsReason) {
  const TemporaryFolder folder;
  const std::string broken = (folder / "broken.nest").string(), file = (folder / "result.json").string();
  const std::string text = "schedule relu for cpu\noutput.vectorize(nothing)\n";
  write_bytes(broken, Bytes(text.begin(), text.end()));
  const ProgramResult result =
      run_program({"compare", "relu", "relu/cpu", broken, "--against", "onednn", "--json", file, "--no-records"});
  EXPECT_EQ(result.status, 1);
  const json comparison = read_json(file).at("comparisons")[0];
  EXPECT_THAT(entry_of(comparison, "broken").at("reason").get<std::string>(), HasSubstr("no loop `nothing`"));
  EXPECT_FALSE(entry_of(comparison, "broken").contains("median_seconds"));
  EXPECT_THAT(entry_of(comparison, "oneDNN").at("reason").get<std::string>(), HasSubstr("no single primitive"));
  EXPECT_GT(entry_of(comparison, "relu/cpu").at("median_seconds"), 0.0);
}

TEST(Compare, TakesEveryShapeThatTheModelHas) {
  const TemporaryFolder folder;
  const std::string file = (folder / "result.json").string();
  EXPECT_EQ(run_program({"compare", "max_pool2d", "cpu", "--model", "lenet5", "--json", file, "--no-records"}).status,
            0);
  const json comparisons = read_json(file).at("comparisons");
  ASSERT_EQ(comparisons.size(), 2U);
  EXPECT_EQ(comparisons[0].at("where"), "lenet5 max_pool1");
  EXPECT_EQ(comparisons[1].at("where"), "lenet5 max_pool2");
}

TEST(Compare, GivesTheShippedScheduleTheParametersThatItShipsWith) {
  const TemporaryFolder folder;
  const std::string file = (folder / "result.json").string(), records = (folder / "records.jsonl").string();
  ASSERT_EQ(
      run_program({"compare", "linear", "--model", "lenet5", "--layer", "fc3", "--json", file, "--records", records})
          .status,
      0);
  const json comparison = read_json(file).at("comparisons")[0];
  // The parameters of generators/kernels/lenet5.kernels, where fc3 has 10 outputs.
  EXPECT_EQ(entry_of(comparison, "linear/cpu.nest").at("parameters"), json({{"o_tile", 10}}));
  EXPECT_FALSE(entry_of(comparison, "linear/reference.nest").contains("parameters"));

  const ProgramResult listed = run_program({"schedules", "linear", "--records", records});
  EXPECT_EQ(listed.status, 0) << listed.err;
  EXPECT_THAT(listed.out, HasSubstr(" us for 64 images ("));
  EXPECT_THAT(listed.out, HasSubstr(" o_tile=10 at lanes=16 in_features=84 out_features=10\n"));
  EXPECT_THAT(run_program({"schedules", "relu", "--records", records}).out, Not(HasSubstr(" us for ")));
}

TEST(Compare, BadUseGivesOneLine) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"compare"},
                                                    {"compare", "conv3d"},
                                                    {"compare", "conv2d", "nowhere.nest"},
                                                    {"compare", "conv2d", "--against", "mkl"},
                                                    {"compare", "conv2d", "--layer", "conv9"},
                                                    {"compare", "conv2d", "--shape", "width=3"},
                                                    {"compare", "conv2d", "--batch", "0"}}) {
    const ProgramResult result = run_program(arguments);
    EXPECT_EQ(result.status, 1) << ::testing::PrintToString(arguments);
    EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
  }
}

}  // namespace
}  // namespace nestwright
