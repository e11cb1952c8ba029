#include "generators/records/records_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "support/error.h"
#include "support/whole_write.h"

namespace nestwright::tune {
namespace {

namespace fs = std::filesystem;

Error failure(const fs::path& file, const char* what, int error) {
  return Error(file.string(), fmt::format("{}: {}", what, std::generic_category().message(error)));
}

// An open file, which the destructor closes. While it is open it is locked against other processes.
class LockedFile {
 public:
  LockedFile(const fs::path& file, int flags, int lock) : descriptor_(::open(file.c_str(), flags | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) return;
    // Where a file system has no locks, an append is still a single write.
    while (::flock(descriptor_, lock) != 0 && errno == EINTR) {
    }
  }
  ~LockedFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

off_t size_of(const LockedFile& file) {
  struct stat status {};
  return ::fstat(file.descriptor(), &status) == 0 ? status.st_size : 0;
}

// What stands behind the last line's end.
std::string open_end_of(const LockedFile& file, off_t size) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (off_t end = size; end > 0;) {
    const off_t begin = std::max<off_t>(0, end - static_cast<off_t>(buffer.size()));
    const ssize_t count = ::pread(file.descriptor(), buffer.data(), static_cast<std::size_t>(end - begin), begin);
    if (count <= 0) break;
    text.insert(0, buffer.data(), static_cast<std::size_t>(count));
    if (const std::size_t found = text.rfind('\n'); found != std::string::npos) return text.substr(found + 1);
    end = begin;
  }
  return text;
}

}  // namespace

RecordLines read_lines(const fs::path& file) {
  const LockedFile opened(file, O_RDONLY | O_NONBLOCK, LOCK_SH);  // O_NONBLOCK: a pipe would make it wait for a writer
  if (opened.descriptor() < 0 && errno == ENOENT) return {};
  if (opened.descriptor() < 0) throw failure(file, "cannot be read; expected a file of tuning records", errno);
  struct stat status {};
  if (::fstat(opened.descriptor(), &status) != 0 || !S_ISREG(status.st_mode)) {
    throw Error(file.string(), "is not a regular file; expected a file of tuning records");
  }
  RecordLines read;
  std::array<char, 65536> buffer{};
  for (ssize_t count = 0; (count = ::read(opened.descriptor(), buffer.data(), buffer.size())) != 0;) {
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw failure(file, "cannot be read to its end; expected a file of tuning records", errno);
    for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(count))) {
      if (c == '\n') {
        read.lines.push_back(std::exchange(read.open_end, {}));
      } else {
        read.open_end += c;
      }
    }
  }
  return read;
}

void append_line(const fs::path& file, std::string_view line, const std::function<bool(const std::string&)>& keeps) {
  const LockedFile opened(file, O_RDWR | O_CREAT | O_APPEND, LOCK_EX);
  if (opened.descriptor() < 0) throw failure(file, "cannot be written", errno);
  off_t size = size_of(opened);
  const std::string open_end = open_end_of(opened, size);
  const bool is_line = !open_end.empty() && keeps(open_end);
  if (!is_line) size -= static_cast<off_t>(open_end.size());
  const bool is_cut = size == size_of(opened) || ::ftruncate(opened.descriptor(), size) == 0;
  const int error = is_cut ? write_all(opened.descriptor(), fmt::format("{}{}\n", is_line ? "\n" : "", line)) : errno;
  if (error == 0) return;
  // What was written of the line must not stay: the next run would take it for damage.
  if (::ftruncate(opened.descriptor(), size) != 0) throw failure(file, "has half a line that can't be removed", errno);
  throw failure(file, "cannot be written", error);
}

}  // namespace nestwright::tune
