#include "support/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <system_error>
#include <utility>

#include "support/error.h"
#include "support/file_identity.h"
#include "support/replaceable_file.h"
#include "support/standard_streams.h"
#include "support/unfinished_file.h"
#include "support/whole_write.h"

namespace nestwright {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) { return std::generic_category().message(error); }

// Throws Error where the path of the temporary file, which is longer than many names, is too long for the system.
void require_room_for_name(const fs::path& folder, const std::string& shown) {
  const std::size_t bytes = unfinished_path(folder).size();
  if (bytes < PATH_MAX) return;
  throw Error(shown, fmt::format("the path of its folder is {} bytes too long; write it from a folder that is nearer",
                                 bytes - PATH_MAX + 1));
}

// Which of this process's own outputs the file `path` is: `nestwright ... --json /dev/stdout > FILE`. -1: none.
int own_output(const fs::path& path) {
  struct stat file {
  }, output{};
  if (::stat(path.c_str(), &file) != 0) return -1;
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
    const bool is_same =
        ::fstat(descriptor, &output) == 0 && file.st_dev == output.st_dev && file.st_ino == output.st_ino;
    if (is_same) return descriptor;
  }
  return -1;
}

void write_to_own_output(int descriptor, const fs::path& path, std::string_view text) {
  std::fflush(stdout);  // what was printed before comes first; a failure shows below, and at the program's end
  const int error = write_all(descriptor, text);
  if (error == EPIPE) throw ReaderGone();
  if (error != 0) throw Error(path.string(), "cannot be written: " + reason(error));
}

}  // namespace

AtomicFile::AtomicFile(const fs::path& path) : shown_path_(path), path_(follow_links(path)) {
  require_replaceable(path_, path.string());
  remove_stale_files(folder_of(path_));
  UnfinishedFile file = make_unfinished_file(folder_of(path_));
  temporary_ = std::move(file.path);
  descriptor_ = file.descriptor;
  if (descriptor_ < 0) fail("cannot create a file in its folder");
  struct stat replaced {};
  take_over_permissions(descriptor_, ::stat(path_.c_str(), &replaced) == 0 ? &replaced : nullptr);
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
  errno = write_all(descriptor_, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
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
  require_room_for_name(folder_of(target), shown);
}

bool is_stream(const fs::path& path) {
  std::error_code error;
  const fs::file_type type = fs::status(path, error).type();
  return type == fs::file_type::character || type == fs::file_type::fifo || own_output(path) >= 0;
}

void write_text_file(const fs::path& path, std::string_view text) {
  if (const int output = own_output(path); output >= 0) return write_to_own_output(output, path, text);
  if (!is_stream(path)) {
    AtomicFile file(path);
    file.write(text);
    file.commit();
    return;
  }
  // Without O_NONBLOCK, opening a pipe that nobody reads would wait for ever. Writing may wait for the reader.
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0 && errno == ENXIO) throw Error(path.string(), "is a pipe that nobody reads");
  if (descriptor < 0) throw Error(path.string(), "cannot be opened: " + reason(errno));
  ::fcntl(descriptor, F_SETFL, 0);
  const int error = write_all(descriptor, text);
  ::close(descriptor);
  if (error != 0) throw Error(path.string(), "cannot be written: " + reason(error));
}

}  // namespace nestwright
