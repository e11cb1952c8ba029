#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/checkpoint/checkpoint.h"
#include "model/data/dataset.h"
#include "model/device/device_optimizer.h"
#include "model/device/device_program.h"
#include "model/device/device_queue.h"
#include "model/device/image_stream.h"
#include "model/runtime/inference_session.h"
#include "model/runtime/required_kernels.h"
#include "model/runtime/session.h"

namespace nestwright {

struct DeviceTrainingOptions {
  std::string target;  // "cuda" or "opencl"
  OptimizerOptions optimizer = optimizer_defaults("adadelta");
  std::uint64_t seed = 1;
  std::int64_t batch_size = 64;  // images of the steps that memory() reports on
  // Training images of more bytes than this are not kept on the device, but brought there batch by batch, as are images
  // that it has no room for. The default is the most that kernels can address.
  std::size_t most_image_bytes = std::numeric_limits<std::int32_t>::max();
};

// A network in training on a device, where its weights, gradients, activations, optimiser state and data stay: a step
// sends the batch's image numbers and labels there, and its images where the device has no room for all, and brings its
// losses back.
class DeviceSession : public Session {
 public:
  // The data set and the kernels must outlive it. Throws Error where there is no such device, too little memory on it,
  // a model that makes no sense on the data, or a missing kernel.
  DeviceSession(const Model& model, const Dataset& dataset, const Normalisation& normalisation,
                const KernelProvider& provider, DeviceTrainingOptions options);

  double step(std::span<const std::int32_t> indices, double learning_rate) override;
  void announce(std::span<const std::int32_t> indices) override;
  TestResult test() override;
  // How the network does on any images of the training set's size, at the current weights.
  Evaluation evaluate(const LabelledImages& images);

  // Copies of the current weights, and of the last step's gradients (zero before the first).
  std::vector<NamedTensor> parameters() const;
  std::vector<NamedTensor> gradients() const;
  void set_parameters(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors);

  void save(Checkpoint& checkpoint) const override;
  void restore(const std::filesystem::path& path, const Checkpoint& checkpoint) override;

  // Whether the data set's images are all on the device.
  bool keeps_images() const { return images_ != nullptr; }

  // The device memory that steps on DeviceTrainingOptions::batch_size images take.
  MemoryReport memory() override;

  // The queue through which all of the session's work goes to the device.
  DeviceQueue& queue() { return queue_; }

  // The parts of a step, for callers that run them in another way than step(), which issues the program and then the
  // update. They live as long as the session.
  struct Step {
    DeviceProgram& program;
    DeviceOptimizer::Update& update;
    RecordedStep& recorded;  // both, with the copies that a step takes; it has run if step() took such a batch before
  };
  // The parts of steps on batches of `image_count` images.
  Step step_of(std::size_t image_count);

  // A graph for a number of blocks, its arena and its program.
  struct Compiled {
    Compiled(CompiledGraph graph, std::int64_t blocks, const ParameterLayout& layout, const DeviceTensors& tensors,
             DeviceQueue& queue, std::span<const std::size_t> more_sent);

    CompiledGraph graph;
    DeviceMemory arena;
    DeviceProgram program;
  };
  // A program that computes the logits of `image_count` images of the training set, which must be on the device
  // (keeps_images()). The session must outlive it.
  std::unique_ptr<Compiled> inference(std::size_t image_count);

 private:
  // What steps on a number of blocks need: memory for gradients, the program that computes them, and the update.
  struct Training {
    Training(DeviceSession& session, std::int64_t blocks);

    DeviceMemory gradients;
    std::unique_ptr<ImageStream> images;  // null: all are on the device
    std::unique_ptr<Compiled> compiled;
    DeviceOptimizer::Update update;
    RecordedStep step;
  };

  Training& training_for(std::int64_t blocks);
  // Writes what the host sends with the next step.
  void prepare_step(Training& training, std::span<const std::int32_t> indices, double learning_rate);
  // Gives the device that step to do.
  void issue_step(Training& training, std::span<const std::int32_t> indices);
  std::unique_ptr<Compiled> compile(Purpose purpose, std::int64_t blocks, const DeviceTensors& tensors,
                                    std::span<const std::size_t> more_sent = {});

  Model model_;
  ImageSize size_;
  const Dataset* dataset_;
  Normalisation normalisation_;
  const KernelProvider* provider_;
  DeviceTrainingOptions options_;
  DeviceQueue queue_;
  std::int64_t classes_;
  ParameterLayout layout_;
  DeviceMemory parameters_, zeros_;
  std::unique_ptr<DeviceMemory> images_;  // null: they are brought batch by batch
  DeviceOptimizer optimizer_;
  std::map<std::int64_t, std::unique_ptr<Training>> training_;  // by the number of blocks
  std::vector<std::int32_t> announced_;  // the training images that announce() named for the step after the next
  std::int64_t last_blocks_ = 0;         // blocks of the last step; 0: there was none yet
  std::int64_t steps_done_ = 0;
};

}  // namespace nestwright
