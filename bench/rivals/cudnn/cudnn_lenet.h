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
  std::int64_t batch = 64;       // images
  bool allow_tf32 = false;       // multiply on tensor cores, with 10 bits of mantissa instead of 23
  Layout layout = Layout::nchw;  // of images and activations
};

// The model lenet5 made of calls to cuDNN and cuBLASLt, each the fastest that the libraries name for its shape: a
// reference for results, and a rival for times. As with the generated kernels, the gradients of weights run beside the
// rest of the backward pass.
//
// What is issued allocates no memory and doesn't wait, so it can be recorded as a CUDA graph once and then launched any
// number of times. It begins and ends on the lanes' main stream.
class CudnnLenet {
 public:
  // The lanes' context must be the calling thread's. Searches for the fastest calls, which takes a while; calls that
  // the libraries have no way for are listed by missing(). Throws Error where a library or memory is missing.
  CudnnLenet(const LenetOptions& options, std::shared_ptr<const Lanes> lanes);

  // The parameters, with the project's names and PyTorch's shapes; all are zero at first. `path`: the file that `named`
  // comes from, which messages name. Throw Error.
  std::vector<NamedTensor> parameters() const;
  void set_parameters(const std::filesystem::path& path, const std::vector<NamedTensor>& named);
  // The gradients of the last step's mean loss, in the same form.
  std::vector<NamedTensor> gradients() const;

  // Sets the batch that is issued next. `images`: 32x32 normalised pixels for each of `batch` images, as lenet_images()
  // makes them; `labels`: one for each image. Throws Error.
  void set_batch(std::span<const float> images, std::span<const std::uint8_t> labels);

  // All functions that issue throw Error where a call is missing(). This one gives the stream the way from pixels to
  // the gradients of a training step on the batch, without an update.
  void issue_gradients() const;
  // The same, followed by an update by gradient descent. The learning rate is fixed in what is recorded.
  void issue_step(float learning_rate);
  // The way from pixels to logits.
  void issue_inference() const;
  // Single calls of a step or an inference, by the names that the lines of plans() begin with. Throws Error for any
  // other name.
  void issue_calls(const std::vector<std::string>& names) const;

  // The addresses of the parameters and of their gradients, for an update by other code: flat vectors of
  // parameter_count() float32 values each.
  cuda::Address parameter_vector() const { return parameters_.address(); }
  cuda::Address gradient_vector() const { return gradients_.address(); }
  std::int64_t parameter_count() const { return layout_.size; }

  // The loss of each image in the last step. Waits until the step is done.
  std::vector<float> losses() const;
  // The logits of the last step or inference, (image, class). Waits until it is done.
  std::vector<float> logits() const { return logits_.download(); }

  // Each call's name and the way that was found to be the fastest: "conv1: convolution with bias and relu: eng12_k1=2".
  std::vector<std::string> plans() const;
  // The name of each call that the libraries have no way for, and why.
  std::vector<std::string> missing() const;

 private:
  // One call of a training step or an inference.
  struct Step {
    std::string name;
    std::size_t lane;  // that it runs on
    Operation operation;
    std::optional<Error> missing;  // why there is no operation; nothing: there is one
  };
  using Steps = std::vector<Step>;
  // The images of a convolution with relu and the pooling after it.
  struct ConvolutionBlock {
    Images input, convolved, pooled;
  };

  // Where a parameter lies in the vector of parameters or of gradients: as the weights of a linear layer, as those of a
  // convolution, or by its address alone. `slot`: the parameter's number in the model's order.
  Matrix parameter(std::size_t slot, const DeviceFloats& vector) const;
  Images filter(std::size_t slot, const DeviceFloats& vector) const;
  cuda::Address address(std::size_t slot, const DeviceFloats& vector) const;
  // New memory for the batch's images of `size` x `size` pixels, or for its features.
  Images activation(std::int64_t channels, std::int64_t size);
  Matrix activation(std::int64_t features);
  // Adds a call that `make` makes ready for a lane; where it throws Error (where: "cudnn"), the call is missing.
  void add(Steps& steps, const std::string& name, std::size_t lane,
           const std::function<Operation(const Setting&)>& make);
  // Adds a linear layer with relu, and gives the mask that training writes of its output; nothing where there is none.
  std::optional<ReluMask> add_hidden_layer(std::size_t slot, const Matrix& input, const Matrix& output);
  void make_forward();
  // Adds the loss, and gives the gradient of the logits.
  Matrix make_loss();
  // Adds the gradients of the linear layers, and gives the gradient of the features.
  Matrix make_linear_gradients(const Matrix& logit_gradient);
  void make_convolution_gradients(const Matrix& feature_gradient);
  Images make_block_gradients(const std::string& number, const ConvolutionBlock& block, const Images& pooled_gradient,
                              std::size_t slot);
  // Issues the steps, each on its lane; what the main lane is given afterwards waits for all lanes.
  void issue(const std::vector<const Step*>& steps) const;
  static std::vector<const Step*> pointers(std::initializer_list<const Steps*> lists);
  // The tensors of the vector of parameters or of gradients.
  std::vector<NamedTensor> tensors(const DeviceFloats& vector) const;
  // Reorders the vector from PyTorch's (n, c, h, w) to the layout's order, or back.
  void permute(std::span<float> vector, bool to_layout) const;

  LenetOptions options_;
  ParameterLayout layout_;
  std::shared_ptr<const Lanes> lanes_;
  DeviceFloats parameters_, gradients_, images_, negative_labels_, logits_, log_probabilities_;
  std::deque<DeviceFloats> activations_;
  std::vector<std::uint8_t> labels_;
  float update_factor_ = 0.0F;  // minus the learning rate

  // Tensors that both the forward and the backward pass use.
  ConvolutionBlock first_, second_;
  Matrix features_, hidden1_, hidden2_;
  std::optional<ReluMask> mask1_, mask2_;

  Steps images_to_features_;  // of training and of inference
  Steps features_to_logits_;  // of inference
  Steps training_;            // of training, from the features to all gradients
  Steps update_;              // of training, by gradient descent
};

// The images with the numbers `indices`, of 28x28 pixels, as the model takes them: 32x32 normalised pixels each, the
// border of 2 being black. Throws Error (where: "cudnn") for images of another size.
std::vector<float> lenet_images(const LabelledImages& images, std::span<const std::int32_t> indices,
                                const Normalisation& normalisation);

// The model in NCHW, or in NHWC where fewer calls are missing there. Where no call is missing in NCHW, NHWC is only
// tried with `both_layouts`: the model then is in the layout in which a training step takes less time.
std::unique_ptr<CudnnLenet> make_lenet(LenetOptions options, const std::shared_ptr<const Lanes>& lanes,
                                       bool both_layouts);

}  // namespace nestwright::cudnn
