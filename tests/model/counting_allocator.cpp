// operator new and delete are in a file of their own, so that no compiler inlines one of them and warns that the malloc
// or free in it does not match the other.
#include "tests/model/counting_allocator.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::int64_t> allocations = 0;

}  // namespace

// The other forms of new call this one.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

#if defined(__SANITIZE_ADDRESS__)
// AddressSanitizer's own new, in shared libraries, is paired with the delete above, which it must not report.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "alloc_dealloc_mismatch=0"; }
#endif

namespace nestwright {

std::int64_t allocation_count() { return allocations; }

}  // namespace nestwright
