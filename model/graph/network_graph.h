#pragma once

#include <cstdint>

#include "model/graph/device_fusion.h"
#include "model/graph/forward.h"

namespace nestwright {

enum class Purpose {
  prediction,  // images to logits
  evaluation,  // images and labels to losses, predictions and whether they are right
  training,    // images and labels to losses, and the parameters' gradients
};

// What runs on one block of `lanes` images: the network, fused, differentiated where it is for training, without dead
// code. Throws Error as forward_graph() does.
Graph network_graph(const Model& model, ImageSize size, std::int64_t lanes, Purpose purpose);

// The same as a GPU runs it: in as few launches as fuse_for_device() makes of it, by kernels that the GPU can run.
Graph device_graph(const Model& model, ImageSize size, std::int64_t lanes, Purpose purpose, const CanRun& can_run);

}  // namespace nestwright
