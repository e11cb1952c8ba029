#include "tools/workbench/file_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "tests/support/files.h"

namespace nestwright::workbench {
namespace {

using Clock = std::chrono::steady_clock;

class FileWatchTest : public ::testing::Test {
 protected:
  FileWatchTest() { write("before"); }
  void write(const std::string& text, const std::string& name = "watched") {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  TemporaryFolder folder_;
};

// Expects only the least wait, which holds on a busy machine, too.
TEST_F(FileWatchTest, WaitsUntilTheFileIsLeftAlone) {
  FileWatch watch(folder_ / "watched");
  write("half");
  const Clock::time_point last = Clock::now();
  write("whole");
  watch.wait_for_save();
  EXPECT_GE(Clock::now() - last, std::chrono::milliseconds(50));
}

TEST_F(FileWatchTest, AFileThatIsStillOpenIsNotSaved) {
  FileWatch watch(folder_ / "watched");
  std::ofstream open(folder_ / "watched", std::ios::binary);
  open << "half" << std::flush;
  std::thread closing([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    open << "whole";
    open.close();
  });
  watch.wait_for_save();
  const Bytes bytes = read_bytes(folder_ / "watched");
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), "halfwhole");
  closing.join();
}

TEST_F(FileWatchTest, NeedsAFile) {
  EXPECT_THAT(error_of([&] { FileWatch(folder_ / "nothing"); }), ::testing::HasSubstr("nothing: cannot be found"));
}

}  // namespace
}  // namespace nestwright::workbench
