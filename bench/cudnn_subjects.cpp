#include "bench/cudnn_subjects.h"

#include <memory>
#include <string>
#include <utility>

#include "bench/cudnn/cudnn_lenet.h"
#include "bench/device_bench.h"
#include "bench/random_images.h"

namespace nestwright::bench {
namespace {

// A network, and what was recorded of it, from when it is first asked for.
class Rival {
 public:
  Rival(DeviceQueue& queue, std::int64_t batch, const RivalOptions& options)
      : queue_(&queue),
        both_layouts_(options.both_layouts),
        options_({.batch = batch, .allow_tf32 = options.allow_tf32}) {}

  template <typename Issue>
  double time(RecordedStep& recorded, Issue issue) {
    prepare();
    return queue_->time_recorded(
        recorded, {}, [&] { issue(*network_); }, calls_of_time);
  }

 private:
  void prepare() {
    if (network_) return;
    const cuda::Stream stream = queue_->cuda_stream();
    if (both_layouts_) options_.layout = cudnn::fastest_layout(options_, stream);
    network_ = std::make_unique<cudnn::CudnnLenet>(options_, stream);
    const std::shared_ptr<const Dataset> dataset = random_dataset();
    const std::vector<std::int32_t> indices = first_images(options_.batch);
    std::vector<std::uint8_t> labels;
    for (const std::int32_t index : indices) labels.push_back(dataset->train.labels[static_cast<std::size_t>(index)]);
    network_->set_batch(cudnn::lenet_images(dataset->train, indices, normalisation), labels);
  }

  DeviceQueue* queue_;
  bool both_layouts_;
  cudnn::LenetOptions options_;
  std::unique_ptr<cudnn::CudnnLenet> network_;
};

struct Sequence {
  std::string kernel;              // as DeviceBench names it
  std::vector<std::string> calls;  // of CudnnLenet
};

std::vector<Sequence> sequences() {
  return {{"feature_extractor conv1", {"conv1", "pool1", "conv2", "pool2"}},
          {"classifier_step fc1",
           {"fc1", "fc2", "fc3", "softmax", "softmax gradient", "fc3 input gradient", "fc2 input gradient",
            "fc1 input gradient"}},
          {"linear_parameter_gradients fc3", {"fc3 parameter gradients"}},
          {"linear_parameter_gradients fc2", {"fc2 weight gradient"}},
          {"linear_parameter_gradients fc1", {"fc1 weight gradient"}},
          {"conv2d_max_pool2d_parameter_gradients conv2",
           {"pool2 gradient", "relu2 and bias gradients", "conv2 weight gradient"}},
          {"conv2d_max_pool2d_input_gradient conv2", {"conv2 input gradient"}},
          {"conv2d_max_pool2d_parameter_gradients conv1",
           {"pool1 gradient", "relu1 and bias gradients", "conv1 weight gradient"}}};
}

Subject subject(const std::string& group, const std::string& implementation, const RivalOptions& options,
                std::int64_t batch, std::function<double()> timed_call) {
  return {.group = group,
          .implementation = implementation + (options.allow_tf32 ? " tf32" : ""),
          .batch = batch,
          .call = {},
          .timed_call = std::move(timed_call)};
}

}  // namespace

std::vector<Subject> cudnn_steps(DeviceQueue& queue, const KernelProvider&, const std::vector<std::int64_t>& batches,
                                 const RivalOptions& options) {
  std::vector<Subject> subjects;
  for (const std::int64_t batch : batches) {
    const auto rival = std::make_shared<Rival>(queue, batch, options);
    const auto step = std::make_shared<RecordedStep>(), inference = std::make_shared<RecordedStep>();
    subjects.push_back(subject("training_step", "cudnn sgd", options, batch, [rival, step] {
      return rival->time(*step,
                         [](cudnn::CudnnLenet& network) { network.issue_step(static_cast<float>(learning_rate)); });
    }));
    subjects.push_back(subject("inference", "cudnn", options, batch, [rival, inference] {
      return rival->time(*inference, [](const cudnn::CudnnLenet& network) { network.issue_inference(); });
    }));
  }
  return subjects;
}

std::vector<Subject> cudnn_kernels(DeviceQueue& queue, const KernelProvider&, const std::vector<std::int64_t>& batches,
                                   const RivalOptions& options) {
  std::vector<Subject> subjects;
  for (const std::int64_t batch : batches) {
    const auto rival = std::make_shared<Rival>(queue, batch, options);
    for (const Sequence& sequence : sequences()) {
      const auto recorded = std::make_shared<RecordedStep>();
      subjects.push_back(subject(sequence.kernel, "cudnn", options, batch, [rival, recorded, calls = sequence.calls] {
        return rival->time(*recorded, [&](const cudnn::CudnnLenet& network) { network.issue_calls(calls); });
      }));
    }
  }
  return subjects;
}

}  // namespace nestwright::bench
