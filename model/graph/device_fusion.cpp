#include "model/graph/device_fusion.h"

namespace nestwright {

void fuse_for_device(Graph& graph, const CanRun& can_run) {
  fuse_feature_extractor(graph, can_run);
  fuse_classifier(graph, can_run);
  fuse_parameter_gradients(graph);
}

}  // namespace nestwright
