#pragma once

#include <cstdint>

#include "model/graph/graph.h"
#include "model/graph/models.h"

namespace nestwright {

// The size of the data set's images in pixels, before padding.
struct ImageSize {
  std::int64_t width = 28;
  std::int64_t height = 28;

  friend bool operator==(const ImageSize&, const ImageSize&) = default;
};

// Names of the tensors that a caller fills in or reads.
namespace tensor_name {
inline constexpr const char* images = "images";            // (x, y, image) uint8
inline constexpr const char* indices = "indices";          // (lane) int32: which image; negative: none
inline constexpr const char* pixel_mean = "pixel_mean";    // scalar: 255 * Normalisation::mean
inline constexpr const char* pixel_scale = "pixel_scale";  // scalar: 1 / (255 * Normalisation::deviation)
inline constexpr const char* labels = "labels";            // (lane) uint8; 255: none
inline constexpr const char* loss_scale = "loss_scale";    // scalar: the weight of an image's loss, 1 / batch size
inline constexpr const char* logits = "logits";            // (lane, class)
inline constexpr const char* loss = "loss";                // (lane)
inline constexpr const char* predicted = "predicted";      // (lane) uint8
inline constexpr const char* correct = "correct";          // (lane) uint8
}  // namespace tensor_name

// The network on a block of `lanes` images, from the data set's pixels to "logits". Parameters are called as PyTorch
// would: conv1.weight, conv1.bias, ..., fc1.weight, .... Throws Error that names the layer where a shape makes no
// sense, or when the last layer gives no features.
Graph forward_graph(const Model& model, ImageSize size, std::int64_t lanes);

// The number of classes: the features that the last layer gives.
std::int64_t class_count(const Model& model, ImageSize size);

// Adds the softmax cross-entropy of the logits: "loss" of each image, and "logits.gradient", that of the sum of the
// losses times "loss_scale", which makes it the gradient of the mean loss.
void add_loss(Graph& graph);

// Adds "predicted", the class of each image's largest logit, and "correct", whether that is the image's label.
void add_accuracy(Graph& graph);

}  // namespace nestwright
