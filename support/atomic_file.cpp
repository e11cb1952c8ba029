#include "support/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "support/error.h"

namespace nestwright {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) { return std::generic_category().message(error); }

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

// As many symbolic links as Linux itself follows (path_resolution(7)).
constexpr int most_links = 40;

// Where a chain of symbolic links at `path` ends.
fs::path follow_links(const fs::path& path) {
  fs::path target = path;
  for (int links = 0; links < most_links; ++links) {
    std::error_code error;
    const fs::path next = fs::read_symlink(target, error);
    if (error) return target;
    target = next.is_absolute() ? next : folder_of(target) / next;
  }
  throw Error(path.string(), "too many symbolic links");
}

// Renaming a file over a device or a folder would do harm.
void require_replaceable(const fs::path& target, const std::string& shown) {
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (fs::is_directory(status)) throw Error(shown, "is a folder; give the name of a file");
  if (fs::exists(status) && !fs::is_regular_file(status)) throw Error(shown, "is not a regular file");
}

// Writes all of `bytes`; returns 0, or the errno of the write that failed.
int write_all(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

// mkstemp() makes files that only their owner may read; a result is meant for whoever the umask allows.
mode_t permissions_of_new_files() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return static_cast<mode_t>(0666 & ~mask);
}

}  // namespace

AtomicFile::AtomicFile(const fs::path& path) : shown_path_(path), path_(follow_links(path)) {
  require_replaceable(path_, path.string());
  temporary_ = (folder_of(path_) / ("." + path_.filename().string() + ".XXXXXX")).string();
  descriptor_ = ::mkostemp(temporary_.data(), O_CLOEXEC);
  if (descriptor_ < 0) fail("cannot create a file in its folder");
  ::fchmod(descriptor_, permissions_of_new_files());
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

void AtomicFile::fail(const char* action) const {
  const int error = errno;
  throw Error(shown_path_.string(), std::string(action) + ": " + reason(error));
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  errno = write_all(descriptor_, bytes);
  if (errno != 0) fail("cannot be written");
}

void AtomicFile::write(std::string_view text) { write(std::as_bytes(std::span(text))); }

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) fail("cannot be written");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("cannot be replaced");
  ::close(descriptor_);
  descriptor_ = -1;
  // The rename itself survives a power cut only once the folder is on the disk, too. A folder that cannot be opened
  // for reading only loses that guarantee.
  const int folder = ::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

void require_writable(const fs::path& path) {
  const std::string shown = path.string();
  if (path.filename().empty()) throw Error(shown, "is not the name of a file");
  const fs::path target = follow_links(path);
  require_replaceable(target, shown);
  std::error_code error;
  const fs::path folder = folder_of(target);
  if (!fs::is_directory(folder, error)) throw Error(shown, "the folder " + folder.string() + " does not exist");
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    throw Error(shown, "cannot be written: " + reason(errno));
  }
}

void require_another_file(const char* option, const fs::path& path, const char* other_option,
                          const fs::path& other_path) {
  if (path.empty() || other_path.empty()) return;
  std::error_code error;  // a path that can't be followed isn't the file of another that can
  const fs::path file = fs::weakly_canonical(fs::absolute(follow_links(path)), error);
  if (error || file != fs::weakly_canonical(fs::absolute(follow_links(other_path)), error)) return;
  throw Error(option, std::string("names the same file as ") + other_option + "; give each a file of its own");
}

bool is_stream(const fs::path& path) {
  std::error_code error;
  const fs::file_type type = fs::status(path, error).type();
  return type == fs::file_type::character || type == fs::file_type::fifo;
}

void write_text_file(const fs::path& path, std::string_view text) {
  if (!is_stream(path)) {
    AtomicFile file(path);
    file.write(text);
    file.commit();
    return;
  }
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) throw Error(path.string(), "cannot be opened: " + reason(errno));
  const int error = write_all(descriptor, std::as_bytes(std::span(text)));
  ::close(descriptor);
  if (error != 0) throw Error(path.string(), "cannot be written: " + reason(error));
}

}  // namespace nestwright
