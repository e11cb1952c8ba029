#pragma once

#include <cublasLt.h>
#include <cudnn_cnn.h>
#include <cudnn_ops.h>

#include <bit>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>

#include "bench/rivals/cudnn/device_floats.h"
#include "support/error.h"

namespace nestwright::cudnn {

// The functions of cuDNN that are called here; the frontend finds those of graphs (cudnnBackend...) by itself.
struct CudnnFunctions {
  decltype(&cudnnGetErrorString) get_error_string;
  decltype(&cudnnGetVersion) get_version;
  decltype(&cudnnCreate) create;
  decltype(&cudnnDestroy) destroy;
  decltype(&cudnnSetStream) set_stream;
  decltype(&cudnnCreateTensorDescriptor) create_tensor;
  decltype(&cudnnDestroyTensorDescriptor) destroy_tensor;
  decltype(&cudnnSetTensor4dDescriptor) set_tensor;
  decltype(&cudnnCreateFilterDescriptor) create_filter;
  decltype(&cudnnDestroyFilterDescriptor) destroy_filter;
  decltype(&cudnnSetFilter4dDescriptor) set_filter;
  decltype(&cudnnCreateConvolutionDescriptor) create_convolution;
  decltype(&cudnnDestroyConvolutionDescriptor) destroy_convolution;
  decltype(&cudnnSetConvolution2dDescriptor) set_convolution;
  decltype(&cudnnSetConvolutionGroupCount) set_convolution_groups;
  decltype(&cudnnSetConvolutionMathType) set_convolution_math;
  decltype(&cudnnCreatePoolingDescriptor) create_pooling;
  decltype(&cudnnDestroyPoolingDescriptor) destroy_pooling;
  decltype(&cudnnSetPooling2dDescriptor) set_pooling;
  decltype(&cudnnCreateActivationDescriptor) create_activation;
  decltype(&cudnnDestroyActivationDescriptor) destroy_activation;
  decltype(&cudnnSetActivationDescriptor) set_activation;
  decltype(&cudnnAddTensor) add_tensor;
  decltype(&cudnnActivationForward) activation_forward;
  decltype(&cudnnActivationBackward) activation_backward;
  decltype(&cudnnConvolutionForward) convolution_forward;
  decltype(&cudnnConvolutionBackwardData) convolution_backward_data;
  decltype(&cudnnConvolutionBackwardFilter) convolution_backward_weights;
  decltype(&cudnnConvolutionBackwardBias) bias_gradient;
  decltype(&cudnnPoolingForward) pooling_forward;
  decltype(&cudnnPoolingBackward) pooling_backward;
  decltype(&cudnnSoftmaxForward) softmax_forward;
  decltype(&cudnnSoftmaxBackward) softmax_backward;
};

// The functions of cuBLASLt that are called here.
struct CublasLtFunctions {
  decltype(&cublasLtGetStatusString) get_status_string;
  decltype(&cublasLtGetVersion) get_version;
  decltype(&cublasLtCreate) create;
  decltype(&cublasLtDestroy) destroy;
  decltype(&cublasLtMatmul) matmul;
  decltype(&cublasLtMatmulAlgoGetHeuristic) get_heuristic;
  decltype(&cublasLtMatmulDescCreate) create_operation;
  decltype(&cublasLtMatmulDescDestroy) destroy_operation;
  decltype(&cublasLtMatmulDescSetAttribute) set_operation;
  decltype(&cublasLtMatrixLayoutCreate) create_layout;
  decltype(&cublasLtMatrixLayoutDestroy) destroy_layout;
  decltype(&cublasLtMatmulPreferenceCreate) create_preference;
  decltype(&cublasLtMatmulPreferenceDestroy) destroy_preference;
  decltype(&cublasLtMatmulPreferenceSetAttribute) set_preference;
};

// The libraries' functions, loaded when they are first asked for. Where a library is missing, they throw Error (where:
// "cudnn"), which says what is missing and which package brings it.
const CudnnFunctions& cudnn();
const CublasLtFunctions& cublas_lt();

// Throw Error (where: "cudnn") unless `status` is success. `what`: what then went wrong.
void require(cudnnStatus_t status, const char* what);
void require(cublasStatus_t status, const char* what);

// The error's message without its place, error.where().
std::string message_of(const Error& error);

// A descriptor that all copies of an operation share; it is destroyed with the last of them.
template <typename Descriptor>
using Shared = std::shared_ptr<std::remove_pointer_t<Descriptor>>;

// The libraries' functions multiply their result by one factor, and what lay in its place before by another.
inline constexpr float one = 1.0F, zero = 0.0F;

// The bytes of the workspace on a network's main stream, and of that on each stream beside it.
inline constexpr std::size_t workspace_of_main = std::size_t{128} << 20U, workspace_beside = std::size_t{32} << 20U;

// Both libraries, set to one stream. Their calls run one after another there, so they share one workspace.
class Libraries {
 public:
  // The stream's context must be the calling thread's. Throws Error where a library, or memory, is missing.
  explicit Libraries(cuda::Stream stream, std::size_t workspace_bytes = workspace_of_main);

  cudnnHandle_t cudnn_handle() const { return cudnn_.get(); }
  cublasLtHandle_t cublas_lt_handle() const { return cublas_lt_.get(); }
  cuda::Stream stream() const { return stream_; }
  void* workspace() const { return std::bit_cast<void*>(workspace_.address()); }
  std::size_t workspace_bytes() const { return workspace_.count() * sizeof(float); }

  // The versions of both: "cuDNN 9.10.2, cuBLASLt 12.9.1".
  static std::string versions();

 private:
  struct CudnnDeleter {
    void operator()(cudnnHandle_t handle) const { cudnn().destroy(handle); }
  };
  struct CublasLtDeleter {
    void operator()(cublasLtHandle_t handle) const { cublas_lt().destroy(handle); }
  };

  cuda::Stream stream_;
  std::unique_ptr<cudnnContext, CudnnDeleter> cudnn_;
  std::unique_ptr<cublasLtContext, CublasLtDeleter> cublas_lt_;
  DeviceFloats workspace_;
};

}  // namespace nestwright::cudnn
