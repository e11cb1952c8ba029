#include "tools/workbench/use.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "model/graph/autodiff.h"
#include "model/graph/fusion.h"
#include "model/graph/network_graph.h"
#include "model/runtime/optimizer.h"
#include "model/runtime/parameters.h"
#include "ops/signature/signature.h"
#include "support/error.h"
#include "tools/workbench/shipped_schedule.h"

namespace nestwright::workbench {
namespace {

constexpr const char* default_model = "lenet5";

// The training graph of the model's layers, before any operators are fused.
Graph unfused_graph(const Model& model, std::int64_t lanes) {
  Graph graph = forward_graph(model, ImageSize{}, lanes);
  add_loss(graph);
  differentiate(graph, find_tensor(graph, tensor_name::logits),
                find_tensor(graph, std::string(tensor_name::logits) + ".gradient"));
  return graph;
}

void append_uses(std::vector<Use>& uses, const Graph& graph, const std::string& op, const std::string& model) {
  for (const Node& node : graph.nodes) {
    const bool is_new = std::ranges::none_of(uses, [&](const Use& use) { return use.shape == node.shape; });
    if (node.op == op && is_new) {
      uses.push_back({.op = op, .shape = node.shape, .where = model + (node.layer.empty() ? "" : " " + node.layer)});
    }
  }
}

// A shape for operators that no shipped model has, as small networks have it: most extents occur in LeNet-5.
Shape example_shape(const Signature& signature, std::int64_t lanes) {
  static const std::map<std::string, std::int64_t> values = {
      {"width", 14},        {"height", 14},       {"in_channels", 6}, {"out_channels", 16}, {"channels", 6},
      {"kernel_width", 5},  {"kernel_height", 5}, {"window", 2},      {"stride", 2},        {"in_features", 120},
      {"out_features", 84}, {"size", 4704},       {"classes", 10},    {"hidden1", 120},     {"hidden2", 84}};
  Shape shape;
  for (const ShapeParameter& parameter : signature.parameters) {
    const auto value = values.find(parameter.name);
    if (parameter.name == "lanes") {
      shape.set("lanes", lanes);
    } else if (!parameter.has_default && value != values.end()) {
      shape.set(parameter.name, value->second);
    }
  }
  return complete_shape(signature, shape);
}

Shape parse_shape(const Signature& signature, const UseRequest& request) {
  Shape shape = Shape::parse(request.shape);
  const bool has_lanes = std::ranges::any_of(signature.parameters, [](const auto& p) { return p.name == "lanes"; });
  if (has_lanes && !shape.contains("lanes")) shape.set("lanes", request.lanes);
  return complete_shape(signature, shape);
}

std::vector<Use> uses_of_layer(const std::vector<Use>& uses, const UseRequest& request, const std::string& op) {
  if (request.layer.empty()) return uses;
  std::vector<Use> kept;
  std::vector<std::string> layers;
  for (const Use& use : uses) {
    const std::string layer = use.where.substr(std::min(use.where.find(' ') + 1, use.where.size()));
    layers.push_back(layer);
    if (layer == request.layer) kept.push_back(use);
  }
  if (kept.empty()) {
    throw Error("--layer", fmt::format("{} has no {} in a layer '{}'; it has it in: {}", request.model, op,
                                       request.layer, fmt::join(layers, ", ")));
  }
  return kept;
}

}  // namespace

std::vector<Use> uses_in_model(const std::string& op, const std::string& model, std::int64_t lanes) {
  std::vector<Use> uses;
  const Model& found = find_model(model);
  append_uses(uses, network_graph(found, ImageSize{}, lanes, Purpose::training), op, model);
  append_uses(uses, network_graph(found, ImageSize{}, lanes, Purpose::evaluation), op, model);
  append_uses(uses, unfused_graph(found, lanes), op, model);
  append_uses(uses, device_graph(found, ImageSize{}, lanes, Purpose::training, ships_for_gpus), op, model);
  const std::vector<std::string> optimizers = optimizer_names();
  if (std::ranges::find(optimizers, op) != optimizers.end()) {
    uses.push_back({.op = op, .shape = optimizer_shape(optimizer_defaults(op)), .where = model});
  }
  return uses;
}

std::vector<Use> find_uses(const std::string& op, const UseRequest& request) {
  const Signature& signature = find_signature(op);
  if (!request.shape.empty()) {
    if (!request.model.empty()) throw Error("--shape", "and --model exclude each other");
    return {{.op = op, .shape = parse_shape(signature, request), .where = ""}};
  }
  const std::string model = request.model.empty() ? default_model : request.model;
  std::vector<Use> uses = uses_in_model(op, model, request.lanes);
  if (!uses.empty()) {
    UseRequest named = request;
    named.model = model;
    return uses_of_layer(uses, named, op);
  }
  if (!request.model.empty()) {
    throw Error("--model", fmt::format("{} does not use {}; give a shape with --shape", model, op));
  }
  return {{.op = op, .shape = example_shape(signature, request.lanes), .where = ""}};
}

std::int64_t example_parameters() {
  static const std::int64_t count = [] {
    std::int64_t sum = 0;
    const Graph graph = network_graph(find_model(default_model), ImageSize{}, 1, Purpose::prediction);
    for (const ParameterSlot& slot : parameter_layout(graph).slots) sum += slot.count;
    return sum;
  }();
  return count;
}

CallSize example_call(const Shape& shape, std::int64_t images) {
  CallSize size = call_for_batch(shape, images);
  size.parameters = example_parameters();
  return size;
}

double flops_of(const Use& use) { return static_cast<double>(find_signature(use.op).flops(use.shape)); }

const Use& largest_use(const std::vector<Use>& uses) { return *std::ranges::max_element(uses, {}, flops_of); }

}  // namespace nestwright::workbench
