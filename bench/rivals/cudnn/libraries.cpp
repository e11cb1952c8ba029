#include "bench/rivals/cudnn/libraries.h"

#include <fmt/format.h>

#include <initializer_list>

#include "model/device/shared_library.h"

// Where the frontend looks cuDNN's functions up; it declares this, and leaves it to its user.
namespace cudnn_frontend {
extern void* cudnn_dlhandle;
void* cudnn_dlhandle = nullptr;
}  // namespace cudnn_frontend

namespace nestwright::cudnn {
namespace {

// `package`: what brings it, in the folder `folder`.
SharedLibrary load(std::initializer_list<const char*> names, const char* package, const char* folder) {
  return {names, SharedLibrary::Symbols::own, [package, folder](const std::string& reason) {
            return Error("cudnn", fmt::format("{}; `pip install {}` brings it: name its folder nvidia/{}/lib in "
                                              "LD_LIBRARY_PATH",
                                              reason, package, folder));
          }};
}

CudnnFunctions load_cudnn() {
  const SharedLibrary library = load({"libcudnn.so.9"}, "nvidia-cudnn-cu12", "cudnn");
  CudnnFunctions f = {};
  library.find(f.get_error_string, "cudnnGetErrorString");
  library.find(f.get_version, "cudnnGetVersion");
  library.find(f.create, "cudnnCreate");
  library.find(f.destroy, "cudnnDestroy");
  library.find(f.set_stream, "cudnnSetStream");
  library.find(f.create_tensor, "cudnnCreateTensorDescriptor");
  library.find(f.destroy_tensor, "cudnnDestroyTensorDescriptor");
  library.find(f.set_tensor, "cudnnSetTensor4dDescriptor");
  library.find(f.create_filter, "cudnnCreateFilterDescriptor");
  library.find(f.destroy_filter, "cudnnDestroyFilterDescriptor");
  library.find(f.set_filter, "cudnnSetFilter4dDescriptor");
  library.find(f.create_convolution, "cudnnCreateConvolutionDescriptor");
  library.find(f.destroy_convolution, "cudnnDestroyConvolutionDescriptor");
  library.find(f.set_convolution, "cudnnSetConvolution2dDescriptor");
  library.find(f.set_convolution_groups, "cudnnSetConvolutionGroupCount");
  library.find(f.set_convolution_math, "cudnnSetConvolutionMathType");
  library.find(f.create_pooling, "cudnnCreatePoolingDescriptor");
  library.find(f.destroy_pooling, "cudnnDestroyPoolingDescriptor");
  library.find(f.set_pooling, "cudnnSetPooling2dDescriptor");
  library.find(f.create_activation, "cudnnCreateActivationDescriptor");
  library.find(f.destroy_activation, "cudnnDestroyActivationDescriptor");
  library.find(f.set_activation, "cudnnSetActivationDescriptor");
  library.find(f.add_tensor, "cudnnAddTensor");
  library.find(f.activation_forward, "cudnnActivationForward");
  library.find(f.activation_backward, "cudnnActivationBackward");
  library.find(f.convolution_forward, "cudnnConvolutionForward");
  library.find(f.convolution_backward_data, "cudnnConvolutionBackwardData");
  library.find(f.convolution_backward_weights, "cudnnConvolutionBackwardFilter");
  library.find(f.bias_gradient, "cudnnConvolutionBackwardBias");
  library.find(f.pooling_forward, "cudnnPoolingForward");
  library.find(f.pooling_backward, "cudnnPoolingBackward");
  library.find(f.softmax_forward, "cudnnSoftmaxForward");
  library.find(f.softmax_backward, "cudnnSoftmaxBackward");
  cudnn_frontend::cudnn_dlhandle = library.handle();
  return f;
}

CublasLtFunctions load_cublas_lt() {
  // 12 first: a driver for 13 runs both.
  const SharedLibrary library = load({"libcublasLt.so.12", "libcublasLt.so.13"}, "nvidia-cublas-cu12", "cublas");
  CublasLtFunctions f = {};
  library.find(f.get_status_string, "cublasLtGetStatusString");
  library.find(f.get_version, "cublasLtGetVersion");
  library.find(f.create, "cublasLtCreate");
  library.find(f.destroy, "cublasLtDestroy");
  library.find(f.matmul, "cublasLtMatmul");
  library.find(f.get_heuristic, "cublasLtMatmulAlgoGetHeuristic");
  library.find(f.create_operation, "cublasLtMatmulDescCreate");
  library.find(f.destroy_operation, "cublasLtMatmulDescDestroy");
  library.find(f.set_operation, "cublasLtMatmulDescSetAttribute");
  library.find(f.create_layout, "cublasLtMatrixLayoutCreate");
  library.find(f.destroy_layout, "cublasLtMatrixLayoutDestroy");
  library.find(f.create_preference, "cublasLtMatmulPreferenceCreate");
  library.find(f.destroy_preference, "cublasLtMatmulPreferenceDestroy");
  library.find(f.set_preference, "cublasLtMatmulPreferenceSetAttribute");
  return f;
}

}  // namespace

const CudnnFunctions& cudnn() {
  static const CudnnFunctions loaded = load_cudnn();
  return loaded;
}

const CublasLtFunctions& cublas_lt() {
  static const CublasLtFunctions loaded = load_cublas_lt();
  return loaded;
}

void require(cudnnStatus_t status, const char* what) {
  if (status == CUDNN_STATUS_SUCCESS) return;
  throw Error("cudnn", fmt::format("{} ({})", what, cudnn().get_error_string(status)));
}

void require(cublasStatus_t status, const char* what) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  throw Error("cudnn", fmt::format("{} ({})", what, cublas_lt().get_status_string(status)));
}

std::string message_of(const Error& error) {
  const std::string what = error.what(), where = error.where() + ": ";
  return what.starts_with(where) ? what.substr(where.size()) : what;
}

Libraries::Libraries(cuda::Stream stream, std::size_t workspace_bytes)
    : stream_(stream), workspace_(workspace_bytes / sizeof(float), stream) {
  // cuDNN's engines use cuBLASLt: it is there already when they look for it.
  cublasLtHandle_t cublas_lt_handle = nullptr;
  require(cublas_lt().create(&cublas_lt_handle), "cuBLASLt can't be started");
  cublas_lt_.reset(cublas_lt_handle);
  cudnnHandle_t cudnn_handle = nullptr;
  require(cudnn().create(&cudnn_handle), "cuDNN can't be started");
  cudnn_.reset(cudnn_handle);
  require(cudnn().set_stream(cudnn_handle, static_cast<cudaStream_t>(stream)), "cuDNN refuses the stream");
}

std::string Libraries::versions() {
  // 91002 and 120901: cuDNN since 9, and cuBLAS, count in hundreds.
  const std::size_t dnn = cudnn().get_version(), blas = cublas_lt().get_version();
  return fmt::format("cuDNN {}.{}.{}, cuBLASLt {}.{}.{}", dnn / 10000, dnn / 100 % 100, dnn % 100, blas / 10000,
                     blas / 100 % 100, blas % 100);
}

}  // namespace nestwright::cudnn
