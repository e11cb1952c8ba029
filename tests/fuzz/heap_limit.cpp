#include "tests/fuzz/heap_limit.h"

#include <sanitizer/allocator_interface.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace nestwright {
namespace {

constexpr std::int64_t largest_growth = std::int64_t{64} << 20;

// Signed: what was allocated before an input may be freed while it is read. A thread of its own reads nothing here.
bool is_counting = false;
std::int64_t growth = 0;

void count_allocation(const volatile void*, std::size_t size) {
  if (!is_counting) return;
  growth += static_cast<std::int64_t>(size);
  if (growth <= largest_growth) return;
  is_counting = false;
  std::fputs("an input of at most 4 KB takes more than 64 MB\n", stderr);
  std::abort();
}

void count_release(const volatile void* memory) {
  if (is_counting) growth -= static_cast<std::int64_t>(__sanitizer_get_allocated_size(memory));
}

}  // namespace

HeapLimit::HeapLimit() {
  static const int hooks = __sanitizer_install_malloc_and_free_hooks(count_allocation, count_release);
  if (hooks == 0) std::abort();
  growth = 0;
  is_counting = true;
}

HeapLimit::~HeapLimit() { is_counting = false; }

}  // namespace nestwright
