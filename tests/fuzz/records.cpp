#include "generators/records/records.h"

#include <cstdlib>

#include "support/error.h"
#include "tests/fuzz/heap_limit.h"
#include "tests/fuzz/memory_file.h"

// Records that are read, written and read again are the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nestwright;
  static MemoryFile file;
  file.set({data, size});
  const HeapLimit limit;
  std::vector<tune::Record> records;
  try {
    records = tune::read_records(file.path());
  } catch (const Error&) {
    return 0;
  }
  std::string text;
  for (const tune::Record& record : records) text += tune::to_line(record) + "\n";
  file.set({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  if (tune::read_records(file.path()) != records) std::abort();
  return 0;
}
