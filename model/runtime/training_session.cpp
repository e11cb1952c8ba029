#include "model/runtime/training_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "generators/kernel_interface/kernel_error.h"
#include "model/runtime/thread_count.h"
#include "model/runtime/work_team.h"
#include "support/error.h"

namespace nestwright {
namespace {

ImageSize image_size(const Dataset& dataset) { return {.width = dataset.train.width, .height = dataset.train.height}; }

void require_same(const std::filesystem::path& path, const char* what, const std::string& found,
                  const std::string& wanted) {
  if (found != wanted) throw Error(path.string(), fmt::format("its {} is {}, not {}", what, found, wanted));
}

std::string text_of(const Normalisation& normalisation) {
  return fmt::format("mean {}, deviation {}", normalisation.mean, normalisation.deviation);
}

}  // namespace

void require_same_training(const std::filesystem::path& path, const Checkpoint& checkpoint, const Model& model,
                           const OptimizerOptions& optimizer, std::uint64_t seed, const Normalisation& normalisation) {
  require_same(path, "model", checkpoint.model, model.name);
  require_same(path, "optimizer", checkpoint.optimizer, optimizer.name);
  require_same(path, "seed", fmt::format("{}", checkpoint.seed), fmt::format("{}", seed));
  require_same(path, "normalisation", text_of(checkpoint.normalisation), text_of(normalisation));
}

TrainingSession::TrainingSession(const Model& model, const Dataset& dataset, const Normalisation& normalisation,
                                 const KernelProvider& provider, TrainingOptions options)
    : model_(model),
      dataset_(&dataset),
      normalisation_(normalisation),
      options_(std::move(options)),
      threads_(thread_count(options_.threads)),
      parameters_(model, image_size(dataset), options_.seed),
      group_limit_(options_.deterministic ? deterministic_groups : threads_),
      gradients_(static_cast<std::size_t>(group_limit_ * parameters_.layout.size)),
      zeros_(static_cast<std::size_t>(parameters_.layout.size)),
      optimizer_(options_.optimizer, parameters_, gradients_.values().data(), threads_, provider),
      programs_(model, image_size(dataset), Purpose::training, provider, parameters_, threads_),
      inference_(model, image_size(dataset), parameters_, normalisation, provider, threads_),
      failed_lanes_(static_cast<std::size_t>(threads_)) {
  check_images(dataset.train, image_size(dataset));
  check_labels(dataset.train, inference_.classes());
  programs_.bind_images(dataset.train, normalisation);
}

void TrainingSession::plan_for(std::span<const std::int32_t> indices) {
  check_indices(dataset_->train, indices);
  if (indices.size() == planned_count_) return;
  BatchPlan plan =
      plan_batch(static_cast<std::int32_t>(indices.size()), threads_, options_.deterministic, options_.lane_costs);
  programs_.prepare(plan);
  losses_.clear();
  for (const std::vector<Block>& blocks : plan) losses_.emplace_back(blocks.size());
  plan_ = std::move(plan);
  planned_count_ = indices.size();
}

std::span<float> TrainingSession::gradients_of(std::size_t group) {
  const auto size = static_cast<std::size_t>(parameters_.layout.size);
  return gradients_.values().subspan(group * size, size);
}

bool TrainingSession::accumulate_block(std::span<const std::int32_t> indices, int worker, std::size_t group,
                                       std::size_t block_index) {
  const Block& block = plan_[group][block_index];
  Program& program = programs_.at(worker, block.lanes);
  float* const gradients = gradients_of(group).data();
  program.bind_gradients(block_index == 0 ? zeros_.values().data() : gradients, gradients);
  program.load_block(indices, block);
  program.set_loss_scale(1.0F / static_cast<float>(indices.size()));
  if (!program.run()) return false;
  double sum = 0.0;
  for (std::int32_t lane = 0; lane < block.count; ++lane) sum += program.loss()[lane];
  losses_[group][block_index] = sum;
  return true;
}

void TrainingSession::accumulate(std::span<const std::int32_t> indices, std::size_t group, int worker) noexcept {
  std::int32_t& failed = failed_lanes_[static_cast<std::size_t>(worker)];
  // A program that failed keeps what went wrong.
  for (std::size_t block = 0; block < plan_[group].size() && failed == 0; ++block) {
    if (accumulate_block(indices, worker, group, block)) continue;
    failed = plan_[group][block].lanes;
    has_failed_ = true;
  }
}

void TrainingSession::update(int slice) noexcept {
  if (const int code = optimizer_.update(slice); code != 0) {
    optimizer_failure_ = code;
    has_failed_ = true;
  }
}

void TrainingSession::throw_if_failed() {
  if (!has_failed_.exchange(false)) return;
  const std::vector<std::int32_t> failed =
      std::exchange(failed_lanes_, std::vector<std::int32_t>(failed_lanes_.size()));
  programs_.throw_failure(failed);
  throw Error(model_.name, fmt::format("kernel {} failed with code {}: {}", to_string(optimizer_.kernel().key),
                                       optimizer_failure_.exchange(0), take_kernel_error()));
}

double TrainingSession::loss_sum() const {
  double sum = 0.0;
  for (const std::vector<double>& blocks : losses_) {
    for (const double loss : blocks) sum += loss;
  }
  return sum;
}

double TrainingSession::step(std::span<const std::int32_t> indices, double learning_rate) {
  plan_for(indices);
  optimizer_.begin_step(learning_rate, ++steps_done_, static_cast<int>(plan_.size()));
  const auto groups = static_cast<int>(plan_.size());
  const auto add_up = [&](int group, int worker) { accumulate(indices, static_cast<std::size_t>(group), worker); };
  share_work(threads_, groups, add_up);
  // Where one thread has all the gradients, sharing out the update would cost more than it saves.
  if (!has_failed_) share_work(groups == 1 ? 1 : threads_, threads_, [&](int slice, int) { update(slice); });
  throw_if_failed();
  return loss_sum();
}

LossAndGradients TrainingSession::loss_and_gradients(std::span<const std::int32_t> indices) {
  plan_for(indices);
  share_work(threads_, static_cast<int>(plan_.size()),
             [&](int group, int worker) { accumulate(indices, static_cast<std::size_t>(group), worker); });
  throw_if_failed();
  const std::span<float> total = gradients_of(0);
  for (std::size_t group = 1; group < plan_.size(); ++group) {
    std::ranges::transform(total, gradients_of(group), total.begin(), std::plus<>());
  }
  LossAndGradients result = {.loss = loss_sum() / static_cast<double>(indices.size()),
                             .gradients = named_tensors(parameters_.layout, total)};
  return result;
}

TestResult TrainingSession::test() {
  const Evaluation evaluation = inference_.evaluate(dataset_->test);
  return {.loss = evaluation.loss, .accuracy = evaluation.accuracy};
}

void TrainingSession::set_parameters(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors) {
  assign_tensors(parameters_.layout, parameters_.values.values(), path, tensors);
}

void TrainingSession::save(Checkpoint& checkpoint) const {
  checkpoint.model = model_.name;
  checkpoint.optimizer = options_.optimizer.name;
  checkpoint.seed = options_.seed;
  checkpoint.normalisation = normalisation_;
  checkpoint.parameters = parameters_.tensors();
  checkpoint.optimizer_state = optimizer_.state();
}

void TrainingSession::restore(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  require_same_training(path, checkpoint, model_, options_.optimizer, options_.seed, normalisation_);
  // All is checked before anything changes.
  match_tensors(path, parameters_.tensors(), checkpoint.parameters);
  optimizer_.set_state(path, checkpoint.optimizer_state);
  set_parameters(path, checkpoint.parameters);
  steps_done_ = checkpoint.progress.total_steps;
}

MemoryReport TrainingSession::memory() {
  const MemoryPlan& plan = programs_.memory_plan(usual_lanes);
  return {.planned = plan.planned_bytes,
          .sum_of_all = plan.sum_of_all,
          .workers = threads_,
          .parameters = parameters_.values.values().size_bytes(),
          .partial_gradients = gradients_.values().size_bytes(),
          .optimizer_state = optimizer_.state_bytes()};
}

}  // namespace nestwright
