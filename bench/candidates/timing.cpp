#include "bench/candidates/timing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "bench/device_timer.h"
#include "bench/random_images.h"
#include "generators/kernel_interface/cuda_registers.h"
#include "model/device/device_session.h"
#include "model/graph/models.h"
#include "support/error.h"
#include "support/timing.h"

namespace nestwright::bench {
namespace {

// Launches of a sample, which are recorded as one graph: the clock's resolution, half a microsecond, is then small
// beside a sample.
constexpr int launches = 20;
constexpr int samples = 5;  // of each batch size; their median counts

// How far a candidate's results may be from those of the schedule that ships: an image's loss absolutely, a gradient's
// norm relatively. They are the tolerances of the tests that compare a device with a processor
// (tests/gpu/session_test.cpp). Schedules may add in different orders, so losses differ by some roundings. A gradient
// may differ by more: where two pixels of a pooling window are almost equal, a rounding decides which of them gets the
// gradient, and an image has some 6000 such pixels.
constexpr double loss_tolerance = 1e-5, gradient_tolerance = 2e-2;

// Gives one kernel of its own, and those of another provider for everything else.
class WithOneKernel : public KernelProvider {
 public:
  WithOneKernel(const KernelProvider& others, Kernel kernel) : others_(&others), kernel_(std::move(kernel)) {}

  const Kernel& find(const std::string& op, const Shape& shape, const std::string& target) const override {
    return is_ours(op, shape, target) ? kernel_ : others_->find(op, shape, target);
  }
  bool can_run(const std::string& op, const Shape& shape, const std::string& target) const override {
    return is_ours(op, shape, target) || others_->can_run(op, shape, target);
  }
  const halide_device_interface_t* device(const std::string& target) const override { return others_->device(target); }
  void use_cuda(const CudaHandlers& handlers) const override { others_->use_cuda(handlers); }

 private:
  bool is_ours(const std::string& op, const Shape& shape, const std::string& target) const {
    return op == kernel_.key.op && shape == kernel_.key.shape && target == kernel_.key.target;
  }

  const KernelProvider* others_;
  Kernel kernel_;
};

DeviceSession session_of(const KernelProvider& provider, const Dataset& dataset) {
  return {find_model("lenet5"), dataset, normalisation, provider, {.target = "cuda"}};
}

// The index of the node of a training step that the kernel with this key computes. Throws Error where there is none.
std::size_t node_of(DeviceSession& session, std::int64_t batch, const tune::RecordKey& key) {
  const std::vector<Node>& nodes = session.step_of(static_cast<std::size_t>(batch)).program.graph().nodes;
  const auto node = std::ranges::find_if(
      nodes, [&](const Node& each) { return each.op == key.op && each.shape.text() == key.shape; });
  if (node == nodes.end()) {
    throw Error("candidates", fmt::format("lenet5 has no {} [{}] in a step; choose them again", key.op, key.shape));
  }
  return static_cast<std::size_t>(node - nodes.begin());
}

// The Euclidean norm of a - b; of `a` where `b` is null.
double norm_of_difference(const std::vector<float>& a, const std::vector<float>* b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = static_cast<double>(a[i]) - (b == nullptr ? 0.0 : static_cast<double>((*b)[i]));
    sum += difference * difference;
  }
  return std::sqrt(sum);
}

}  // namespace

struct CandidateTimer::Results {
  double loss = 0.0;  // the mean over the batch's images
  std::vector<NamedTensor> gradients;

  // How these results are further from `expected` than is allowed; empty where they are not.
  std::string complaint(const Results& expected) const {
    if (!(std::abs(loss - expected.loss) <= loss_tolerance)) {
      return fmt::format("the loss is {:.7g} where it is {:.7g}", loss, expected.loss);
    }
    for (std::size_t t = 0; t < gradients.size(); ++t) {
      const double size = norm_of_difference(expected.gradients[t].values, nullptr);
      const double difference = norm_of_difference(gradients[t].values, &expected.gradients[t].values);
      if (!(difference <= gradient_tolerance * size)) {
        return fmt::format("the gradient of {} is {:.3g} away from one of {:.3g}", gradients[t].name, difference, size);
      }
    }
    return "";
  }
};

CandidateTimer::CandidateTimer(const KernelProvider& provider, const CompiledCandidates& compiled,
                               const CandidateTable& table, std::vector<std::int64_t> batches)
    : provider_(&provider),
      compiled_(&compiled),
      table_(&table),
      batches_(std::move(batches)),
      dataset_(random_dataset()) {}

CandidateTimer::~CandidateTimer() = default;

std::vector<Timing> CandidateTimer::time(std::size_t index) {
  const Candidate& candidate = table_->candidates.at(index);
  const Kernel kernel = {.key = {.op = table_->key.op,
                                 .algorithm = table_->key.algorithm,
                                 .shape = Shape::parse(table_->key.shape),
                                 .target = "cuda",
                                 .schedule = candidate.function},
                         .parameters = {},
                         .cuda_registers = candidate.cuda_registers,
                         .call = with_cuda_registers(compiled_->functions.at(index), candidate.cuda_registers)};
  return timed(WithOneKernel(*provider_, kernel));
}

std::vector<Timing> CandidateTimer::timed(const KernelProvider& provider) {
  std::vector<Timing> timings;
  for (const std::int64_t batch : batches_) timings.push_back({.batch = batch});
  const bool is_first = expected_.empty();
  std::size_t i = 0;
  try {
    DeviceSession session = session_of(provider, *dataset_);
    DeviceTimer timer(session);
    const std::size_t node = node_of(session, batches_.at(0), table_->key);
    for (; i < batches_.size(); ++i) {
      const std::vector<std::int32_t> indices = first_images(batches_[i]);
      const double loss = session.step(indices, 0.0) / static_cast<double>(batches_[i]);
      const Results results = {.loss = loss, .gradients = session.gradients()};
      if (is_first) expected_.push_back(results);
      timings[i].complaint = results.complaint(expected_.at(i));
      if (!timings[i].is_right()) continue;
      std::vector<double> seconds(samples);
      for (double& each : seconds) each = timer.time_node(node, indices, launches);
      timings[i].seconds = median_of(seconds);
    }
  } catch (const Error& error) {
    for (; i < batches_.size(); ++i) timings[i].complaint = error.what();
  }
  return timings;
}

bool CandidateTimer::has_device() const {
  try {
    DeviceSession session = session_of(*provider_, *dataset_);
    session.step(first_images(batches_.at(0)), 0.0);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace nestwright::bench
