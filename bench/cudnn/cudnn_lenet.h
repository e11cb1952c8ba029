#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "bench/cudnn/cublas_linear.h"
#include "bench/cudnn/cudnn_operators.h"
#include "model/data/dataset.h"
#include "model/runtime/parameters.h"

namespace nestwright::cudnn {

struct LenetOptions {
  std::int64_t batch = 64;
  bool allow_tf32 = false;
  Layout layout = Layout::nchw;
};

// The model lenet5 made of cuDNN's and cuBLASLt's calls, each the fastest that the libraries have for its shape,
// trained by plain gradient descent: a reference for results, and a rival for times.
//
// What is issued goes to one stream, allocates nothing and doesn't wait: it can be recorded as a CUDA graph once, and
// launched as often as wanted.
class CudnnLenet {
 public:
  // The calling thread's context is the stream's. Searches for the fastest calls, which takes a while. Throws Error
  // where a library, a call or memory is missing.
  CudnnLenet(const LenetOptions& options, cuda::Stream stream);

  // With the project's names and PyTorch's shapes. Weights are zero at first. Throw Error.
  std::vector<NamedTensor> parameters() const;
  void set_parameters(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors);
  // Of the last step's mean loss.
  std::vector<NamedTensor> gradients() const;

  // `images`: `batch` times 32x32 normalised pixels, as lenet_images() makes them. Throws Error.
  void set_batch(std::span<const float> images, std::span<const std::uint8_t> labels);

  // Gives the stream a training step on that batch. The learning rate becomes part of what is recorded. Throws Error.
  void issue_step(float learning_rate);
  // Gives it the way from pixels to logits.
  void issue_inference() const;
  // Gives it some of a step's calls, by the names that plans() has. Throws Error for another name.
  void issue_calls(const std::vector<std::string>& names) const;

  // By image, of the last step, and of the last step or inference; wait for it.
  std::vector<float> losses() const;
  std::vector<float> logits() const { return logits_.download(); }

  // "conv1: convolution with bias and relu: eng12_k1=2", ...: what was found to be the fastest.
  std::vector<std::string> plans() const;

 private:
  struct Step {
    std::string name;
    Operation operation;
  };
  // Convolution with relu, then pooling.
  struct ConvolutionBlock {
    Images input, convolved, pooled;
  };

  Matrix parameter(std::size_t slot, const DeviceFloats& vector) const;
  Images filter(std::size_t slot, const DeviceFloats& vector) const;
  cuda::Address address(std::size_t slot, const DeviceFloats& vector) const;
  Images activation(std::int64_t channels, std::int64_t size);
  Matrix activation(std::int64_t features);
  std::optional<ReluMask> add_hidden_layer(std::size_t slot, const Matrix& input, const Matrix& output);
  void make_forward();
  // Gives the gradient of the logits, and of the features.
  Matrix make_loss();
  Matrix make_linear_gradients(const Matrix& logit_gradient);
  void make_convolution_gradients(const Matrix& feature_gradient);
  Images make_block_gradients(const std::string& number, const ConvolutionBlock& block, const Images& pooled_gradient,
                              std::size_t slot);
  void issue(const std::vector<Step>& steps) const;
  std::vector<NamedTensor> tensors(const DeviceFloats& vector) const;
  // From PyTorch's order of (n, c, h, w) to the layout's, or back.
  void permute(std::span<float> vector, bool to_layout) const;

  LenetOptions options_;
  ParameterLayout layout_;
  Libraries libraries_;
  Setting setting_;
  DeviceFloats parameters_, gradients_, images_, negative_labels_, logits_, log_probabilities_;
  std::deque<DeviceFloats> activations_;
  std::vector<std::uint8_t> labels_;
  float update_factor_ = 0.0F;  // minus the learning rate

  // Tensors that both directions use.
  ConvolutionBlock first_, second_;
  Matrix features_, hidden1_, hidden2_;
  std::optional<ReluMask> mask1_, mask2_;

  std::vector<Step> images_to_features_;  // of training and inference
  std::vector<Step> features_to_logits_;  // of inference
  std::vector<Step> training_;            // from features on
};

// Images of 28x28 pixels as the model takes them: padded by 2, normalised.
std::vector<float> lenet_images(const LabelledImages& images, std::span<const std::int32_t> indices,
                                const Normalisation& normalisation);

// The layout in which a training step takes the least time.
Layout fastest_layout(LenetOptions options, cuda::Stream stream);

}  // namespace nestwright::cudnn
