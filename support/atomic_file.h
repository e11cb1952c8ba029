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
// `path`. Without commit() the destructor removes it and `path` keeps what it held. A symbolic link at `path` is
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
// regular file or nothing yet. For checking an output option before hours of work.
void require_writable(const std::filesystem::path& path);

// Throws Error (where: `option`) when `path`, the value of `option`, names the same file as `other_path`, the value of
// `other_option`, however the two are spelled and whatever symbolic links they go through: what is written to the one
// would replace the other. An empty path names no file.
void require_another_file(const char* option, const std::filesystem::path& path, const char* other_option,
                          const std::filesystem::path& other_path);

// Whether `path` is a pipe or a device, which can be written to, but not replaced.
bool is_stream(const std::filesystem::path& path);

// Makes `text` the contents of the file `path`, atomically. A pipe or a terminal (/dev/stdout) is written to directly.
// Throws Error (where: `path`) where it can't be written.
void write_text_file(const std::filesystem::path& path, std::string_view text);

}  // namespace nestwright
