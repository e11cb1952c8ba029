#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace nestwright {

// A regular file that is read from its beginning. Nothing else is opened: reading a pipe or a device may never end. The
// constructor and read() throw Error (where: the path) with the system's reason.
class RegularFile {
 public:
  explicit RegularFile(const std::filesystem::path& path);
  ~RegularFile();
  RegularFile(const RegularFile&) = delete;
  RegularFile& operator=(const RegularFile&) = delete;

  std::uint64_t size() const { return size_; }  // in bytes, when it was opened
  const std::filesystem::path& path() const { return path_; }

  // Fills `bytes` from the start; returns how many, fewer than asked for only at the file's end.
  std::size_t read(std::span<std::uint8_t> bytes);

  // The same from the file's beginning, wherever the reader stands, which stays there.
  std::size_t read_beginning(std::span<std::uint8_t> bytes) const;

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace nestwright
