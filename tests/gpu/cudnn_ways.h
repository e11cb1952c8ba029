#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/gpu/library_call.h"

// How cuDNN and cuBLASLt compute each operator that they have, alone or as a sequence of calls.
namespace nestwright {

// The ways to compute one operator. A graph for which cuDNN has no plan on this device is an empty element.
using Ways = std::vector<std::optional<cudnn::Operation>>;
using Prepare = Ways (*)(LibraryCall& call);

// What prepares the ways of each operator: of convolutions and pooling; of linear layers, activations and losses; of
// the operators that are several layers of a network in one kernel.
std::map<std::string, Prepare> convolution_ways();
std::map<std::string, Prepare> linear_ways();
std::map<std::string, Prepare> network_ways();

// A convolution with its bias, then relu if has_relu, then the maxima of windows of `window` x `window` pixels.
struct PooledConvolution {
  cudnn::Images input, weights, bias;
  cudnn::Windows windows;
  std::int64_t window = 2;
  bool has_relu = true;
};
cudnn::Operation pooled_convolution(LibraryCall& call, const PooledConvolution& layer, const cudnn::Images& output);

// Both take the call's "labels". The loss of an image is minus the logarithm of softmax at its label. negative_labels()
// is the gradient of that in the logarithms, (class, image): -1 at the label, 0 elsewhere. losses() picks the losses,
// (image).
cudnn::Images negative_labels(LibraryCall& call, std::int64_t classes);
reference::Tensor losses(const LibraryCall& call, const cudnn::Images& log_probabilities);

// The gradient of a bias, from the gradient of the values that it was added to.
Ways bias_gradient_ways(LibraryCall& call, const cudnn::Images& output_gradient);

}  // namespace nestwright
