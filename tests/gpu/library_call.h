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

// The outputs that a library computed for an operator.
struct LibraryResult {
  std::string plan;  // how the library computed them: its engines, functions, algorithms
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

  // Puts an input, or any other values, into the device's memory; make() reserves memory for an intermediate result.
  cudnn::Images input(const std::string& name) { return put(inputs_.at(name)); }
  cudnn::Images put(const reference::Tensor& tensor);
  cudnn::Images make(const std::vector<std::int64_t>& extents);

  // Reserves memory for an output of the signature. For a gradient that the operator adds to its input "previous", the
  // library computes the gradient alone; results() adds "previous".
  cudnn::Images output(const std::string& name);
  // Declares an output that `work_out` computes on the host, from other values of this call.
  void output(const std::string& name, std::function<reference::Tensor()> work_out);

  // The values that lie in the device's memory now, image after image.
  std::vector<float> download(const cudnn::Images& images) const;

  // Runs each of `ways` that is not empty, and gives its outputs. Before each run, all memory but that of inputs is
  // NaN.
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
