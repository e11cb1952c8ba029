#include "bench/cuda_peak.h"

#include <algorithm>
#include <array>

#include "bench/multiply_add_ptx.h"
#include "model/device/cuda_driver.h"

namespace nestwright::bench {
namespace {

// 8 blocks of 256 threads: the 2048 threads that a multiprocessor of compute capability 8.0 or 9.0 can hold.
constexpr unsigned threads = 256, blocks_of_multiprocessor = 8;
constexpr unsigned rounds = 2048;  // of multiply_adds(): makes the launch short beside its work
constexpr std::size_t copied_bytes = std::size_t{1} << 28;  // 256 MB: far more than the caches hold
constexpr int repetitions = 5;                              // of each measurement; the quickest counts

// The seconds of the quickest of several runs of `work`.
template <typename Work>
double least_seconds(DeviceQueue& queue, Work work) {
  double least = queue.time(work);
  for (int i = 1; i < repetitions; ++i) least = std::min(least, queue.time(work));
  return least;
}

// The floating-point operations a second of fused multiply-adds. `result`: memory of at least one float.
double multiply_adds(DeviceQueue& queue, cuda::Stream stream, cuda::Address result) {
  const cuda::Driver& d = cuda::driver();
  void *module = nullptr, *function = nullptr;
  cuda::require(d.module_load_data(&module, multiply_add_ptx().c_str()), "the peak's kernel can't be loaded");
  cuda::require(d.module_get_function(&function, module, "multiply_adds"), "the peak's kernel is not there");
  int multiprocessors = 0;
  cuda::require(d.device_get_attribute(&multiprocessors, cuda::multiprocessors, 0), "its size is not known");
  const unsigned blocks = static_cast<unsigned>(multiprocessors) * blocks_of_multiprocessor;
  unsigned count = rounds;
  std::array<void*, 2> parameters = {&result, &count};
  const double seconds = least_seconds(queue, [&] {
    cuda::require(d.launch_kernel(function, blocks, 1, 1, threads, 1, 1, 0, stream, parameters.data(), nullptr),
                  "the peak's kernel can't be started");
  });
  return 2.0 * blocks * threads * static_cast<double>(rounds) * multiply_adds_of_round / seconds;
}

}  // namespace

CudaPeak measured_cuda_peak(DeviceQueue& queue) {
  const cuda::Driver& d = cuda::driver();
  const cuda::Stream stream = queue.cuda_stream();
  cuda::Address from = 0, to = 0;
  cuda::require(d.memory_alloc(&from, copied_bytes), "has no memory to measure its bandwidth with");
  cuda::require(d.memory_alloc(&to, copied_bytes), "has no memory to measure its bandwidth with");
  CudaPeak peak = {.flops = multiply_adds(queue, stream, to)};
  const double seconds = least_seconds(queue, [&] {
    cuda::require(d.memcpy_device_to_device(to, from, copied_bytes, stream), "a copy can't be started");
  });
  peak.bandwidth = 2.0 * static_cast<double>(copied_bytes) / seconds;
  d.memory_free(from);
  d.memory_free(to);
  return peak;
}

}  // namespace nestwright::bench
