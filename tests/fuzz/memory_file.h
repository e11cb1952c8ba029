#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

namespace nestwright {

// A file in memory, with a path that any reader can open: an input is tried without touching a disk. Throws Error where
// the system gives none.
class MemoryFile {
 public:
  MemoryFile();
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  // Makes `bytes` the whole of the file.
  void set(std::span<const std::uint8_t> bytes);
  const std::filesystem::path& path() const { return path_; }

 private:
  int descriptor_ = -1;
  std::filesystem::path path_;
};

}  // namespace nestwright
