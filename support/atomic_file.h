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
// followed, and stays one; what is there and no regular file is never replaced. Every member throws Error (where:
// `path`) when the disk is full, the folder is missing, ...
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);
  void commit();

  // Where the contents are until commit(), for reading them back before.
  const std::string& temporary_path() const { return temporary_; }

 private:
  [[noreturn]] void fail(const char* action) const;

  std::filesystem::path shown_path_;  // as the user wrote it
  std::filesystem::path path_;
  std::string temporary_;
  int descriptor_ = -1;
};

// Throws Error unless a file can be put at `path`: its folder exists and may be written to, and `path` itself is a
// regular file or nothing yet. For checking an output option before hours of work.
void require_writable(const std::filesystem::path& path);

// Throws Error (where: `option`) when `path`, which `option` gives, is the file of `other_option`: spelled as there, in
// another way, or over symbolic links. What is written to it would replace what is kept there. An empty path is no
// file.
void require_another_file(const char* option, const std::filesystem::path& path, const char* other_option,
                          const std::filesystem::path& other_path);

// Whether `path` is a pipe or a device, which can be written to, but not replaced.
bool is_stream(const std::filesystem::path& path);

// Puts `text` at `path`, atomically. A `path` that is a pipe or a terminal (/dev/stdout) is written to as it is.
void write_text_file(const std::filesystem::path& path, std::string_view text);

}  // namespace nestwright
