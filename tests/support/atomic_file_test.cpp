#include "support/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/support/files.h"
#include "tests/support/shell.h"

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

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

TEST(AtomicFile, KeepsTheModeOfWhatItReplaces) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("a", folder / "link");
  const mode_t before = ::umask(022);
  for (const mode_t mode : {0600U, 0644U, 0640U, 0666U, 0400U, 0000U}) {
    write_text_file(folder / "a", "old");
    ASSERT_EQ(::chmod((folder / "a").c_str(), mode), 0);
    write_text_file(folder / "link", "new");
    EXPECT_EQ(mode_of(folder / "a"), mode);
  }
  ::umask(before);
}

TEST(AtomicFile, KeepsTheOwnerWhereItMay) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may give files away";
  const TemporaryFolder folder;
  write_text_file(folder / "a", "old");
  constexpr uid_t owner = 12345;
  constexpr gid_t group = 54321;
  if (::chown((folder / "a").c_str(), owner, group) != 0) GTEST_SKIP() << "this root may not give files away";
  write_text_file(folder / "a", "new");
  struct stat status {};
  ASSERT_EQ(::stat((folder / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, owner);
  EXPECT_EQ(status.st_gid, group);
}

TEST(AtomicFile, RemovesWhatAKilledProcessLeft) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    AtomicFile file(folder / "a");
    file.write("half");
    ::_exit(0);  // as if it was killed: no destructor runs
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  ASSERT_EQ(names_in(folder.path()).size(), 1U);
  write_text_file(folder / "b", "x");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("b"));
}

TEST(AtomicFile, LeavesWhatIsBeingWrittenAndWhatIsNotItsOwn) {
  const TemporaryFolder folder;
  AtomicFile one(folder / "a"), two(folder / "a");
  one.write("one");
  two.write("two");
  write_text_file(folder / "user", "x");
  // A link that is planted under such a name, a pipe and a folder are nobody's leftovers.
  const std::string prefix = ".nestwright-unfinished-";
  std::filesystem::create_symlink("user", folder / (prefix + "0123456789abcdef"));
  std::filesystem::create_directory(folder / (prefix + "1123456789abcdef"));
  ASSERT_EQ(::mkfifo((folder / (prefix + "2123456789abcdef")).c_str(), 0600), 0);
  write_text_file(folder / ".a.backup", "mine");
  // What a user names so is no leftover either, be it as long as the names of ours.
  for (const char* const name : {"thesis", "notes-on-chapter", "0123456789abcde", "0123456789abcdef0", ""}) {
    write_text_file(folder / (prefix + name), "mine");
  }
  write_text_file(folder / "b", "x");
  EXPECT_THAT(names_in(folder.path()), testing::SizeIs(13));
  two.commit();
  one.commit();
  EXPECT_EQ(text_of(folder / "a"), "one");
}

TEST(AtomicFile, TakesAnyNameThatTheSystemTakes) {
  const TemporaryFolder folder;
  const std::string longest(255, 'n');
  write_text_file(folder / longest, "x");
  EXPECT_EQ(text_of(folder / longest), "x");
  for (const std::string& name : {std::string(256, 'n'), std::string(5000, 'n')}) {
    EXPECT_EQ(error_of([&] { require_writable(folder / name); }),
              (folder / name).string() + ": cannot be written: File name too long");
  }
  std::filesystem::create_symlink("loop", folder / "loop");
  EXPECT_EQ(error_of([&] { require_writable(folder / "loop"); }),
            (folder / "loop").string() + ": too many symbolic links");
}

// What a file limit or a full disk cuts off is not kept.
TEST(AtomicFile, LeavesTheOldFileWhereTheDiskIsFull) {
  const TemporaryFolder folder;
  write_text_file(folder / "a", "old");
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const std::string error = error_of([&] { write_text_file(folder / "a", std::string(2000, 'x')); });
    ::_exit(error == (folder / "a").string() + ": cannot be written: File too large" ? 0 : 1);
  }
  int state = 0;
  ASSERT_EQ(::waitpid(child, &state, 0), child);
  EXPECT_EQ(state, 0);
  EXPECT_EQ(text_of(folder / "a"), "old");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("a"));
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

