#include "support/unfinished_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace nestwright {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = ".nestwright-unfinished-";

// So many digits, drawn by chance, tell our files from any that a user names so.
constexpr std::size_t digits = 16;

bool is_unfinished_name(std::string_view name) {
  return name.size() == prefix.size() + digits && name.starts_with(prefix) &&
         name.find_first_not_of("0123456789abcdef", prefix.size()) == std::string_view::npos;
}

// Whether `descriptor` is still the file that has the name `path`.
bool is_named(int descriptor, const std::string& path) {
  struct stat opened {
  }, named{};
  return ::fstat(descriptor, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

void remove_if_stale(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return;
  struct stat status {};
  const bool is_ours = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid();
  // Whoever has the lock may remove the file; a process that has just made it then sees that, and makes another.
  if (is_ours && ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 && is_named(descriptor, path)) ::unlink(path.c_str());
  ::close(descriptor);
}

mode_t permissions_of_new_files() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return static_cast<mode_t>(0666 & ~mask);
}

}  // namespace

std::string unfinished_path(const fs::path& folder) {
  static std::atomic<std::uint32_t> count = 0;
  std::uint64_t number = 0;
  // Where a system has no random numbers, those of processes and of their files do.
  if (::getentropy(&number, sizeof number) != 0) number = static_cast<std::uint64_t>(::getpid()) << 32U | ++count;
  return (folder / fmt::format("{}{:0{}x}", prefix, number, digits)).string();
}

UnfinishedFile make_unfinished_file(const fs::path& folder) {
  for (;;) {
    std::string path = unfinished_path(folder);
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0 && errno == EEXIST) continue;
    if (descriptor < 0) return {.path = std::move(path), .descriptor = -1};
    // Where a file system has no locks, nobody takes the file for a stale one, either.
    if (::flock(descriptor, LOCK_EX) != 0 || is_named(descriptor, path)) {
      return {.path = std::move(path), .descriptor = descriptor};
    }
    ::close(descriptor);
  }
}

void remove_stale_files(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string path = entry->path().string();
    if (is_unfinished_name(entry->path().filename().string())) remove_if_stale(path);
  }
}

void take_over_permissions(int descriptor, const struct stat* replaced) {
  if (replaced == nullptr) {
    ::fchmod(descriptor, permissions_of_new_files());
    return;
  }
  // Root alone may give a file away; whoever else writes it owns it from now on.
  const bool keeps_owner = ::fchown(descriptor, replaced->st_uid, static_cast<gid_t>(-1)) == 0;
  const bool keeps_group = ::fchown(descriptor, static_cast<uid_t>(-1), replaced->st_gid) == 0;
  mode_t mode = replaced->st_mode & 07777;
  if (!keeps_owner || !keeps_group) mode &= 0777;  // to run as the owner or the group is not meant for others
  if (!keeps_group) mode = (mode & 0707) | (mode & 07) << 3;
  ::fchmod(descriptor, mode);
}

}  // namespace nestwright
