#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace nestwright {

// A file that appears complete or not at all.
//
// What is written goes to a temporary file in the same folder; commit() flushes it to the disk and renames it over
// `path`. Without commit() the destructor removes it and `path` keeps what it held; what a killed process left behind,
// the next AtomicFile in that folder removes. The file that is replaced hands on its mode, and its owner and group as
// far as this process may give files away; a new file gets what the umask allows. A symbolic link at `path` is
// followed, and stays one; a folder, a device or a pipe at `path` is refused. The constructor, write() and commit()
// throw Error (where: `path`) when the disk is full, the folder is missing, and so on.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);
  void commit();

  // The file that has the contents until commit(), so that they can be read back and checked before.
  const std::string& temporary_path() const { return temporary_; }

 private:
  [[noreturn]] void fail(const char* action) const;

  std::filesystem::path shown_path_;  // as the user wrote it
  std::filesystem::path path_;        // the same, with symbolic links followed
  std::string temporary_;
  int descriptor_ = -1;  // of the temporary file; -1 after commit()
};

// Throws Error unless a file can be put at `path`: its folder exists and may be written to, and `path` itself is a
// regular file that may be replaced, or nothing yet. For checking an output option before hours of work.
void require_writable(const std::filesystem::path& path);

// Whether `path` can be written to, but not replaced: it is a pipe or a device, or the file that this process's
// standard output or error goes to (/dev/stdout).
bool is_stream(const std::filesystem::path& path);

// Makes `text` the contents of the file `path`, atomically. A pipe, a terminal and /dev/stdout are written to directly.
// Throws Error (where: `path`) where it can't be written, and ReaderGone where nobody reads standard output any more.
void write_text_file(const std::filesystem::path& path, std::string_view text);

}  // namespace nestwright
