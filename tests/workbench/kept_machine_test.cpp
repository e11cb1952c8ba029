#include "tools/workbench/kept_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "tests/support/files.h"

namespace nestwright::workbench {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

void write(const std::filesystem::path& file, const std::string& text) {
  write_bytes(file, Bytes(text.begin(), text.end()));
}

json read(const std::filesystem::path& file) {
  const Bytes bytes = read_bytes(file);
  return json::parse(bytes.begin(), bytes.end());
}

class KeptMachineTest : public ::testing::Test {
 protected:
  KeptMachine ask(bool anew = false) { return kept_machine(Halide::get_host_target(), file_, anew); }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "kept" / "machines.json";
};

// The entry with a cycle of three seconds, measured on the quiet.
json odd_entry(json entry) {
  entry["seconds"]["cycle"] = 3.0;
  entry["spread"] = 0.01;
  return entry;
}

TEST_F(KeptMachineTest, IsMeasuredOnceAndKept) {
  const KeptMachine first = ask();
  EXPECT_GT(first.machine.cycle, 0.0);
  EXPECT_THAT(text_of(first), HasSubstr("measured " + first.date + ", spread "));
  ASSERT_EQ(read(file_).size(), 1U);
  write(file_, json::array({odd_entry(read(file_)[0])}).dump());
  EXPECT_EQ(ask().machine.cycle, 3.0);
  EXPECT_EQ(ask().machine.caches.size(), 3U);
  EXPECT_LT(ask(/*anew=*/true).machine.cycle, 1.0);
  EXPECT_LT(read(file_)[0]["seconds"]["cycle"].get<double>(), 1.0);
}

TEST_F(KeptMachineTest, OfAnotherMachineStays) {
  ask();
  json other = odd_entry(read(file_)[0]);
  other["machine"]["cores"] = 4096;
  write(file_, json::array({other}).dump());
  EXPECT_LT(ask().machine.cycle, 1.0);
  ASSERT_EQ(read(file_).size(), 2U);
  EXPECT_EQ(read(file_)[0], other);
}

TEST_F(KeptMachineTest, SaysThatItWasBusy) {
  const KeptMachine disturbed = {.machine = {}, .date = "2026-11-28 13:40 UTC", .spread = 0.9};
  EXPECT_EQ(text_of(disturbed),
            "measured 2026-11-28 13:40 UTC, spread 90.0 %: the machine was busy; --measure does it again");
}

TEST_F(KeptMachineTest, InADamagedFileIsMeasuredAnewWithAWord) {
  ask();
  const json good = read(file_)[0];
  json no_time = good, negative = good, endless = good, torn = good, ringing = good;
  ringing["date"] = std::string("2026-11-28 \x1b[1m\a UTC");
  no_time["seconds"].erase("store");
  negative["seconds"]["store"] = -1.0;
  endless["seconds"]["line"] = json::array({1.0});
  torn["date"] = std::string("2026-11-28 13:40 UTC\x1b[2J");
  for (const std::string& text :
       {std::string("[{"), std::string("{}"), std::string("7"), json::array({no_time}).dump(),
        json::array({negative}).dump(), json::array({endless}).dump(), json::array({torn}).dump(),
        json::array({ringing}).dump(), json::array({json::array()}).dump(), std::string(100'000, '[')}) {
    write(file_, text);
    testing::internal::CaptureStderr();
    EXPECT_LT(ask().machine.cycle, 1.0) << text.substr(0, 80);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("machines.json: ")) << text.substr(0, 80);
    EXPECT_EQ(read(file_).size(), 1U);
  }
}

// A pipe would make its reader wait for a writer, and its writer for a reader.
TEST_F(KeptMachineTest, WhereNoFileIsIsMeasuredWithAWord) {
  std::filesystem::create_directory(folder_ / "kept");
  ASSERT_EQ(mkfifo(file_.c_str(), 0600), 0);
  testing::internal::CaptureStderr();
  EXPECT_LT(ask().machine.cycle, 1.0);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            file_.string() + ": is not a regular file; this machine is measured now, and is not kept\n");
  EXPECT_TRUE(std::filesystem::is_fifo(file_));
}

TEST_F(KeptMachineTest, ThatCantBeKeptIsUsedWithAWord) {
  write(folder_ / "kept", "a file, where a folder should be");
  testing::internal::CaptureStderr();
  EXPECT_GT(ask().machine.cycle, 0.0);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("this machine will be measured again"));
}

}  // namespace
}  // namespace nestwright::workbench
