#include <algorithm>
#include <cstdlib>

#include "generators/kernel_list.h"
#include "ops/signature/shape.h"
#include "support/error.h"
#include "tests/fuzz/heap_limit.h"
#include "tests/fuzz/memory_file.h"

// An input is a list of kernels, as the build makes it of the manifests for the generator. Every value of a request is
// read as a shape, too: one that is read is the same when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nestwright;
  static MemoryFile file;
  file.set({data, size});
  const HeapLimit limit;
  try {
    for (const ListedKernel& kernel : read_kernel_list(file.path())) {
      for (const auto& [name, written] : kernel.request) {
        std::string value = written;
        std::ranges::replace(value, ':', '=');
        const Shape shape = Shape::parse(value);
        if (Shape::parse(shape.text()) != shape) std::abort();
      }
    }
  } catch (const Error& error) {
    if (*error.what() == '\0') std::abort();  // a refusal says why
  }
  return 0;
}
