#include "support/file_uses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/atomic_file.h"
#include "support/file_identity.h"
#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace nestwright {
namespace {

namespace fs = std::filesystem;

class FileUsesTest : public ::testing::Test {
 protected:
  FileUsesTest() {
    write_text_file(folder_ / "a", "a");
    write_text_file(folder_ / "b", "b");
    fs::create_symlink("a", folder_ / "link");
    fs::create_hard_link(folder_ / "a", folder_ / "hard");
    fs::create_symlink("none", folder_ / "dangling");
    fs::create_directory_symlink(".", folder_ / "here");
  }

  TemporaryFolder folder_;
};

TEST_F(FileUsesTest, OneFileHasManyNames) {
  const auto in = [&](const char* name) { return folder_.path() / name; };
  for (const char* other : {"a", "./a", "link", "hard", "here/a", "here/here/link"}) {
    EXPECT_TRUE(name_same_file(in("a"), in(other))) << other;
    EXPECT_FALSE(name_same_file(in("b"), in(other))) << other;
    EXPECT_FALSE(name_same_file(in("none"), in(other))) << other;
  }
  for (const char* other : {"none", "./none", "here/none", "dangling"}) {
    EXPECT_TRUE(name_same_file(in("none"), in(other))) << other;
  }
  EXPECT_FALSE(name_same_file(in("none"), in("none2")));
  EXPECT_FALSE(name_same_file(in("no/none"), in("none")));
  EXPECT_FALSE(name_same_file("", ""));
}

TEST_F(FileUsesTest, AnOutputIsNoOtherFileOfTheCommand) {
  const auto complaint = [&](const FileUses& uses) { return error_of([&] { require_separate_files(uses); }); };
  const fs::path a = folder_ / "a", link = folder_ / "link", none = folder_ / "none", b = folder_ / "b";
  EXPECT_EQ(complaint({.inputs = {{"FILE", a}}, .outputs = {{.name = "--json", .path = link}}}),
            "--json: names the same file as FILE, " + link.string() + "; give each a file of its own");
  EXPECT_EQ(complaint({.inputs = {}, .outputs = {{.name = "--json", .path = none}, {.name = "--out", .path = none}}}),
            "--out: names the same file as --json, " + none.string() + "; give each a file of its own");
  EXPECT_EQ(complaint({.inputs = {{"FILE", a}, {"FILE", link}},
                       .outputs = {{.name = "--json", .path = none}, {.name = "--out", .path = b}, {"--x", ""}}}),
            "");
  // Several outputs may go to one stream; a file that is read again may not be one.
  const fs::path stream = "/dev/null";
  EXPECT_EQ(
      complaint({.inputs = {}, .outputs = {{.name = "--json", .path = stream}, {.name = "--out", .path = stream}}}),
      "");
  EXPECT_EQ(complaint({.inputs = {}, .outputs = {{.name = "--json", .path = stream, .may_be_stream = false}}}),
            "/dev/null: is not a regular file");
}

TEST_F(FileUsesTest, LinesMayBeAddedWhereNothingMayBeReplaced) {
  const fs::path a = folder_ / "a";
  const FileUses uses = {.inputs = {}, .outputs = {{.name = "--records", .path = a, .writing = Writing::extended}}};
  if (run_shell("chattr +a " + quoted(a.string()) + " 2> /dev/null").status != 0) GTEST_SKIP() << "no attributes here";
  const std::string complaint = error_of([&] { require_separate_files(uses); });
  const std::string replaced = error_of([&] { require_writable(a); });
  run_shell("chattr -a " + quoted(a.string()));
  EXPECT_EQ(complaint, "");
  EXPECT_NE(replaced, "");
}

TEST_F(FileUsesTest, WhatIsOnlyKeptNeedNotBeWritable) {
  const OutputFile kept = {.name = "times", .path = folder_ / "no" / "file", .writing = Writing::kept};
  EXPECT_EQ(error_of([&] { require_separate_files({.inputs = {}, .outputs = {kept}}); }), "");
  const OutputFile damaging = {.name = "times", .path = folder_ / "link", .writing = Writing::kept};
  EXPECT_NE(error_of([&] {
              require_separate_files({.inputs = {{"FILE", folder_ / "a"}}, .outputs = {damaging}});
            }),
            "");
}

TEST_F(FileUsesTest, ARunMayGoOnInTheFileThatItCameFrom) {
  const fs::path a = folder_ / "a";
  FileUses uses = {.inputs = {{"--resume", a}},
                   .outputs = {{.name = "--checkpoint", .path = a, .continues = "--resume"}}};
  EXPECT_EQ(error_of([&] { require_separate_files(uses); }), "");
  uses.inputs.push_back({"--data", a});
  EXPECT_NE(error_of([&] { require_separate_files(uses); }), "");
}

}  // namespace
}  // namespace nestwright
