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
#include "model/training/learner.h"

namespace nestwright {

struct ThreadTeam;

struct TrainingOptions {
  OptimizerOptions optimizer = optimizer_defaults("adadelta");
  std::uint64_t seed = 1;
  int threads = 0;             // 0: all that OpenMP has
  bool deterministic = false;  // the same weights for any number of threads
  std::vector<LaneCost> lane_costs = default_lane_costs();
};

// Bytes that a session holds, without the data set.
struct MemoryReport {
  std::size_t planned = 0;     // a worker's activations and gradients of a block of 16, by the memory plan
  std::size_t sum_of_all = 0;  // what they would take without sharing
  int workers = 0;
  std::size_t parameters = 0;
  std::size_t partial_gradients = 0;  // of all groups
  std::size_t optimizer_state = 0;
};

// The mean loss of a batch, and its gradients.
struct LossAndGradients {
  double loss = 0.0;
  std::vector<NamedTensor> gradients;
};

// A network in training: its weights, its optimiser, its kernels and the threads that run them.
//
// The same model, data, options and number of threads give the same weights to the last bit; with
// TrainingOptions::deterministic, whatever the number of threads.
class TrainingSession : public Learner {
 public:
  // The data set and the kernels must outlive it. Throws Error for a model that makes no sense on the data, for
  // wrong options, or where a kernel is missing.
  TrainingSession(const Model& model, const Dataset& dataset, const Normalisation& normalisation,
                  const KernelProvider& provider, TrainingOptions options = {});

  // Allocates only when the batch size differs from the step's before. Throws Error when a kernel fails; the weights
  // are then of no use.
  double step(std::span<const std::int32_t> indices, double learning_rate) override;
  TestResult test() override;

  // On any images.
  Evaluation evaluate(const LabelledImages& images) { return inference_.evaluate(images); }

  // Of the training images `indices`, at the current weights, which stay as they are.
  LossAndGradients loss_and_gradients(std::span<const std::int32_t> indices);

  const Parameters& parameters() const { return parameters_; }
  // Replaces the weights. Throws Error (where: `path`) unless the tensors are the model's.
  void set_parameters(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors);

  // Fills in what the session knows of a checkpoint: model, optimiser, seed, normalisation and tensors.
  void save(Checkpoint& checkpoint) const;
  // Takes up where the checkpoint left off. Throws Error (where: `path`) that says what differs when it is of another
  // model, optimiser, seed or normalisation.
  void restore(const std::filesystem::path& path, const Checkpoint& checkpoint);

  int threads() const { return threads_; }
  MemoryReport memory();

 private:
  void plan_for(std::span<const std::int32_t> indices);
  void accumulate(std::span<const std::int32_t> indices, const ThreadTeam& team) noexcept;
  bool accumulate_block(std::span<const std::int32_t> indices, int thread, std::size_t group, std::size_t block);
  void update(const ThreadTeam& team) noexcept;
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
  // What a group's first block adds to. Clearing the gradients instead would cost more than the time that it takes:
  // a thread's gradients would go through the cache of whoever clears them.
  const AlignedFloats zeros_;
  Optimizer optimizer_;
  ProgramPool programs_;
  InferenceSession inference_;

  BatchPlan plan_;
  std::size_t planned_count_ = 0;
  std::vector<std::vector<double>> losses_;  // [group][block], of the last step
  std::vector<std::int32_t> failed_lanes_;   // by thread; 0: none failed
  std::atomic<int> optimizer_failure_ = 0;
  std::atomic<bool> has_failed_ = false;
  std::int64_t steps_done_ = 0;
};

}  // namespace nestwright
