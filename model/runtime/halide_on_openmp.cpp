#include "model/runtime/halide_on_openmp.h"

#include <HalideRuntime.h>
#include <omp.h>

#include <atomic>
#include <cstddef>

#include "generators/kernel_interface/kernel_error.h"
#include "model/runtime/thread_count.h"
#include "model/runtime/work_team.h"
#include "support/out_of_memory.h"

namespace nestwright {
namespace {

int serial_for(void* user_context, halide_task_t task, int first, int count, std::uint8_t* closure) {
  for (int i = first; i < first + count; ++i) {
    if (const int code = task(user_context, i, closure); code != 0) return code;
  }
  return 0;
}

int parallel_for(void* user_context, halide_task_t task, int first, int count, std::uint8_t* closure) {
  if (count == 1 || omp_in_parallel() != 0 || is_sharing_work())
    return serial_for(user_context, task, first, count, closure);
  std::atomic<int> result = 0;
#pragma omp parallel for schedule(dynamic, 1)
  for (int i = first; i < first + count; ++i) {
    // One can't leave an OpenMP loop; after a failure the rest is skipped.
    if (result.load(std::memory_order_relaxed) != 0) continue;
    if (const int code = task(user_context, i, closure); code != 0) result = code;
  }
  return result;
}

// Kernels that are built without assertions use what they get, nothing included, and can't be left by an exception.
void* allocate_or_end(void* user_context, std::size_t size) {
  void* const memory = halide_default_malloc(user_context, size);
  if (memory == nullptr) end_out_of_memory();
  return memory;
}

void keep_error(void*, const char* message) { record_kernel_error(message); }

}  // namespace

void run_halide_on_openmp() {
  omp_set_num_threads(thread_count(0));
  halide_set_custom_do_par_for(parallel_for);
  halide_set_custom_malloc(allocate_or_end);
  halide_set_error_handler(keep_error);
}

}  // namespace nestwright
