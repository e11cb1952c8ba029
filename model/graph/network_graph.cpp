#include "model/graph/network_graph.h"

#include <string>

#include "model/graph/autodiff.h"
#include "model/graph/dead_code.h"
#include "model/graph/fusion.h"

namespace nestwright {

Graph network_graph(const Model& model, ImageSize size, std::int64_t lanes, Purpose purpose) {
  Graph graph = forward_graph(model, size, lanes);
  fuse(graph);
  if (purpose != Purpose::prediction) add_loss(graph);
  if (purpose == Purpose::evaluation) add_accuracy(graph);
  if (purpose == Purpose::training) {
    differentiate(graph, find_tensor(graph, tensor_name::logits),
                  find_tensor(graph, std::string(tensor_name::logits) + ".gradient"));
    fuse(graph);
  }
  eliminate_dead_code(graph);
  return graph;
}

Graph device_graph(const Model& model, ImageSize size, std::int64_t lanes, Purpose purpose, const CanRun& can_run) {
  Graph graph = network_graph(model, size, lanes, purpose);
  fuse_for_device(graph, can_run);
  eliminate_dead_code(graph);
  return graph;
}

}  // namespace nestwright
