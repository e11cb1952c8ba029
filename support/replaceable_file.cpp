#include "support/replaceable_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "support/error.h"
#include "support/file_identity.h"

namespace nestwright {
namespace {

namespace fs = std::filesystem;

Error cannot_be_written(const std::string& shown, int error) {
  return Error(shown, "cannot be written: " + std::generic_category().message(error));
}

// The attributes of the file (STATX_ATTR_...) that its file system knows of; none where there is no file.
std::uint64_t attributes_of(const fs::path& path) {
  struct statx status {};
  if (::statx(AT_FDCWD, path.c_str(), 0, STATX_TYPE, &status) != 0) return 0;
  return status.stx_attributes & status.stx_attributes_mask;
}

// Whether this process may do with files of others what only their owners may.
bool may_act_as_any_owner() {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (::syscall(SYS_capget, &header, sets.data()) != 0) return ::geteuid() == 0;
  return (sets[0].effective & (1U << CAP_FOWNER)) != 0;
}

// What chattr says of the file or folder `path`, which `what` names.
void require_changeable(const fs::path& path, const char* what, const std::string& shown) {
  const std::uint64_t attributes = attributes_of(path);
  const auto refuse = [&](const char* how, char letter) {
    throw Error(shown, fmt::format("can't be replaced: {} {} (chattr +{}); undo that by `chattr -{} {}`, or give a "
                                   "file elsewhere",
                                   what, how, letter, letter, path.string()));
  };
  if ((attributes & STATX_ATTR_IMMUTABLE) != 0) refuse("is immutable", 'i');
  if ((attributes & STATX_ATTR_APPEND) != 0) refuse("may only be added to", 'a');
}

// In a folder with the sticky bit, as /tmp is one, files are renamed over and removed by their owners only, or by the
// folder's.
void require_no_sticky_bit_in_the_way(const fs::path& target, const fs::path& folder, const std::string& shown) {
  struct stat file {
  }, around{};
  if (::stat(target.c_str(), &file) != 0 || ::stat(folder.c_str(), &around) != 0) return;
  const bool is_own = file.st_uid == ::geteuid() || around.st_uid == ::geteuid();
  if ((around.st_mode & S_ISVTX) == 0 || is_own || may_act_as_any_owner()) return;
  throw Error(shown, fmt::format("can't be replaced: it is another user's, and its folder {} lets only owners replace "
                                 "their files (the sticky bit); give a file elsewhere",
                                 folder.string()));
}

void require_regular_or_none(const fs::path& target, const std::string& shown) {
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (status.type() == fs::file_type::none) throw Error(shown, "cannot be written: " + error.message());
  if (fs::is_directory(status)) throw Error(shown, "is a folder; give the name of a file");
  if (fs::exists(status) && !fs::is_regular_file(status)) throw Error(shown, "is not a regular file");
}

void require_folder(const fs::path& folder, const std::string& shown) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) throw Error(shown, "the folder " + folder.string() + " does not exist");
}

void require_writable_folder(const fs::path& folder, const std::string& shown) {
  if (::access(folder.c_str(), W_OK | X_OK) != 0) throw cannot_be_written(shown, errno);
}

}  // namespace

void require_replaceable(const fs::path& target, const std::string& shown) {
  require_regular_or_none(target, shown);
  const fs::path folder = folder_of(target);
  require_folder(folder, shown);
  require_changeable(folder, "its folder", shown);
  require_writable_folder(folder, shown);
  require_changeable(target, "it", shown);
  require_no_sticky_bit_in_the_way(target, folder, shown);
  if ((attributes_of(target) & STATX_ATTR_MOUNT_ROOT) != 0) {
    throw Error(shown, "can't be replaced: it is a mount point; give a file in a folder that is mounted");
  }
}

void require_extendable(const fs::path& target, const std::string& shown) {
  require_regular_or_none(target, shown);
  const fs::path folder = folder_of(target);
  require_folder(folder, shown);
  if (::access(target.c_str(), F_OK) != 0) return require_writable_folder(folder, shown);
  // O_CREAT makes none, but lets the system refuse what it would refuse then (protected_regular in proc_sys_fs(5)).
  const int descriptor = ::open(target.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
  if (descriptor < 0) throw cannot_be_written(shown, errno);
  ::close(descriptor);
}

}  // namespace nestwright
