#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/gpu/library_call.h"

// How cuDNN and cuBLASLt compute each operator that they have, alone or as a sequence of calls.
namespace nestwright {

// The ways to compute one operator; none in the place of a graph that cuDNN has no plan for on this device.
using Ways = std::vector<std::optional<cudnn::Operation>>;
using Prepare = Ways (*)(LibraryCall& call);

// By operator: convolutions and pooling; linear layers, activations and losses; kernels that are a stretch of a
// network.
std::map<std::string, Prepare> convolution_ways();
std::map<std::string, Prepare> linear_ways();
std::map<std::string, Prepare> network_ways();

// output = the maxima of windows of `window` x `window` pixels of the convolution with its bias, after relu if there
// is.
struct PooledConvolution {
  cudnn::Images input, weights, bias;
  cudnn::Windows windows;
  std::int64_t window = 2;
  bool has_relu = true;
};
cudnn::Operation pooled_convolution(LibraryCall& call, const PooledConvolution& layer, const cudnn::Images& output);

// The loss is -log softmax at the label, whose gradient is -1 there: of images' (class, image), and of "labels".
cudnn::Images negative_labels(LibraryCall& call, std::int64_t classes);
reference::Tensor losses(const LibraryCall& call, const cudnn::Images& log_probabilities);

// The gradient of a bias from that of what it was added to.
Ways bias_gradient_ways(LibraryCall& call, const cudnn::Images& output_gradient);

}  // namespace nestwright
