#include "model/runtime/thread_count.h"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <cstdlib>

#include "support/error.h"
#include "support/machine.h"

namespace nestwright {
namespace {

// OpenMP reads the variable by itself, but knows nothing of a container's limit.
std::int64_t default_threads() {
  return std::getenv("OMP_NUM_THREADS") != nullptr ? omp_get_max_threads() : processor_count();
}

}  // namespace

int thread_count(int threads) {
  if (threads < 0 || threads > most_threads) {
    throw Error("threads", fmt::format("{} is out of range; expected 1 to {}, or 0 for all", threads, most_threads));
  }
  return threads == 0 ? static_cast<int>(std::min<std::int64_t>(default_threads(), most_threads)) : threads;
}

}  // namespace nestwright
