#include "bench/step_subjects.h"

#include "bench/random_images.h"
#include "model/graph/network_graph.h"
#include "model/runtime/inference_session.h"
#include "model/runtime/training_session.h"

namespace nestwright::bench {
namespace {

double flops_of_an_image(Purpose purpose) {
  constexpr std::int64_t lanes = 16;  // images of the graph's block; the quotient is the same for any number of them
  double flops = 0.0;
  for (const Node& node : network_graph(find_model("lenet5"), image_size, lanes, purpose).nodes) {
    if (node.op.starts_with("conv2d") || node.op.starts_with("linear")) {
      if (node.op.find("bias_gradient") != std::string::npos) continue;
      flops += static_cast<double>(find_signature(node.op).flops(node.shape));
    }
  }
  return flops / lanes;
}

}  // namespace

double training_flops_of_an_image() { return flops_of_an_image(Purpose::training); }
double inference_flops_of_an_image() { return flops_of_an_image(Purpose::prediction); }

StepBench::StepBench(const KernelProvider& provider) : provider_(&provider), dataset_(random_dataset()) {}

std::vector<Subject> StepBench::subjects(const std::vector<std::int64_t>& batches, int threads) const {
  std::vector<Subject> made;
  for (const std::int64_t batch : batches) {
    const std::vector<std::int32_t> indices = first_images(batch);
    TrainingOptions options;
    options.threads = threads;
    const auto session =
        std::make_shared<TrainingSession>(find_model("lenet5"), *dataset_, normalisation, *provider_, options);
    made.push_back({.group = "training_step",
                    .implementation = "nestwright",
                    .batch = batch,
                    .threads = threads,
                    .flops = training_flops_of_an_image() * static_cast<double>(batch),
                    .call = [session, indices, data = dataset_] { session->step(indices, learning_rate); }});
  }
  for (const std::int64_t batch : batches) {
    const std::vector<std::int32_t> indices = first_images(batch);
    struct Inference {
      explicit Inference(const KernelProvider& provider, int threads)
          : session(find_model("lenet5"), image_size, parameters, normalisation, provider, threads) {}
      Parameters parameters{find_model("lenet5"), image_size, 1};
      InferenceSession session;
    };
    const auto inference = std::make_shared<Inference>(*provider_, threads);
    const auto logits = std::make_shared<std::vector<float>>(static_cast<std::size_t>(batch * class_count));
    made.push_back({.group = "inference",
                    .implementation = "nestwright",
                    .batch = batch,
                    .threads = threads,
                    .flops = inference_flops_of_an_image() * static_cast<double>(batch),
                    .call = [inference, logits, indices, data = dataset_] {
                      inference->session.predict(data->train, indices, *logits);
                    }});
  }
  return made;
}

}  // namespace nestwright::bench
