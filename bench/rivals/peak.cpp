#include "bench/rivals/peak.h"

#include <immintrin.h>

#include <cstdint>
#include <numeric>
#include <vector>

#include "support/timing.h"

namespace nestwright {
namespace {

// Multiply-adds of each chain in a run: a million cycles, some tenths of a millisecond.
constexpr int rounds = 200'000;
// Runs of which the best counts.
constexpr int runs_of_multiply_adds = 20, runs_of_reads = 5;
// What a chain is multiplied by and what is added: it tends to 1, whatever it begins with, and never overflows.
constexpr float chain_factor = 0.999F, chain_term = 0.001F;
// A multiply-add takes 4 or 5 cycles and two may start in each: 10 chains keep both units busy.
constexpr int chains = 10;

// Each of the following returns a value that depends on all chains, so that the compiler leaves none out.
__attribute__((target("avx512f"))) float run_avx512() {
  __m512 sums[chains];
  for (int i = 0; i < chains; ++i) sums[i] = _mm512_set1_ps(static_cast<float>(i));
  const __m512 factor = _mm512_set1_ps(chain_factor), term = _mm512_set1_ps(chain_term);
  for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 10
    for (int i = 0; i < chains; ++i) sums[i] = _mm512_fmadd_ps(sums[i], factor, term);
  }
  __m512 total = sums[0];
  for (int i = 1; i < chains; ++i) total = _mm512_add_ps(total, sums[i]);
  return _mm512_cvtss_f32(total);
}

__attribute__((target("avx2,fma"))) float run_avx2() {
  __m256 sums[chains];
  for (int i = 0; i < chains; ++i) sums[i] = _mm256_set1_ps(static_cast<float>(i));
  const __m256 factor = _mm256_set1_ps(chain_factor), term = _mm256_set1_ps(chain_term);
  for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 10
    for (int i = 0; i < chains; ++i) sums[i] = _mm256_fmadd_ps(sums[i], factor, term);
  }
  __m256 total = sums[0];
  for (int i = 1; i < chains; ++i) total = _mm256_add_ps(total, sums[i]);
  return _mm256_cvtss_f32(total);
}

// Without fused multiply-adds a multiplication and an addition take their place.
float run_sse() {
  __m128 sums[chains];
  for (int i = 0; i < chains; ++i) sums[i] = _mm_set1_ps(static_cast<float>(i));
  const __m128 factor = _mm_set1_ps(chain_factor), term = _mm_set1_ps(chain_term);
  for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 10
    for (int i = 0; i < chains; ++i) sums[i] = _mm_add_ps(_mm_mul_ps(sums[i], factor), term);
  }
  __m128 total = sums[0];
  for (int i = 1; i < chains; ++i) total = _mm_add_ps(total, sums[i]);
  return _mm_cvtss_f32(total);
}

struct Kernel {
  float (*run)();
  int lanes;  // float32 values of a vector
};

Kernel widest() {
  if (__builtin_cpu_supports("avx512f")) return {&run_avx512, 16};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return {&run_avx2, 8};
  return {&run_sse, 4};
}

}  // namespace

double measured_fma_peak(int threads) {
  const Kernel kernel = widest();
  float total = 0.0F;
  const auto run = [&] {
    float sum = 0.0F;
#pragma omp parallel num_threads(threads) reduction(+ : sum)
    sum += kernel.run();
    total += sum;
  };
  const double seconds = quickest(run, runs_of_multiply_adds);
  // The sum is finite; the question keeps the compiler from leaving it out.
  return total == total ? 2.0 * kernel.lanes * chains * rounds * threads / seconds : 0.0;
}

double measured_memory_bandwidth() {
  constexpr std::size_t bytes = std::size_t{256} << 20U;  // far more than the caches hold
  const std::vector<std::uint64_t> values(bytes / sizeof(std::uint64_t), 1);
  std::uint64_t sum = 0;
  const double seconds =
      quickest([&] { sum = std::accumulate(values.begin(), values.end(), std::uint64_t{0}); }, runs_of_reads);
  // The sum is known; the question keeps the compiler from leaving it out.
  return sum == values.size() ? static_cast<double>(bytes) / seconds : 0.0;
}

}  // namespace nestwright
