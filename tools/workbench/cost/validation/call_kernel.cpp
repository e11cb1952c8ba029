// nestwright-call-kernel LIBRARY FUNCTION OPERATOR SHAPE BLOCKS CALLS: calls a compiled kernel CALLS times on memory
// that is laid out as the cost model assumes, so that cachegrind can count its misses. Counts of two runs with
// different CALLS differ by the kernel's own misses.
#include <dlfcn.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include "generators/kernel_interface/kernel_arguments.h"
#include "ops/signature/signature.h"
#include "support/error.h"

namespace nestwright {
namespace {

constexpr std::size_t page = 4096;

std::size_t bytes_of(const TensorSpec& spec, std::int64_t blocks) {
  std::size_t bytes = size_in_bytes(spec.type);
  for (const Dimension& dimension : spec.dimensions) {
    bytes *= static_cast<std::size_t>(dimension.extent == dynamic_extent ? blocks : dimension.extent);
  }
  return bytes;
}

// Memory for every tensor, in the signature's order, each from the beginning of a page on. An output that may be
// written over an input has the input's memory.
std::vector<void*> lay_out(const std::vector<TensorSpec>& specs, std::int64_t blocks) {
  std::size_t total = 0;
  std::vector<std::size_t> offsets;
  std::map<std::string, std::size_t> placed;
  for (const TensorSpec& spec : specs) {
    const auto shared = placed.find(spec.in_place_of);
    offsets.push_back(shared == placed.end() ? total : shared->second);
    placed[spec.name] = offsets.back();
    if (shared == placed.end()) total += (bytes_of(spec, blocks) + page - 1) / page * page;
  }
  void* const memory = mmap(nullptr, total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw Error("BLOCKS", "needs more memory than there is");
  std::vector<void*> pointers;
  for (const std::size_t offset : offsets) pointers.push_back(static_cast<char*>(memory) + offset);
  return pointers;
}

void run(const char* library, const char* function, const char* op, const char* shape_text, std::int64_t blocks,
         std::int64_t calls) {
  void* const handle = dlopen(library, RTLD_NOW);
  if (handle == nullptr) throw Error(library, dlerror());
  auto* const kernel = reinterpret_cast<int (*)(void**)>(dlsym(handle, function));
  if (kernel == nullptr) throw Error(library, dlerror());
  const Signature& signature = find_signature(op);
  const Shape shape = complete_shape(signature, Shape::parse(shape_text));
  std::vector<TensorSpec> specs = signature.inputs(shape);
  for (TensorSpec& output : signature.outputs(shape)) specs.push_back(std::move(output));
  const std::vector<void*> memory = lay_out(specs, blocks);
  const std::vector<KernelArguments::DynamicExtent> extents = {{"block", static_cast<std::int32_t>(blocks)}};
  KernelArguments arguments(specs, memory, extents);
  for (std::int64_t i = 0; i < calls; ++i) {
    const int code = kernel(arguments.pointers());
    if (code != 0) throw Error(function, "failed with code " + std::to_string(code));
  }
}

}  // namespace
}  // namespace nestwright

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fputs("usage: nestwright-call-kernel LIBRARY FUNCTION OPERATOR SHAPE BLOCKS CALLS\n", stderr);
    return 2;
  }
  try {
    nestwright::run(argv[1], argv[2], argv[3], argv[4], std::stoll(argv[5]), std::stoll(argv[6]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
