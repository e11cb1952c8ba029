#include "model/runtime/inference_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "model/runtime/thread_count.h"
#include "model/runtime/work_team.h"
#include "support/error.h"

namespace nestwright {
namespace {

constexpr std::int32_t evaluation_lanes = usual_lanes;

std::vector<std::int32_t> all_indices(std::int64_t count) {
  std::vector<std::int32_t> indices(static_cast<std::size_t>(count));
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

// Copies the logits of a block's images from (lane, class) to (image, class), class contiguous.
void copy_logits(const float* from, const Block& block, std::int64_t classes, std::span<float> to) {
  float* image = to.data() + block.first * classes;
  for (std::int32_t lane = 0; lane < block.count; ++lane) {
    for (std::int64_t c = 0; c < classes; ++c) *image++ = from[c * block.lanes + lane];
  }
}

// Copies a block's losses to those of all images. The kernels may take anything for a loss where logits are NaN or
// infinite, so such an image's is NaN.
void copy_losses(const Program& program, const Block& block, std::int64_t classes, std::vector<float>& losses) {
  for (std::int32_t lane = 0; lane < block.count; ++lane) {
    bool is_number = true;
    for (std::int64_t c = 0; c < classes; ++c) {
      is_number = is_number && std::isfinite(program.logits()[c * block.lanes + lane]);
    }
    losses[static_cast<std::size_t>(block.first + lane)] =
        is_number ? program.loss()[lane] : std::numeric_limits<float>::quiet_NaN();
  }
}

}  // namespace

Evaluation summarise(const LabelledImages& images, std::int64_t classes, const std::vector<float>& losses,
                     const std::vector<std::uint8_t>& predicted) {
  Evaluation evaluation = {.count = images.count, .classes = classes};
  evaluation.confusion.resize(static_cast<std::size_t>(classes * classes));
  std::int64_t correct = 0;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    evaluation.loss += losses[i];
    evaluation.without_numbers += std::isfinite(losses[i]) ? 0 : 1;
    correct += images.labels[i] == predicted[i];
    ++evaluation.confusion[images.labels[i] * static_cast<std::size_t>(classes) + predicted[i]];
  }
  evaluation.loss /= static_cast<double>(images.count);
  evaluation.accuracy = static_cast<double>(correct) / static_cast<double>(images.count);
  return evaluation;
}

void check_images(const LabelledImages& images, ImageSize size) {
  if (images.count < 1) throw Error("images", "there are none");
  if (images.width == size.width && images.height == size.height) return;
  throw Error("images", fmt::format("are {}x{}; the network was made for {}x{}", images.width, images.height,
                                    size.width, size.height));
}

void check_labels(const LabelledImages& images, std::int64_t classes) {
  const std::uint8_t largest = *std::ranges::max_element(images.labels);
  if (largest < classes) return;
  throw Error("images",
              fmt::format("have a label {}; the network's {} classes are 0 to {}", largest, classes, classes - 1));
}

void check_indices(const LabelledImages& images, std::span<const std::int32_t> indices) {
  if (indices.empty()) throw Error("images", "a batch has at least one");
  const auto wrong = std::ranges::find_if(indices, [&](std::int32_t i) { return i < 0 || i >= images.count; });
  if (wrong == indices.end()) return;
  throw Error("images", fmt::format("there is no image {} among {}", *wrong, images.count));
}

InferenceSession::InferenceSession(const Model& model, ImageSize size, Parameters& parameters,
                                   const Normalisation& normalisation, const KernelProvider& provider, int threads)
    : size_(size),
      normalisation_(normalisation),
      threads_(thread_count(threads)),
      classes_(class_count(model, size)),
      evaluation_(model, size, Purpose::evaluation, provider, parameters, threads_),
      prediction_(model, size, Purpose::prediction, provider, parameters, threads_),
      failed_lanes_(static_cast<std::size_t>(threads_)) {}

Evaluation InferenceSession::evaluate(const LabelledImages& images) {
  check_images(images, size_);
  check_labels(images, classes_);
  evaluation_.prepare(evaluation_lanes);
  evaluation_.bind_images(images, normalisation_);
  const std::vector<std::int32_t> indices = all_indices(images.count);
  const auto count = static_cast<std::int32_t>(images.count);
  const std::int32_t blocks = (count + evaluation_lanes - 1) / evaluation_lanes;
  std::vector<float> losses(indices.size());
  std::vector<std::uint8_t> predicted(indices.size());
  std::ranges::fill(failed_lanes_, 0);
  share_work(threads_, blocks, [&](int part, int worker) {
    Program& program = evaluation_.at(worker, evaluation_lanes);
    const std::int32_t first = part * evaluation_lanes;
    const Block block = {.lanes = evaluation_lanes, .first = first, .count = std::min(evaluation_lanes, count - first)};
    program.load_block(indices, block);
    // A program that failed keeps what went wrong.
    std::int32_t& failed = failed_lanes_[static_cast<std::size_t>(worker)];
    if (failed == 0 && !program.run()) failed = evaluation_lanes;
    if (failed != 0) return;
    copy_losses(program, block, classes_, losses);
    std::copy_n(program.predicted(), block.count, predicted.begin() + first);
  });
  evaluation_.throw_failure(failed_lanes_);
  return summarise(images, classes_, losses, predicted);
}

void InferenceSession::plan_prediction(std::int32_t count) {
  if (count == planned_count_) return;
  std::vector<std::vector<Block>> plan = spread_blocks(count, threads_, default_lane_costs());
  prediction_.prepare(plan);
  plan_ = std::move(plan);
  planned_count_ = count;
}

void InferenceSession::predict(const LabelledImages& images, std::span<const std::int32_t> indices,
                               std::span<float> logits) {
  check_images(images, size_);
  check_indices(images, indices);
  plan_prediction(static_cast<std::int32_t>(indices.size()));
  prediction_.bind_images(images, normalisation_);
  if (logits.size() != indices.size() * static_cast<std::size_t>(classes_)) {
    throw Error("predict", fmt::format("{} logits are asked for; {} images have {}", logits.size(), indices.size(),
                                       indices.size() * static_cast<std::size_t>(classes_)));
  }
  std::ranges::fill(failed_lanes_, 0);
  share_work(threads_, static_cast<int>(plan_.size()), [&](int part, int) {
    const auto index = static_cast<std::size_t>(part);
    for (const Block& block : plan_[index]) {
      Program& program = prediction_.at(part, block.lanes);
      program.load_block(indices, block);
      if (!program.run()) {
        failed_lanes_[index] = block.lanes;
        return;
      }
      copy_logits(program.logits(), block, classes_, logits);
    }
  });
  prediction_.throw_failure(failed_lanes_);
}

}  // namespace nestwright
