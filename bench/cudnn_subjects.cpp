#include "bench/cudnn_subjects.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "bench/device_bench.h"
#include "bench/device_timer.h"
#include "bench/random_images.h"
#include "bench/rivals/cudnn/cudnn_lenet.h"
#include "bench/rivals/cudnn/generated_update.h"

namespace nestwright::bench {
namespace {

// The libraries' network for one batch size, and Nestwright's update of its parameters. Each is made when it is first
// asked for.
class Rival {
 public:
  // Both must outlive it.
  Rival(DeviceQueue& queue, const KernelProvider& provider) : queue_(&queue), provider_(&provider) {}

  cudnn::CudnnLenet& network(std::int64_t batch, const RivalOptions& options,
                             const std::shared_ptr<const cudnn::Lanes>& lanes) {
    if (network_) return *network_;
    network_ = cudnn::make_lenet({.batch = batch, .allow_tf32 = options.allow_tf32}, lanes, options.both_layouts);
    const std::shared_ptr<const Dataset> dataset = random_dataset();
    const std::vector<std::int32_t> indices = first_images(batch);
    std::vector<std::uint8_t> labels;
    for (const std::int32_t index : indices) labels.push_back(dataset->train.labels[static_cast<std::size_t>(index)]);
    network_->set_batch(cudnn::lenet_images(dataset->train, indices, normalisation), labels);
    return *network_;
  }

  cudnn::GeneratedUpdate& adadelta() {
    if (!adadelta_) {
      adadelta_ = std::make_unique<cudnn::GeneratedUpdate>(
          optimizer_defaults("adadelta"), learning_rate, network_->parameter_vector(), network_->gradient_vector(),
          network_->parameter_count(), *provider_, queue_->cuda_stream());
    }
    return *adadelta_;
  }

 private:
  DeviceQueue* queue_;
  const KernelProvider* provider_;
  std::unique_ptr<cudnn::CudnnLenet> network_;
  std::unique_ptr<cudnn::GeneratedUpdate> adadelta_;
};

// The rivals of all batch sizes on one queue. The network that was made ready for steps serves single kernels, too.
class Rivals {
 public:
  Rivals(DeviceQueue& queue, const KernelProvider& provider, const RivalOptions& options)
      : queue_(&queue), provider_(&provider), options_(options) {}

  using Issue = std::function<void(cudnn::CudnnLenet& network, Rival& rival)>;
  // The device's seconds for what `issue` gives the stream to do at a batch size, once it is recorded.
  double time(std::int64_t batch, RecordedStep& recorded, const Issue& issue) {
    if (!lanes_) lanes_ = std::make_shared<const cudnn::Lanes>(queue_->cuda_stream());
    Rival& rival = rivals_.try_emplace(batch, *queue_, *provider_).first->second;
    cudnn::CudnnLenet& network = rival.network(batch, options_, lanes_);
    return time_recorded(
        *queue_, recorded, {}, [&] { issue(network, rival); }, calls_of_time);
  }

 private:
  DeviceQueue* queue_;
  const KernelProvider* provider_;
  RivalOptions options_;
  std::shared_ptr<const cudnn::Lanes> lanes_;
  std::map<std::int64_t, Rival> rivals_;  // by the batch
};

// The library calls that compute the same as a kernel of Nestwright's.
struct Sequence {
  std::string kernel;              // the kernel, as DeviceBench names it
  std::vector<std::string> calls;  // the names that CudnnLenet::issue_calls() takes
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
           {"relu2 gradient", "conv2 bias gradient", "pool2 gradient", "conv2 weight gradient"}},
          {"conv2d_max_pool2d_input_gradient conv2", {"conv2 input gradient"}},
          {"conv2d_max_pool2d_parameter_gradients conv1",
           {"relu1 gradient", "conv1 bias gradient", "pool1 gradient", "conv1 weight gradient"}}};
}

// Collects subjects, which share the rivals.
class Subjects {
 public:
  Subjects(DeviceQueue& queue, const KernelProvider& provider, const RivalOptions& options)
      : rivals_(std::make_shared<Rivals>(queue, provider, options)), suffix_(options.allow_tf32 ? " tf32" : "") {}

  void add(const std::string& group, const std::string& implementation, std::int64_t batch,
           const Rivals::Issue& issue) {
    const auto recorded = std::make_shared<RecordedStep>();
    all_.push_back(
        {.group = group,
         .implementation = implementation + suffix_,
         .batch = batch,
         .call = {},
         .timed_call = [rivals = rivals_, batch, recorded, issue] { return rivals->time(batch, *recorded, issue); }});
  }

  std::vector<Subject> take() { return std::move(all_); }

 private:
  std::shared_ptr<Rivals> rivals_;
  std::string suffix_;
  std::vector<Subject> all_;
};

void add_steps(Subjects& subjects, const std::vector<std::int64_t>& batches) {
  for (const std::int64_t batch : batches) {
    subjects.add("training_step", "cudnn sgd", batch,
                 [](cudnn::CudnnLenet& network, Rival&) { network.issue_step(static_cast<float>(learning_rate)); });
    subjects.add("training_step", "cudnn adadelta", batch, [](const cudnn::CudnnLenet& network, Rival& rival) {
      network.issue_gradients();
      rival.adadelta().issue();
    });
    subjects.add("inference", "cudnn", batch,
                 [](const cudnn::CudnnLenet& network, Rival&) { network.issue_inference(); });
  }
}

void add_kernels(Subjects& subjects, const std::vector<std::int64_t>& batches) {
  for (const std::int64_t batch : batches) {
    for (const Sequence& sequence : sequences()) {
      subjects.add(sequence.kernel, "cudnn", batch,
                   [calls = sequence.calls](const cudnn::CudnnLenet& network, Rival&) { network.issue_calls(calls); });
    }
  }
}

}  // namespace

std::vector<Subject> cudnn_lenet_subjects(DeviceQueue& queue, const KernelProvider& provider,
                                          const std::vector<std::int64_t>& step_batches,
                                          const std::vector<std::int64_t>& kernel_batches,
                                          const RivalOptions& options) {
  Subjects subjects(queue, provider, options);
  add_steps(subjects, step_batches);
  add_kernels(subjects, kernel_batches);
  return subjects.take();
}

}  // namespace nestwright::bench