TEST(AtomicFile, APipeIsWrittenWhereItHasAReader) {
  const TemporaryFolder folder;
  const auto pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(error_of([&] { write_text_file(pipe, "x"); }), pipe.string() + ": is a pipe that nobody reads");

  // More than the 64 KB that a pipe holds: writing waits for the reader.
  const std::string text(300'000, 'x');
  std::string read;
  std::thread reading([&] {
    std::ifstream reader(pipe);
    read.assign(std::istreambuf_iterator<char>(reader), {});
  });
  std::string error;
  do {  // until the reader is there
    error = error_of([&] { write_text_file(pipe, text); });
  } while (!error.empty());
  reading.join();
  EXPECT_EQ(read.size(), text.size());
}

TEST(AtomicFile, SaysWhatIsWrong) {
  const TemporaryFolder folder;
  const auto missing = folder / "no" / "a";
  EXPECT_EQ(error_of([&] { write_text_file(missing, "x"); }),
            missing.string() + ": the folder " + (folder / "no").string() + " does not exist");
  EXPECT_EQ(error_of([&] { require_writable(missing); }),
            missing.string() + ": the folder " + (folder / "no").string() + " does not exist");
  EXPECT_THAT(error_of([&] { require_writable(folder.path()); }), HasSubstr("is a folder"));
  EXPECT_THAT(error_of([&] { require_writable(""); }), HasSubstr("is not the name of a file"));
  EXPECT_EQ(error_of([&] { require_writable(folder / "a"); }), "");
  EXPECT_EQ(error_of([&] { require_writable("a"); }), "");
}

// Sets or takes off an attribute by chattr; false where this file system or this user has none.
bool has_changed(const std::filesystem::path& path, const std::string& change) {
  return run_shell("chattr " + change + " " + quoted(path.string()) + " 2> /dev/null").status == 0;
}

TEST(RequireWritable, KnowsWhatChattrForbids) {
  const TemporaryFolder folder;
  const auto inner = folder / "inner";
  std::filesystem::create_directory(inner);
  write_text_file(inner / "a", "old");
  for (const std::string letter : {"i", "a"}) {
    for (const auto& changed : {inner, inner / "a"}) {
      if (!has_changed(changed, "+" + letter)) GTEST_SKIP() << "no attributes here";
      const std::string error = error_of([&] { require_writable(inner / "a"); });
      EXPECT_THAT(error, testing::StartsWith((inner / "a").string() + ": can't be replaced: "));
      EXPECT_THAT(error, HasSubstr("chattr -" + letter + " " + changed.string()));
      EXPECT_TRUE(has_changed(changed, "-" + letter));
    }
  }
  EXPECT_EQ(error_of([&] { require_writable(inner / "a"); }), "");
}

// Runs `check` as a user who is not root, in a process of its own, and returns whether it holds.
template <typename Check>
bool holds_for_another_user(const Check& check) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(::setuid(54321) == 0 && check() ? 0 : 1);
  int state = -1;
  return ::waitpid(child, &state, 0) == child && state == 0;
}

TEST(RequireWritable, KnowsTheStickyBit) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be another user";
  const TemporaryFolder folder;
  ASSERT_EQ(::chmod(folder.path().c_str(), 01777), 0);
  write_text_file(folder / "roots", "old");
  ASSERT_EQ(::chmod((folder / "roots").c_str(), 0666), 0);
  EXPECT_EQ(error_of([&] { require_writable(folder / "roots"); }), "");
  EXPECT_TRUE(holds_for_another_user([&] {
    return error_of([&] { require_writable(folder / "roots"); }).find("the sticky bit") != std::string::npos &&
           error_of([&] { require_writable(folder / "new"); }).empty();
  }));
  ASSERT_EQ(::chmod(folder.path().c_str(), 0777), 0);
  EXPECT_TRUE(holds_for_another_user([&] { return error_of([&] { require_writable(folder / "roots"); }).empty(); }));
}

TEST(RequireWritable, KnowsMountPoints) {
  const TemporaryFolder folder;
  write_text_file(folder / "a", "old");
  write_text_file(folder / "other", "other");
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount((folder / "other").c_str(), (folder / "a").c_str(), nullptr, MS_BIND, nullptr) != 0) {
      ::_exit(2);
    }
    const std::string error = error_of([&] { require_writable(folder / "a"); });
    ::_exit(error.find("it is a mount point") != std::string::npos ? 0 : 1);
  }
  int state = -1;
  ASSERT_EQ(::waitpid(child, &state, 0), child);
  if (WEXITSTATUS(state) == 2) GTEST_SKIP() << "nothing can be mounted here";
  EXPECT_EQ(state, 0);
}

// The temporary file's name is as long whatever the file's is.
TEST(RequireWritable, KnowsHowLongANameMayBe) {
  const TemporaryFolder folder;
  const std::string longest(255, 'x');
  require_writable(folder / longest);
  write_text_file(folder / longest, "x");
  for (const std::size_t size : {256, 1000}) {
    const std::filesystem::path path = folder / std::string(size, 'x');
    EXPECT_THAT(error_of([&] { require_writable(path); }), HasSubstr("File name too long"));
    EXPECT_THAT(error_of([&] { write_text_file(path, "x"); }), HasSubstr("File name too long"));
  }
}

// A folder's path may leave room for the file, but not for the temporary one.
TEST(RequireWritable, KnowsHowLongAPathMayBe) {
  std::string path = "/";
  while (path.size() < 4054) path += "./";
  require_writable(path + "xy");
  while (path.size() < 4090) path += "./";
  EXPECT_THAT(error_of([&] { require_writable(path + "xy"); }),
              HasSubstr("the path of its folder is 35 bytes too long"));
}

}  // namespace
}  // namespace nestwright
