#pragma once

namespace nestwright {

// While it lives, what is allocated beyond what was there before may be 64 MB; more ends the program with a crash,
// which libFuzzer reports with the input. (libFuzzer's own limits are about a single allocation, and about a process,
// with all that a sanitizer keeps.)
class HeapLimit {
 public:
  HeapLimit();
  ~HeapLimit();
  HeapLimit(const HeapLimit&) = delete;
  HeapLimit& operator=(const HeapLimit&) = delete;
};

}  // namespace nestwright
