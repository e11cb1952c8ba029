#include "model/data/idx.h"

#include <algorithm>
#include <cstdlib>

#include "support/error.h"
#include "tests/fuzz/heap_limit.h"
#include "tests/fuzz/memory_file.h"

// An input is a pair of files: two bytes (little-endian) that say how long the labels' is, then the labels', then the
// images'. What is read must be a data set: as many images as labels, each of its pixels.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nestwright;
  static MemoryFile images, labels;
  if (size < 2) return 0;
  const std::span<const std::uint8_t> files(data + 2, size - 2);
  const std::size_t length = std::min(files.size(), static_cast<std::size_t>(data[0] | data[1] << 8));
  labels.set(files.first(length));
  images.set(files.subspan(length));
  const HeapLimit limit;
  try {
    const LabelledImages read = read_idx(images.path(), labels.path());
    const bool is_whole = read.labels.size() == static_cast<std::size_t>(read.count) &&
                          read.pixels.size() == static_cast<std::size_t>(read.count * read.width * read.height) &&
                          std::ranges::all_of(read.labels, [](std::uint8_t label) { return label < 10; });
    if (!is_whole) std::abort();
  } catch (const Error& error) {
    if (*error.what() == '\0') std::abort();  // a refusal says why
  }
  return 0;
}
