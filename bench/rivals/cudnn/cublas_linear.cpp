#include "bench/rivals/cudnn/cublas_linear.h"

#include <fmt/format.h>

#include <array>

#include "bench/rivals/cudnn/cudnn_operators.h"

namespace nestwright::cudnn {
namespace {

// The heuristics name the best guess first; the first few are the fastest within some percent.
constexpr int algorithms_asked_for = 6;

// cuBLASLt's matrices are stored column after column, so to cuBLASLt each of our matrices is its transpose.
Shared<cublasLtMatrixLayout_t> describe(const Matrix& matrix) {
  cublasLtMatrixLayout_t made = nullptr;
  require(cublas_lt().create_layout(&made, CUDA_R_32F, static_cast<std::uint64_t>(matrix.columns),
                                    static_cast<std::uint64_t>(matrix.rows), matrix.columns),
          "a matrix can't be described");
  return {made, cublas_lt().destroy_layout};
}

// A factor of a product.
struct Factor {
  Matrix matrix;
  bool is_transposed = false;
};

// What is done with a product on its way to memory.
struct Epilogue {
  cublasLtEpilogue_t kind = CUBLASLT_EPILOGUE_DEFAULT;
  cuda::Address bias = 0;  // is added, or takes the bias's gradient; 0: there is none
  std::optional<ReluMask> mask;
};

// A product of two matrices, as it is described to cuBLASLt.
class Product {
 public:
  // output = first * second in our terms: in cuBLASLt's, output^T = second^T * first^T.
  Product(const Setting& setting, const Factor& first, const Factor& second, const Matrix& output,
          const Epilogue& epilogue)
      : a_(second.matrix),
        b_(first.matrix),
        d_(output),
        a_layout_(describe(a_)),
        b_layout_(describe(b_)),
        d_layout_(describe(d_)) {
    cublasLtMatmulDesc_t made = nullptr;
    require(cublas_lt().create_operation(&made, setting.allow_tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F,
                                         CUDA_R_32F),
            "a product can't be described");
    operation_ = {made, cublas_lt().destroy_operation};
    set(CUBLASLT_MATMUL_DESC_TRANSA, second.is_transposed ? CUBLAS_OP_T : CUBLAS_OP_N);
    set(CUBLASLT_MATMUL_DESC_TRANSB, first.is_transposed ? CUBLAS_OP_T : CUBLAS_OP_N);
    set(CUBLASLT_MATMUL_DESC_EPILOGUE, epilogue.kind);
    if (epilogue.bias != 0) set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, pointer(epilogue.bias));
    if (!epilogue.mask) return;
    set(CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_POINTER, pointer(epilogue.mask->address));
    set(CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_LD, epilogue.mask->row_bits);
  }

  // The algorithms that the heuristics name, best guess first; empty where cuBLASLt has none.
  std::vector<cublasLtMatmulAlgo_t> algorithms(const Libraries& libraries) const {
    cublasLtMatmulPreference_t made = nullptr;
    require(cublas_lt().create_preference(&made), "no algorithm can be asked for");
    const Shared<cublasLtMatmulPreference_t> preference(made, cublas_lt().destroy_preference);
    const std::uint64_t bytes = libraries.workspace_bytes();
    require(cublas_lt().set_preference(made, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &bytes, sizeof bytes),
            "no algorithm can be asked for");
    std::array<cublasLtMatmulHeuristicResult_t, algorithms_asked_for> found = {};
    int count = 0;
    const cublasStatus_t status =
        cublas_lt().get_heuristic(libraries.cublas_lt_handle(), operation_.get(), a_layout_.get(), b_layout_.get(),
                                  d_layout_.get(), d_layout_.get(), made, algorithms_asked_for, found.data(), &count);
    std::vector<cublasLtMatmulAlgo_t> usable;
    for (int i = 0; status == CUBLAS_STATUS_SUCCESS && i < count; ++i) {
      const cublasLtMatmulHeuristicResult_t& result = found[static_cast<std::size_t>(i)];
      if (result.state == CUBLAS_STATUS_SUCCESS) usable.push_back(result.algo);
    }
    return usable;
  }

