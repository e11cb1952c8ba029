#include "model/checkpoint/safetensors.h"

#include <cstdlib>

#include "model/checkpoint/safetensors_header.h"
#include "support/error.h"
#include "tests/fuzz/heap_limit.h"
#include "tests/fuzz/memory_file.h"

// A file that is read has a header which, written and read again, says the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nestwright;
  static MemoryFile file;
  file.set({data, size});
  const HeapLimit limit;
  Safetensors contents;
  try {
    contents = read_safetensors(file.path());
  } catch (const Error&) {
    return 0;
  }
  SafetensorsHeader header{.metadata = contents.metadata};
  std::uint64_t position = 0;
  for (const NamedTensor& tensor : contents.tensors) {
    const std::uint64_t end = position + tensor.values.size() * sizeof(float);
    header.tensors.push_back({.name = tensor.name, .shape = tensor.shape, .begin = position, .end = end});
    position = end;
  }
  const SafetensorsHeader again = parse_safetensors_header(print_safetensors_header(header), position, "printed");
  if (again.metadata != header.metadata || again.tensors.size() != header.tensors.size()) std::abort();
  return 0;
}
