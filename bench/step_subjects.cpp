#include "bench/step_subjects.h"

#include <numeric>
#include <random>

#include "model/graph/network_graph.h"
#include "model/runtime/inference_session.h"
#include "model/runtime/training_session.h"

namespace nestwright::bench {
namespace {

constexpr std::int64_t image_count = 4096;
constexpr ImageSize image_size = {28, 28};
constexpr Normalisation normalisation = {.mean = 0.1307F, .deviation = 0.3081F};

std::shared_ptr<const Dataset> random_dataset() {
  auto dataset = std::make_shared<Dataset>();
  dataset->name = "random pixels";
  std::mt19937 random(1);
  for (LabelledImages* images : {&dataset->train, &dataset->test}) {
    images->count = image_count;
    images->width = images->height = 28;
    images->pixels.resize(static_cast<std::size_t>(image_count * 28 * 28));
    images->labels.resize(static_cast<std::size_t>(image_count));
    for (std::uint8_t& pixel : images->pixels) pixel = static_cast<std::uint8_t>(random() & 255U);
    for (std::uint8_t& label : images->labels) label = static_cast<std::uint8_t>(random() % 10U);
  }
  return dataset;
}

std::vector<std::int32_t> first_images(std::int64_t count) {
  std::vector<std::int32_t> indices(static_cast<std::size_t>(count));
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

double flops_of_an_image(Purpose purpose) {
  constexpr std::int64_t lanes = 16;
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
  std::vector<Subject> subjects;
  for (const std::int64_t batch : batches) {
    const std::vector<std::int32_t> indices = first_images(batch);
    TrainingOptions options;
    options.threads = threads;
    const auto session =
        std::make_shared<TrainingSession>(find_model("lenet5"), *dataset_, normalisation, *provider_, options);
    // A small learning rate: random labels are nothing to learn.
    subjects.push_back({.group = "training_step",
                        .implementation = "nestwright",
                        .batch = batch,
                        .threads = threads,
                        .flops = training_flops_of_an_image() * static_cast<double>(batch),
                        .call = [session, indices, data = dataset_] { session->step(indices, 1e-4); }});
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
    const auto logits = std::make_shared<std::vector<float>>(static_cast<std::size_t>(batch * 10));
    subjects.push_back({.group = "inference",
                        .implementation = "nestwright",
                        .batch = batch,
                        .threads = threads,
                        .flops = inference_flops_of_an_image() * static_cast<double>(batch),
                        .call = [inference, logits, indices, data = dataset_] {
                          inference->session.predict(data->train, indices, *logits);
                        }});
  }
  return subjects;
}

}  // namespace nestwright::bench
