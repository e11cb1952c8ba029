#include "model/graph/device_fusion.h"
#include "model/graph/rewriting.h"
#include "ops/classifier/signature.h"

namespace nestwright {
namespace {

constexpr const char* back_op = "linear_input_gradient_relu_gradient";

// The nodes of a classifier, forward and back.
struct Classifier {
  std::size_t layer1, layer2, layer3, loss, hidden2_gradient, hidden1_gradient, input_gradient;
};

// The classifier whose loss is the node `loss`.
std::optional<Classifier> match_classifier(const Graph& graph, std::size_t loss) {
  const std::vector<TensorId>& of_loss = graph.nodes[loss].inputs;
  const auto layer3 = producer_by(graph, of_loss[0], "linear");
  if (!layer3 || readers_of(graph, of_loss[0]).size() != 1) return std::nullopt;
  const Node& third = graph.nodes[*layer3];
  const auto layer2 = producer_by(graph, third.inputs[0], "linear_relu");
  if (!layer2) return std::nullopt;
  const Node& second = graph.nodes[*layer2];
  const auto layer1 = producer_by(graph, second.inputs[0], "linear_relu");
  if (!layer1) return std::nullopt;
  const auto gradient2 = find_node(graph, back_op, {graph.nodes[loss].outputs[1], third.inputs[1], third.inputs[0]});
  if (!gradient2) return std::nullopt;
  const auto gradient1 =
      find_node(graph, back_op, {graph.nodes[*gradient2].outputs[0], second.inputs[1], second.inputs[0]});
  if (!gradient1) return std::nullopt;
  const auto input_gradient =
      find_node(graph, "linear_input_gradient", {graph.nodes[*gradient1].outputs[0], graph.nodes[*layer1].inputs[1]});
  if (!input_gradient) return std::nullopt;
  return Classifier{*layer1, *layer2, *layer3, loss, *gradient2, *gradient1, *input_gradient};
}

std::optional<Classifier> match_classifier(const Graph& graph) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (graph.nodes[i].op != "softmax_cross_entropy") continue;
    if (const std::optional<Classifier> found = match_classifier(graph, i)) return found;
  }
  return std::nullopt;
}

Shape classifier_shape(const Graph& graph, const Classifier& c) {
  const Shape &first = graph.nodes[c.layer1].shape, &second = graph.nodes[c.layer2].shape;
  return {{"lanes", graph.lanes},
          {"in_features", first.at("in_features")},
          {"hidden1", first.at("out_features")},
          {"hidden2", second.at("out_features")},
          {"classes", graph.nodes[c.layer3].shape.at("out_features")}};
}

}  // namespace

void fuse_classifier(Graph& graph, const CanRun& can_run) {
  const std::optional<Classifier> found = match_classifier(graph);
  if (!found) return;
  const Classifier& c = *found;
  const std::string op = "classifier_step";
  const Shape shape = classifier_shape(graph, c);
  if (!can_run(op, shape)) return;
  const ClassifierValues places = ClassifierValues::from(shape);
  // The tensor is an output because the loss, a part of it, is read after a run.
  const TensorId values = add_tensor(graph, "classifier", find_signature(op).outputs(shape).front(), Role::output);
  const Node first = graph.nodes[c.layer1], second = graph.nodes[c.layer2], third = graph.nodes[c.layer3];
  Node& loss = graph.nodes[c.loss];
  make_view(graph, first.outputs[0], values, places.hidden1);
  make_view(graph, second.outputs[0], values, places.hidden2);
  make_view(graph, graph.nodes[c.hidden1_gradient].outputs[0], values, places.hidden1_gradient);
  make_view(graph, graph.nodes[c.hidden2_gradient].outputs[0], values, places.hidden2_gradient);
  make_view(graph, loss.outputs[1], values, places.logits_gradient);
  make_view(graph, graph.nodes[c.input_gradient].outputs[0], values, places.input_gradient);
  make_view(graph, loss.outputs[0], values, places.loss);
  std::vector<TensorId> inputs = first.inputs;
  for (const Node* layer : {&second, &third})
    inputs.insert(inputs.end(), layer->inputs.begin() + 1, layer->inputs.end());
  inputs.insert(inputs.end(), loss.inputs.begin() + 1, loss.inputs.end());
  loss = {.op = op, .shape = shape, .inputs = inputs, .outputs = {values}, .layer = first.layer};
  erase_nodes(graph, {c.layer1, c.layer2, c.layer3, c.hidden2_gradient, c.hidden1_gradient, c.input_gradient});
}

}  // namespace nestwright
