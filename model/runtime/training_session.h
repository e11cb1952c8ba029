#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "model/checkpoint/checkpoint.h"
#include "model/data/dataset.h"
#include "model/runtime/batch_plan.h"
#include "model/runtime/inference_session.h"
#include "model/runtime/optimizer.h"
#include "model/runtime/program_pool.h"
#include "model/runtime/session.h"

namespace nestwright {

struct TrainingOptions {
  OptimizerOptions optimizer = optimizer_defaults("adadelta");
  std::uint64_t seed = 1;
  int threads = 0;             // as for thread_count()
  bool deterministic = false;  // the same weights for any number of threads
  std::vector<LaneCost> lane_costs = default_lane_costs();
};

// The mean loss of a batch, and its gradients.
struct LossAndGradients {
  double loss = 0.0;
  std::vector<NamedTensor> gradients;
};

// Throws Error (where: `path`) that says what differs when the checkpoint is of another model, optimiser, seed or
// normalisation.
void require_same_training(const std::filesystem::path& path, const Checkpoint& checkpoint, const Model& model,
                           const OptimizerOptions& optimizer, std::uint64_t seed, const Normalisation& normalisation);

// A network in training: its weights, its optimiser, its kernels and the threads that run them.
//
// The same model, data, options and number of threads give the same weights to the last bit; with
// TrainingOptions::deterministic, whatever the number of threads.
class TrainingSession : public Session {
 public:
  // The data set and the kernels must outlive it. Throws Error for a model that makes no sense on the data, for
  // wrong options, or where a kernel is missing.
  TrainingSession(const Model& model, const Dataset& dataset, const Normalisation& normalisation,
                  const KernelProvider& provider, TrainingOptions options = {});

  // Allocates only when the batch size differs from the step's before. Throws Error when a kernel fails; the weights
  // are then of no use.
  double step(std::span<const std::int32_t> indices, double learning_rate) override;
  TestResult test() override;

  // How the network does on any images of the training set's size, at the current weights.
  Evaluation evaluate(const LabelledImages& images) { return inference_.evaluate(images); }

  // The mean loss of the training images `indices`, and its gradients, at the current weights, which stay as they are.
  LossAndGradients loss_and_gradients(std::span<const std::int32_t> indices);

  const Parameters& parameters() const { return parameters_; }
  // Replaces the weights. Throws Error (where: `path`) unless the tensors are the model's.
  void set_parameters(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors);

  void save(Checkpoint& checkpoint) const override;
  void restore(const std::filesystem::path& path, const Checkpoint& checkpoint) override;

  int threads() const { return threads_; }
  MemoryReport memory() override;

 private:
  void plan_for(std::span<const std::int32_t> indices);
  void accumulate(std::span<const std::int32_t> indices, std::size_t group, int worker) noexcept;
  bool accumulate_block(std::span<const std::int32_t> indices, int worker, std::size_t group, std::size_t block);
  void update(int slice) noexcept;
  void throw_if_failed();
  double loss_sum() const;
  std::span<float> gradients_of(std::size_t group);

  Model model_;
  const Dataset* dataset_;
  Normalisation normalisation_;
  TrainingOptions options_;
  int threads_;
  Parameters parameters_;
  int group_limit_;
  AlignedFloats gradients_;  // (parameter, group)
  // A vector of zeros, to which a group's first block adds its gradients. To clear the gradients instead would cost
  // more than its own time: they would end up in the cache of the thread that clears them, not of the one that uses
  // them.
  const AlignedFloats zeros_;
  Optimizer optimizer_;
  ProgramPool programs_;
  InferenceSession inference_;

  BatchPlan plan_;
  std::size_t planned_count_ = 0;
  std::vector<std::vector<double>> losses_;  // [group][block], of the last step
  std::vector<std::int32_t> failed_lanes_;   // [worker]: the lanes of its program that failed; 0: none failed
  std::atomic<int> optimizer_failure_ = 0;
  std::atomic<bool> has_failed_ = false;
  std::int64_t steps_done_ = 0;
};

}  // namespace nestwright
