#include "bench/device_bench.h"

#include <fmt/format.h>

#include "bench/step_subjects.h"
#include "model/graph/models.h"
#include "ops/signature/call_size.h"

namespace nestwright::bench {
DeviceBench::DeviceBench(const KernelProvider& provider, const std::string& target)
    : dataset_(random_dataset()),
      session_(std::make_shared<DeviceSession>(find_model("lenet5"), *dataset_, normalisation, provider,
                                               DeviceTrainingOptions{.target = target})),
      timer_(std::make_shared<DeviceTimer>(*session_)) {}

std::vector<Subject> DeviceBench::steps(const std::vector<std::int64_t>& batches) const {
  std::vector<Subject> subjects;
  const auto add = [&](const char* group, const char* implementation, double flops_of_image, std::int64_t batch,
                       std::function<double()> timed) {
    subjects.push_back({.group = group,
                        .implementation = implementation,
                        .batch = batch,
                        .flops = flops_of_image * static_cast<double>(batch),
                        .call = {},
                        .timed_call = std::move(timed)});
  };
  for (const bool with_copies : {true, false}) {
    for (const std::int64_t batch : batches) {
      add("training_step", with_copies ? "nestwright" : "nestwright without copies", training_flops_of_an_image(),
          batch, [timer = timer_, session = session_, data = dataset_, indices = first_images(batch), with_copies] {
            return timer->time_step(indices, learning_rate, calls_of_time, with_copies);
          });
    }
  }
  for (const std::int64_t batch : batches) {
    add("inference", "nestwright", inference_flops_of_an_image(), batch,
        [timer = timer_, session = session_, data = dataset_, indices = first_images(batch)] {
          return timer->time_inference(indices, calls_of_time);
        });
  }
  return subjects;
}

std::vector<Subject> DeviceBench::kernels(const std::vector<std::int64_t>& batches) const {
  std::vector<Subject> subjects;
  if (batches.empty()) return subjects;
  const auto images = static_cast<std::size_t>(batches.front());
  const std::vector<Node>& nodes = session_->step_of(images).program.graph().nodes;
  for (const std::int64_t batch : batches) {
    const std::vector<std::int32_t> indices = first_images(batch);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const Node& node = nodes[i];
      const Signature& signature = find_signature(node.op);
      const double flops_of_image =
          static_cast<double>(signature.flops(node.shape)) / static_cast<double>(node.shape.at("lanes"));
      subjects.push_back({.group = fmt::format("{} {}", node.op, node.layer),
                          .implementation = "nestwright",
                          .batch = batch,
                          .flops = flops_of_image * static_cast<double>(batch),
                          .bytes = bytes_of_tensors(signature, node.shape, call_for_batch(node.shape, batch)),
                          .call = {},
                          .timed_call = [timer = timer_, session = session_, data = dataset_, indices, i] {
                            return timer->time_node(i, indices, calls_of_time);
                          }});
    }
  }
  return subjects;
}

}  // namespace nestwright::bench
