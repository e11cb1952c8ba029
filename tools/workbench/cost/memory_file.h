#pragma once

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "support/error.h"

namespace nestwright::cost {

// A file in memory, for what Halide gives to files only: LLVM ends the process where a disk is full.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("nestwright", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw Error("memory", fmt::format("no file can be made in it: {}", std::strerror(errno)));
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  // By which this process can open it.
  std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

  std::string text() const {
    std::ifstream stream(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

 private:
  int descriptor_;
};

}  // namespace nestwright::cost
