#include "bench/rivals/cudnn/libraries.h"

#include <fmt/format.h>

#include <initializer_list>

#include "model/device/shared_library.h"

// The library that the frontend looks cuDNN's functions up in. It declares the variable, and leaves its definition to
// its user.
namespace cudnn_frontend {
extern void* cudnn_dlhandle;
void* cudnn_dlhandle = nullptr;
}  // namespace cudnn_frontend

namespace nestwright::cudnn {
namespace {

// Loads the first of `names` that is there. `package`: the Python package that brings it, in nvidia/`folder`/lib.
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
  // 12 first, as a driver for CUDA 13 runs both.
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
  // cuBLASLt first: cuDNN's engines use it, and find it loaded.
  cublasLtHandle_t made_cublas_lt = nullptr;
  require(cublas_lt().create(&made_cublas_lt), "cuBLASLt can't be started");
  cublas_lt_.reset(made_cublas_lt);
  cudnnHandle_t made_cudnn = nullptr;
  require(cudnn().create(&made_cudnn), "cuDNN can't be started");
  cudnn_.reset(made_cudnn);
  require(cudnn().set_stream(made_cudnn, static_cast<cudaStream_t>(stream)), "cuDNN refuses the stream");
}

std::string Libraries::versions() {
  // cuDNN 9.10.2 gives 91002 and cuBLASLt 12.9.1 gives 120901: each part of a version but the first has two digits.
  const std::size_t dnn = cudnn().get_version(), blas = cublas_lt().get_version();
  return fmt::format("cuDNN {}.{}.{}, cuBLASLt {}.{}.{}", dnn / 10000, dnn / 100 % 100, dnn % 100, blas / 10000,
                     blas / 100 % 100, blas % 100);
}

}  // namespace nestwright::cudnn