  void issue(const cublasLtMatmulAlgo_t& algorithm, const Libraries& libraries) const {
    require(cublas_lt().matmul(libraries.cublas_lt_handle(), operation_.get(), &one, pointer(a_.address),
                               a_layout_.get(), pointer(b_.address), b_layout_.get(), &zero, pointer(d_.address),
                               d_layout_.get(), pointer(d_.address), d_layout_.get(), &algorithm, libraries.workspace(),
                               libraries.workspace_bytes(), static_cast<cudaStream_t>(libraries.stream())),
            "a product fails");
  }

 private:
  template <typename Value>
  void set(cublasLtMatmulDescAttributes_t attribute, const Value& value) {
    require(cublas_lt().set_operation(operation_.get(), attribute, &value, sizeof value),
            "a product can't be described");
  }

  Matrix a_, b_, d_;
  Shared<cublasLtMatrixLayout_t> a_layout_, b_layout_, d_layout_;
  Shared<cublasLtMatmulDesc_t> operation_;
};

// The product by the fastest algorithm, or for a reference by the first that works; nothing where cuBLASLt has none.
std::optional<Operation> multiply(const Setting& setting, const Factor& first, const Factor& second,
                                  const Matrix& output, const Epilogue& epilogue = {}) {
  const Libraries* const libraries = setting.libraries;
  const Product product(setting, first, second, output, epilogue);
  const std::vector<cublasLtMatmulAlgo_t> algorithms = product.algorithms(*libraries);
  std::vector<std::optional<Operation>> candidates;
  for (std::size_t i = 0; i < algorithms.size(); ++i) {
    const auto call = [product, algorithm = algorithms[i], libraries] { product.issue(algorithm, *libraries); };
    candidates.emplace_back(Operation{.plan = fmt::format("cublasLtMatmul, epilogue {}, its algorithm {} of {}",
                                                          static_cast<int>(epilogue.kind), i + 1, algorithms.size()),
                                      .calls = {call}});
    if (setting.is_reference && works(candidates.back(), libraries->stream())) return candidates.back();
  }
  return fastest_if_any(libraries->stream(), candidates);
}

std::optional<Operation> input_times_weights(const Setting& setting, const Matrix& input, const Matrix& weights,
                                             const Matrix& output, const Epilogue& epilogue) {
  return multiply(setting, {input}, {.matrix = weights, .is_transposed = true}, output, epilogue);
}

}  // namespace

Operation linear(const Setting& setting, const Matrix& input, const Matrix& weights, cuda::Address bias,
                 const Matrix& output) {
  return fastest(
      setting.libraries->stream(), "a linear layer",
      {input_times_weights(setting, input, weights, output, {.kind = CUBLASLT_EPILOGUE_BIAS, .bias = bias})});
}

Operation linear_relu(const Setting& setting, const Matrix& input, const Matrix& weights, cuda::Address bias,
                      const Matrix& output) {
  return fastest(
      setting.libraries->stream(), "a linear layer with relu",
      {input_times_weights(setting, input, weights, output, {.kind = CUBLASLT_EPILOGUE_RELU_BIAS, .bias = bias})});
}

std::optional<Operation> linear_relu_with_mask(const Setting& setting, const Matrix& input, const Matrix& weights,
                                               cuda::Address bias, const Matrix& output, const ReluMask& mask) {
  return input_times_weights(setting, input, weights, output,
                             {.kind = CUBLASLT_EPILOGUE_RELU_AUX_BIAS, .bias = bias, .mask = mask});
}

