#include "bench/rivals/cudnn/descriptors.h"

namespace nestwright::cudnn {
namespace {

cudnnTensorFormat_t format_of(Layout layout) { return layout == Layout::nhwc ? CUDNN_TENSOR_NHWC : CUDNN_TENSOR_NCHW; }

Shared<cudnnTensorDescriptor_t> describe(const Images& images, Layout layout) {
  cudnnTensorDescriptor_t made = nullptr;
  require(cudnn().create_tensor(&made), "no descriptor of a tensor can be had");
  Shared<cudnnTensorDescriptor_t> tensor(made, cudnn().destroy_tensor);
  require(cudnn().set_tensor(made, format_of(layout), CUDNN_DATA_FLOAT, static_cast<int>(images.images),
                             static_cast<int>(images.channels), static_cast<int>(images.height),
                             static_cast<int>(images.width)),
          "a tensor can't be described");
  return tensor;
}

Shared<cudnnFilterDescriptor_t> describe_weights(const Images& weights, Layout layout) {
  cudnnFilterDescriptor_t made = nullptr;
  require(cudnn().create_filter(&made), "no descriptor of weights can be had");
  Shared<cudnnFilterDescriptor_t> filter(made, cudnn().destroy_filter);
  require(cudnn().set_filter(made, CUDNN_DATA_FLOAT, format_of(layout), static_cast<int>(weights.images),
                             static_cast<int>(weights.channels), static_cast<int>(weights.height),
                             static_cast<int>(weights.width)),
          "weights can't be described");
  return filter;
}

}  // namespace

Described::Described(const Images& images, Layout layout)
    : shared(describe(images, layout)), descriptor(shared.get()), memory(pointer(images.address)) {}

DescribedWeights::DescribedWeights(const Images& weights, Layout layout)
    : shared(describe_weights(weights, layout)), descriptor(shared.get()), memory(pointer(weights.address)) {}

Shared<cudnnConvolutionDescriptor_t> describe_convolution(const Windows& w, std::int64_t groups, bool allow_tf32) {
  cudnnConvolutionDescriptor_t made = nullptr;
  require(cudnn().create_convolution(&made), "no descriptor of a convolution can be had");
  Shared<cudnnConvolutionDescriptor_t> convolution(made, cudnn().destroy_convolution);
  const int stride = static_cast<int>(w.stride), padding = static_cast<int>(w.padding);
  const int dilation = static_cast<int>(w.dilation);
  require(cudnn().set_convolution(made, padding, padding, stride, stride, dilation, dilation, CUDNN_CROSS_CORRELATION,
                                  CUDNN_DATA_FLOAT),
          "a convolution can't be described");
  require(cudnn().set_convolution_groups(made, static_cast<int>(groups)), "a convolution can't have groups");
  require(cudnn().set_convolution_math(made, allow_tf32 ? CUDNN_DEFAULT_MATH : CUDNN_FMA_MATH),
          "a convolution can't be kept from TF32");
  return convolution;
}

Shared<cudnnPoolingDescriptor_t> describe_pooling(cudnnPoolingMode_t mode, std::int64_t window, std::int64_t stride) {
  cudnnPoolingDescriptor_t made = nullptr;
  require(cudnn().create_pooling(&made), "no descriptor of a pooling can be had");
  Shared<cudnnPoolingDescriptor_t> pooling(made, cudnn().destroy_pooling);
  const int side = static_cast<int>(window), step = static_cast<int>(stride);
  require(cudnn().set_pooling(made, mode, CUDNN_NOT_PROPAGATE_NAN, side, side, 0, 0, step, step),
          "a pooling can't be described");
  return pooling;
}

Shared<cudnnActivationDescriptor_t> describe_activation(cudnnActivationMode_t mode) {
  cudnnActivationDescriptor_t made = nullptr;
  require(cudnn().create_activation(&made), "no descriptor of an activation can be had");
  Shared<cudnnActivationDescriptor_t> activation(made, cudnn().destroy_activation);
  require(cudnn().set_activation(made, mode, CUDNN_NOT_PROPAGATE_NAN, 0.0), "an activation can't be described");
  return activation;
}

}  // namespace nestwright::cudnn
