#include "support/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "support/error.h"

namespace nestwright {
namespace {

// Calls `read_part`, which reads as read(2) does, for what is left of `bytes` until they are full or the file ends.
template <typename ReadPart>
std::size_t read_all(std::span<std::uint8_t> bytes, const std::filesystem::path& path, const ReadPart& read_part) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = read_part(bytes.subspan(done), done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error(path.string(), "cannot be read: " + std::generic_category().message(errno));
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

}  // namespace

// Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
RegularFile::RegularFile(const std::filesystem::path& path)
    : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  if (descriptor_ < 0) throw Error(path.string(), "cannot be opened: " + std::generic_category().message(errno));
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    throw Error(path.string(), "is not a regular file");
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

RegularFile::~RegularFile() { ::close(descriptor_); }

std::size_t RegularFile::read(std::span<std::uint8_t> bytes) {
  return read_all(bytes, path_, [&](std::span<std::uint8_t> rest, std::size_t) {
    return ::read(descriptor_, rest.data(), rest.size());
  });
}

std::size_t RegularFile::read_beginning(std::span<std::uint8_t> bytes) const {
  return read_all(bytes, path_, [&](std::span<std::uint8_t> rest, std::size_t done) {
    return ::pread(descriptor_, rest.data(), rest.size(), static_cast<off_t>(done));
  });
}

}  // namespace nestwright
