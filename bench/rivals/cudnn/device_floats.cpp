#include "bench/rivals/cudnn/device_floats.h"

#include <fmt/format.h>

#include "model/device/cuda_graph.h"
#include "support/error.h"

namespace nestwright::cudnn {

DeviceFloats::DeviceFloats(std::size_t count, cuda::Stream stream) : count_(count), stream_(stream) {
  const cuda::Driver& d = cuda::driver();
  cuda::require(d.memory_alloc(&address_, count * sizeof(float)), "has too little memory left; use a smaller batch");
  cuda::require(d.memset_async(address_, 0, count * sizeof(float), stream), "can't be written to");
}

DeviceFloats::~DeviceFloats() { cuda::driver().memory_free(address_); }

void DeviceFloats::upload(std::span<const float> values) {
  if (values.size() != count_) {
    throw Error("cudnn", fmt::format("{} values for a place that holds {}", values.size(), count_));
  }
  const cuda::Driver& d = cuda::driver();
  cuda::require(d.memcpy_to_device_async(address_, values.data(), values.size_bytes(), stream_), "can't be copied to");
  cuda::finish(stream_);
}

std::vector<float> DeviceFloats::download() const {
  std::vector<float> values(count_);
  const cuda::Driver& d = cuda::driver();
  cuda::require(d.memcpy_to_host_async(values.data(), address_, count_ * sizeof(float), stream_),
                "can't be copied from");
  cuda::finish(stream_);
  return values;
}

}  // namespace nestwright::cudnn
