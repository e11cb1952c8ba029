#include "support/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/files.h"

namespace nestwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string text_of(const std::filesystem::path& path) {
  const Bytes bytes = read_bytes(path);
  return {bytes.begin(), bytes.end()};
}

TEST(AtomicFile, AppearsWithCommit) {
  const TemporaryFolder folder;
  write_text_file(folder / "a", "old");
  {
    AtomicFile file(folder / "a");
    file.write("new");
    EXPECT_EQ(text_of(folder / "a"), "old");
    EXPECT_EQ(text_of(file.temporary_path()), "new");
    file.commit();
    EXPECT_EQ(text_of(folder / "a"), "new");
  }
  EXPECT_THAT(names_in(folder.path()), ElementsAre("a"));
}

TEST(AtomicFile, LeavesNothingWithoutCommit) {
  const TemporaryFolder folder;
  write_text_file(folder / "a", "old");
  { AtomicFile(folder / "a").write("half"); }
  EXPECT_EQ(text_of(folder / "a"), "old");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("a"));
}

TEST(AtomicFile, FollowsLinks) {
  const TemporaryFolder folder;
  write_text_file(folder / "a", "old");
  std::filesystem::create_symlink("a", folder / "link");
  write_text_file(folder / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(text_of(folder / "a"), "new");
}

TEST(AtomicFile, IsReadableForWhomTheUmaskAllows) {
  const TemporaryFolder folder;
  const mode_t before = ::umask(022);
  write_text_file(folder / "a", "x");
  ::umask(before);
  EXPECT_EQ(std::filesystem::status(folder / "a").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write |
                std::filesystem::perms::group_read | std::filesystem::perms::others_read);
}

TEST(AtomicFile, WritesToAStreamAsItIs) {
  write_text_file("/dev/null", "x");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(AtomicFile, ReplacesNothingButRegularFiles) {
  const TemporaryFolder folder;
  const auto pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::filesystem::create_symlink("pipe", folder / "link");
  for (const auto& path : {pipe, folder / "link"}) {
    EXPECT_EQ(error_of([&] { AtomicFile file(path); }), path.string() + ": is not a regular file");
    EXPECT_EQ(error_of([&] { require_writable(path); }), path.string() + ": is not a regular file");
    EXPECT_TRUE(is_stream(path));
  }
  EXPECT_THAT(error_of([&] { AtomicFile file(folder.path()); }), HasSubstr("is a folder"));
  EXPECT_FALSE(is_stream(folder / "none"));
  EXPECT_THAT(names_in(folder.path()), ElementsAre("link", "pipe"));
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
}

TEST(AtomicFile, SaysWhatIsWrong) {
  const TemporaryFolder folder;
  const auto missing = folder / "no" / "a";
  EXPECT_EQ(error_of([&] { write_text_file(missing, "x"); }),
            missing.string() + ": cannot create a file in its folder: No such file or directory");
  EXPECT_EQ(error_of([&] { require_writable(missing); }),
            missing.string() + ": the folder " + (folder / "no").string() + " does not exist");
  EXPECT_THAT(error_of([&] { require_writable(folder.path()); }), HasSubstr("is a folder"));
  EXPECT_THAT(error_of([&] { require_writable(""); }), HasSubstr("is not the name of a file"));
  EXPECT_EQ(error_of([&] { require_writable(folder / "a"); }), "");
  EXPECT_EQ(error_of([&] { require_writable("a"); }), "");
}

}  // namespace
}  // namespace nestwright
