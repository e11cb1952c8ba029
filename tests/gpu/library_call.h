#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/rivals/cudnn/cudnn_functions.h"
#include "ops/reference/tensor.h"
#include "ops/signature/signature.h"

namespace nestwright {

// What a library made of an operator's inputs.
struct LibraryResult {
  std::string plan;  // of the library: engines, functions, algorithms
  reference::Tensors outputs;
};

// One operator's inputs and outputs in a device's memory, images one after another (image_layout.h), for operations of
// cuDNN and cuBLASLt. Throws Error where the device, or a library, refuses.
class LibraryCall {
 public:
  // All must outlive it.
  LibraryCall(const cudnn::Setting& setting, const Signature& signature, const Shape& shape,
              const reference::Tensors& inputs, std::int64_t images);

  const cudnn::Setting& setting() const { return setting_; }
  const Shape& shape() const { return shape_; }
  std::int64_t images() const { return images_; }
  const reference::Tensor& values(const std::string& name) const { return inputs_.at(name); }

  // An input; other values; room for a result in between.
  cudnn::Images input(const std::string& name) { return put(inputs_.at(name)); }
  cudnn::Images put(const reference::Tensor& tensor);
  cudnn::Images make(const std::vector<std::int64_t>& extents);

  // Room for an output of the signature. "previous", which gradients of parameters are added to, is added to it later.
  cudnn::Images output(const std::string& name);
  // An output that is worked out from values of other places.
  void output(const std::string& name, std::function<reference::Tensor()> work_out);

  // What lies there now: images one after another, as they were made or put here.
  std::vector<float> download(const cudnn::Images& images) const;

  // The outputs by each of `ways` that there is. All that is not an input is NaN beforehand.
  std::vector<LibraryResult> results(const std::vector<std::optional<cudnn::Operation>>& ways);

 private:
  cudnn::Images reserve(const std::vector<std::int64_t>& extents);

  const cudnn::Setting& setting_;
  const Signature& signature_;
  const Shape& shape_;
  const reference::Tensors& inputs_;
  std::int64_t images_;
  std::deque<cudnn::DeviceFloats> memory_;
  std::vector<cudnn::DeviceFloats*> computed_;  // those of memory_ that are no inputs
  std::map<std::string, std::function<reference::Tensor()>> outputs_;
};

// (batch, features), or weights (features out, features in).
inline cudnn::Matrix as_matrix(const cudnn::Images& images) {
  return {.address = images.address, .rows = images.images, .columns = images.channels};
}

}  // namespace nestwright
