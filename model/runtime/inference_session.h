#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/data/dataset.h"
#include "model/runtime/program_pool.h"

namespace nestwright {

// How a network does on labelled images.
struct Evaluation {
  std::int64_t count = 0;
  double loss = 0.0;      // mean over the images; not finite where there are images without numbers
  double accuracy = 0.0;  // 0 to 1
  std::int64_t classes = 0;
  std::int64_t without_numbers =
      0;  // images whose logits or loss are NaN or infinite; what was predicted means nothing
  std::vector<std::int64_t> confusion;  // images by (predicted, label), predicted contiguous
};

// The evaluation of a network on `images`: `losses` holds each image's loss, which is not finite for an image without
// numbers, `predicted` the class that it was taken for.
Evaluation summarise(const LabelledImages& images, std::int64_t classes, const std::vector<float>& losses,
                     const std::vector<std::uint8_t>& predicted);

// Runs a network forward, without keeping what only training needs. Not to be called from several threads.
class InferenceSession {
 public:
  // `parameters` and the kernels must outlive it; it reads them at each call. `threads`: as for thread_count().
  InferenceSession(const Model& model, ImageSize size, Parameters& parameters, const Normalisation& normalisation,
                   const KernelProvider& provider, int threads = 0);

  // How the network does on `images`, which it takes in blocks of 16. The result does not depend on the number of
  // threads. Throws Error for images of another size, or for labels that the network has no class for.
  Evaluation evaluate(const LabelledImages& images);

  // The logits (image, class), class contiguous, of the images that `indices` names, into `logits`. Allocates only
  // when their number differs from the call before.
  void predict(const LabelledImages& images, std::span<const std::int32_t> indices, std::span<float> logits);

  std::int64_t classes() const { return classes_; }
  int threads() const { return threads_; }

 private:
  void plan_prediction(std::int32_t count);

  ImageSize size_;
  Normalisation normalisation_;
  int threads_;
  std::int64_t classes_;
  ProgramPool evaluation_;
  ProgramPool prediction_;
  std::vector<std::vector<Block>> plan_;    // [thread][block], of the last prediction
  std::int32_t planned_count_ = 0;          // images that plan_ is for
  std::vector<std::int32_t> failed_lanes_;  // [thread]: the lanes of its program that failed; 0: none failed
};

// Throws Error when there are no images, or they are not of `size`.
void check_images(const LabelledImages& images, ImageSize size);

// Throws Error when a label is none of `classes` classes.
void check_labels(const LabelledImages& images, std::int64_t classes);

// Throws Error when an index names no image, or there are none.
void check_indices(const LabelledImages& images, std::span<const std::int32_t> indices);

}  // namespace nestwright
