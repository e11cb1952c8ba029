#include "model/runtime/required_kernels.h"

#include <algorithm>

#include "model/runtime/block_plan.h"
#include "model/runtime/optimizer.h"
#include "ops/signature/bias_place.h"

namespace nestwright {
namespace {

void add_once(std::vector<RequiredKernel>& kernels, RequiredKernel kernel) {
  if (std::ranges::find(kernels, kernel) == kernels.end()) kernels.push_back(std::move(kernel));
}

void add_graph(std::vector<RequiredKernel>& kernels, const Graph& graph) {
  for (const Node& node : graph.nodes) add_once(kernels, {node.op, node.shape});
}

void add_optimizers(std::vector<RequiredKernel>& kernels) {
  for (const std::string& name : optimizer_names()) {
    OptimizerOptions options = optimizer_defaults(name);
    add_once(kernels, {name, optimizer_shape(options)});
    options.nesterov = true;
    add_once(kernels, {name, optimizer_shape(options)});
  }
}

}  // namespace

std::vector<RequiredKernel> required_kernels(const Model& model, ImageSize size,
                                             const std::vector<std::int64_t>& lanes) {
  std::vector<RequiredKernel> kernels;
  for (const std::int64_t count : lanes) {
    for (const Purpose purpose : {Purpose::training, Purpose::evaluation, Purpose::prediction}) {
      // Tests run in blocks of the usual size only.
      if (purpose == Purpose::evaluation && count != usual_lanes) continue;
      add_graph(kernels, network_graph(model, size, count, purpose));
    }
  }
  add_optimizers(kernels);
  return kernels;
}

std::vector<RequiredKernel> required_device_kernels(const Model& model, ImageSize size, const CanRun& can_run) {
  std::vector<RequiredKernel> kernels;
  for (const Purpose purpose : {Purpose::training, Purpose::evaluation}) {
    add_graph(kernels, device_graph(model, size, device_lanes, purpose, can_run));
  }
  add_optimizers(kernels);
  return kernels;
}

}  // namespace nestwright
