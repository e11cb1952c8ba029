#include "bench/rivals/cudnn/cudnn_functions.h"

namespace nestwright::cudnn {
namespace {

Shared<cudnnConvolutionDescriptor_t> convolution_of(const Setting& setting, const Images& input, const Images& weights,
                                                    const Windows& windows) {
  return describe_convolution(windows, input.channels / weights.channels, setting.allow_tf32);
}

}  // namespace

Operation convolution_by_function(const Setting& setting, const Images& input, const Images& weights,
                                  const Windows& windows, const Images& output) {
  const Described x(input, setting.layout), y(output, setting.layout);
  const DescribedWeights w(weights, setting.layout);
  const auto call = [x, w, y, convolution = convolution_of(setting, input, weights, windows),
                     libraries = setting.libraries] {
    require(
        cudnn().convolution_forward(libraries->cudnn_handle(), &one, x.descriptor, x.memory, w.descriptor, w.memory,
                                    convolution.get(), CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM, libraries->workspace(),
                                    libraries->workspace_bytes(), &zero, y.descriptor, y.memory),
        "a convolution fails");
  };
  return {.plan = "cudnnConvolutionForward, implicit GEMM", .calls = {call}};
}

Operation convolution_input_gradient_by_function(const Setting& setting, const Images& output_gradient,
                                                 const Images& weights, const Windows& windows,
                                                 const Images& input_gradient) {
  const Described dy(output_gradient, setting.layout), dx(input_gradient, setting.layout);
  const DescribedWeights w(weights, setting.layout);
  const auto call = [dy, w, dx, convolution = convolution_of(setting, input_gradient, weights, windows),
                     libraries = setting.libraries] {
    require(cudnn().convolution_backward_data(libraries->cudnn_handle(), &one, w.descriptor, w.memory, dy.descriptor,
                                              dy.memory, convolution.get(), CUDNN_CONVOLUTION_BWD_DATA_ALGO_0,
                                              libraries->workspace(), libraries->workspace_bytes(), &zero,
                                              dx.descriptor, dx.memory),
            "a convolution's input gradient fails");
  };
  return {.plan = "cudnnConvolutionBackwardData, algorithm 0", .calls = {call}};
}

Operation convolution_weight_gradient_by_function(const Setting& setting, const Images& input,
                                                  const Images& output_gradient, const Windows& windows,
                                                  const Images& weight_gradient) {
  const Described x(input, setting.layout), dy(output_gradient, setting.layout);
  const DescribedWeights dw(weight_gradient, setting.layout);
  const auto call = [x, dy, dw, convolution = convolution_of(setting, input, weight_gradient, windows),
                     libraries = setting.libraries] {
    require(cudnn().convolution_backward_weights(libraries->cudnn_handle(), &one, x.descriptor, x.memory, dy.descriptor,
                                                 dy.memory, convolution.get(), CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0,
                                                 libraries->workspace(), libraries->workspace_bytes(), &zero,
                                                 dw.descriptor, dw.memory),
            "a convolution's weight gradient fails");
  };
  return {.plan = "cudnnConvolutionBackwardFilter, algorithm 0", .calls = {call}};
}

}  // namespace nestwright::cudnn