Operation linear_input_gradient(const Setting& setting, const Matrix& output_gradient, const Matrix& weights,
                                const Matrix& input_gradient) {
  return fastest(setting.libraries->stream(), "a linear layer's input gradient",
                 {multiply(setting, {output_gradient}, {weights}, input_gradient)});
}

Operation linear_input_gradient_through_relu(const Setting& setting, const Matrix& output_gradient,
                                             const Matrix& weights, const ReluBefore& before,
                                             const Matrix& input_gradient) {
  std::vector<std::optional<Operation>> candidates;
  if (before.mask) {
    candidates.push_back(
        multiply(setting, {output_gradient}, {weights}, input_gradient,
                 {.kind = CUBLASLT_EPILOGUE_DRELU_BGRAD, .bias = before.bias_gradient, .mask = before.mask}));
  }
  candidates.push_back(
      then(multiply(setting, {output_gradient}, {weights}, input_gradient),
           relu_bias_gradient(setting, before.output.as_images(), input_gradient.as_images(),
                              input_gradient.as_images(), per_channel(before.bias_gradient, input_gradient.columns))));
  return fastest(setting.libraries->stream(), "a linear layer's input gradient with relu", candidates);
}

Operation linear_weight_gradient(const Setting& setting, const Matrix& input, const Matrix& output_gradient,
                                 const Matrix& weight_gradient) {
  return fastest(setting.libraries->stream(), "a linear layer's weight gradient",
                 {multiply(setting, {.matrix = output_gradient, .is_transposed = true}, {input}, weight_gradient)});
}

Operation linear_parameter_gradients(const Setting& setting, const Matrix& input, const Matrix& output_gradient,
                                     const Matrix& weight_gradient, cuda::Address bias_gradient_place) {
  // To cuBLASLt, the gradient is the second factor, B.
  const Epilogue epilogue = {.kind = CUBLASLT_EPILOGUE_BGRADB, .bias = bias_gradient_place};
  const std::optional<Operation> together =
      multiply(setting, {.matrix = output_gradient, .is_transposed = true}, {input}, weight_gradient, epilogue);
  const std::optional<Operation> apart = then(
      multiply(setting, {.matrix = output_gradient, .is_transposed = true}, {input}, weight_gradient),
      bias_gradient(setting, output_gradient.as_images(), per_channel(bias_gradient_place, output_gradient.columns)));
  return fastest(setting.libraries->stream(), "a linear layer's parameter gradients", {together, apart});
}

void describe_products(const Setting& setting, const Matrix& input, const Matrix& weights, const Matrix& output) {
  // Stands for an address: a multiple of 256 bytes, as the driver's memory is aligned. It is never read.
  constexpr cuda::Address somewhere = 256;
  const auto mask_of = [&](const Matrix& of) {
    return ReluMask{.address = somewhere, .row_bits = ReluMask::row_bits_for(of.columns)};
  };
  const Factor transposed = {.matrix = weights, .is_transposed = true};
  const Product biased(setting, {input}, transposed, output, {.kind = CUBLASLT_EPILOGUE_BIAS, .bias = somewhere});
  const Product relu(setting, {input}, transposed, output, {.kind = CUBLASLT_EPILOGUE_RELU_BIAS, .bias = somewhere});
  const Product masked(setting, {input}, transposed, output,
                       {.kind = CUBLASLT_EPILOGUE_RELU_AUX_BIAS, .bias = somewhere, .mask = mask_of(output)});
  const Product input_gradient(setting, {output}, {weights}, input, {});
  const Product through_relu(setting, {output}, {weights}, input,
                             {.kind = CUBLASLT_EPILOGUE_DRELU_BGRAD, .bias = somewhere, .mask = mask_of(input)});
  const Factor gradient = {.matrix = output, .is_transposed = true};
  const Product weight_gradient(setting, gradient, {input}, weights, {});
  const Product both(setting, gradient, {input}, weights, {.kind = CUBLASLT_EPILOGUE_BGRADB, .bias = somewhere});
}

}  // namespace nestwright::cudnn
