// In a file of their own: a compiler that inlines one of a pair takes its malloc or free for a mismatch.
#include "tests/model/counting_allocator.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::int64_t> allocations = 0;

}  // namespace

// new[] and the like end up here.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

#if defined(__SANITIZE_ADDRESS__)
// Its own new in shared libraries is met by the delete above.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "alloc_dealloc_mismatch=0"; }
#endif

namespace nestwright {

std::int64_t allocation_count() { return allocations; }

}  // namespace nestwright
