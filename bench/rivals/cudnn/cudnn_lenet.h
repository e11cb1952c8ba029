#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/rivals/cudnn/cublas_linear.h"
#include "bench/rivals/cudnn/cudnn_operators.h"
#include "bench/rivals/cudnn/lanes.h"
#include "model/data/dataset.h"
#include "model/runtime/parameters.h"
#include "support/error.h"

namespace nestwright::cudnn {

struct LenetOptions {
  std::int64_t batch = 64;
  bool allow_tf32 = false;
  Layout layout = Layout::nchw;
};

// The model lenet5 made of cuDNN's and cuBLASLt's calls, each the fastest that the libraries name for its shape: a
// reference for results, and a rival for times. As with the kernels that are generated, weights' gradients run beside
// the rest of the way back.
//
// What is issued allocates nothing and doesn't wait: it can be recorded as a CUDA graph once, and launched as often as
// wanted. To the lanes' main stream it is one piece of work.
class CudnnLenet {
 public:
  // The calling thread's context is the lanes'. Searches for the fastest calls, which takes a while; what there is no
  // way for is missing(). Throws Error where a library or memory is missing.
  CudnnLenet(const LenetOptions& options, std::shared_ptr<const Lanes> lanes);

  // With the project's names and PyTorch's shapes. Weights are zero at first. Throw Error.
  std::vector<NamedTensor> parameters() const;
  void set_parameters(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors);
  // Of the last step's mean loss.
  std::vector<NamedTensor> gradients() const;

  // `images`: `batch` times 32x32 normalised pixels, as lenet_images() makes them. Throws Error.
  void set_batch(std::span<const float> images, std::span<const std::uint8_t> labels);

  // All that is issued throws Error where it is missing. Gives the stream the way from pixels to the gradients of a
  // training step on that batch, without an update.
  void issue_gradients() const;
  // And an update by gradient descent, whose learning rate becomes part of what is recorded.
  void issue_step(float learning_rate);
  // The way from pixels to logits.
  void issue_inference() const;
  // Some of a step's calls, by the names that plans() has. Throws Error for another name.
  void issue_calls(const std::vector<std::string>& names) const;

  // The flat vectors of parameter_count() values that an update by others works on.
  cuda::Address parameter_vector() const { return parameters_.address(); }
  cuda::Address gradient_vector() const { return gradients_.address(); }
  std::int64_t parameter_count() const { return layout_.size; }

  // By image, of the last step, and of the last step or inference; wait for it.
  std::vector<float> losses() const;
  std::vector<float> logits() const { return logits_.download(); }

  // "conv1: convolution with bias and relu: eng12_k1=2", ...: what was found to be the fastest.
  std::vector<std::string> plans() const;
  // The same, of calls that the libraries have no way for, and why.
  std::vector<std::string> missing() const;

 private:
  struct Step {
    std::string name;
    std::size_t lane;
    Operation operation;
    std::optional<Error> missing;  // why there is none
  };
  using Steps = std::vector<Step>;
  // Convolution with relu, then pooling.
  struct ConvolutionBlock {
    Images input, convolved, pooled;
  };

  Matrix parameter(std::size_t slot, const DeviceFloats& vector) const;
  Images filter(std::size_t slot, const DeviceFloats& vector) const;
  cuda::Address address(std::size_t slot, const DeviceFloats& vector) const;
  Images activation(std::int64_t channels, std::int64_t size);
  Matrix activation(std::int64_t features);
  // On a lane, which is forked off.
  void add(Steps& steps, const std::string& name, std::size_t lane,
           const std::function<Operation(const Setting&)>& make);
  std::optional<ReluMask> add_hidden_layer(std::size_t slot, const Matrix& input, const Matrix& output);
  void make_forward();
  // Gives the gradient of the logits, and of the features.
  Matrix make_loss();
  Matrix make_linear_gradients(const Matrix& logit_gradient);
  void make_convolution_gradients(const Matrix& feature_gradient);
  Images make_block_gradients(const std::string& number, const ConvolutionBlock& block, const Images& pooled_gradient,
                              std::size_t slot);
  // Joins what was forked off.
  void issue(const std::vector<const Step*>& steps) const;
  static std::vector<const Step*> pointers(std::initializer_list<const Steps*> lists);
  std::vector<NamedTensor> tensors(const DeviceFloats& vector) const;
  // From PyTorch's order of (n, c, h, w) to the layout's, or back.
  void permute(std::span<float> vector, bool to_layout) const;

  LenetOptions options_;
  ParameterLayout layout_;
  std::shared_ptr<const Lanes> lanes_;
  DeviceFloats parameters_, gradients_, images_, negative_labels_, logits_, log_probabilities_;
  std::deque<DeviceFloats> activations_;
  std::vector<std::uint8_t> labels_;
  float update_factor_ = 0.0F;  // minus the learning rate

  // Tensors that both directions use.
  ConvolutionBlock first_, second_;
  Matrix features_, hidden1_, hidden2_;
  std::optional<ReluMask> mask1_, mask2_;

  Steps images_to_features_;  // of training and inference
  Steps features_to_logits_;  // of inference
  Steps training_;            // from features on
  Steps update_;
};

// Images of 28x28 pixels as the model takes them: padded by 2, normalised.
std::vector<float> lenet_images(const LabelledImages& images, std::span<const std::int32_t> indices,
                                const Normalisation& normalisation);

// The model in NCHW, or in NHWC where that has calls that NCHW misses; where both layouts are wanted, in the one in
// which a training step takes less time.
std::unique_ptr<CudnnLenet> make_lenet(LenetOptions options, const std::shared_ptr<const Lanes>& lanes,
                                       bool both_layouts);

}  // namespace nestwright::cudnn
