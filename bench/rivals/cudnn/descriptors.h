#pragma once

#include "bench/rivals/cudnn/cudnn_graphs.h"

// Descriptors, by which cuDNN's older functions are told how their arguments lie. All throw Error (where: "cudnn").
namespace nestwright::cudnn {

// A tensor as the functions take it: its descriptor and its address.
struct Described {
  Described(const Images& images, Layout layout);
  Described(const Matrix& matrix, Layout layout) : Described(matrix.as_images(), layout) {}

  Shared<cudnnTensorDescriptor_t> shared;
  cudnnTensorDescriptor_t descriptor;
  void* memory;
};

// A convolution's weights as the functions take them.
struct DescribedWeights {
  DescribedWeights(const Images& weights, Layout layout);

  Shared<cudnnFilterDescriptor_t> shared;
  cudnnFilterDescriptor_t descriptor;
  void* memory;
};

// `groups`: the number of groups of channels, each of which has weights of its own.
Shared<cudnnConvolutionDescriptor_t> describe_convolution(const Windows& windows, std::int64_t groups, bool allow_tf32);

// Windows of `window` x `window` pixels.
Shared<cudnnPoolingDescriptor_t> describe_pooling(cudnnPoolingMode_t mode, std::int64_t window, std::int64_t stride);

Shared<cudnnActivationDescriptor_t> describe_activation(cudnnActivationMode_t mode);

}  // namespace nestwright::cudnn
