#include "model/graph/device_fusion.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "ops/classifier/signature.h"
#include "ops/feature_extractor/signature.h"
#include "ops/signature/bias_place.h"

namespace nestwright {
namespace {

constexpr std::int64_t shared_bytes = 49152;  // 48 KB
// Images that a group of threads takes, in schedules/{feature_extractor,classifier_step}/gpu.nest.
constexpr std::int64_t extracted_images = 2;
constexpr std::int64_t classified_images = 4;

// `id` becomes the part of `storage` that begins at feature `first`.
void make_view(Graph& graph, TensorId id, TensorId storage, std::int64_t first) {
  graph.tensors[id].view_of = storage;
  graph.tensors[id].view_offset = first * graph.lanes;
}

TensorId add_packed_tensor(Graph& graph, std::string name, const TensorSpec& spec, Role role) {
  return add_tensor(graph, {.name = std::move(name), .type = spec.type, .dimensions = spec.dimensions, .role = role});
}

void erase_nodes(Graph& graph, std::vector<std::size_t> indices) {
  std::ranges::sort(indices, std::ranges::greater{});
  for (const std::size_t index : indices) graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(index));
}

// The node of `op` whose inputs begin with these, views of them included.
std::optional<std::size_t> find_node(const Graph& graph, const std::string& op, const std::vector<TensorId>& inputs) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    if (node.op != op || node.inputs.size() < inputs.size()) continue;
    const bool is_same = std::ranges::equal(
        inputs, std::span(node.inputs).first(inputs.size()), {}, [&](TensorId id) { return storage_of(graph, id); },
        [&](TensorId id) { return storage_of(graph, id); });
    if (is_same) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> producer(const Graph& graph, TensorId id, const std::string& op) {
  const std::optional<std::size_t> index = producer_of(graph, id);
  return index && graph.nodes[*index].op == op ? index : std::nullopt;
}

// The nodes of a feature extractor.
struct FeatureExtractor {
  std::size_t images, layer1, layer2;
};

// As feature_extractor has it: square kernels, one after another pixel, nothing around the input.
bool is_plain(const Node& convolution) {
  const Shape& s = convolution.shape;
  return s.at("kernel_width") == s.at("kernel_height") && s.at("stride") == 1 && s.at("padding") == 0 &&
         s.at("dilation") == 1;
}

std::optional<FeatureExtractor> match_feature_extractor(const Graph& graph) {
  const std::string op = "conv2d_relu_max_pool2d";
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& second = graph.nodes[i];
    if (second.op != op || !is_plain(second)) continue;
    const auto layer1 = producer(graph, second.inputs[0], op);
    if (!layer1 || !is_plain(graph.nodes[*layer1])) continue;
    const auto images = producer(graph, graph.nodes[*layer1].inputs[0], "load_images");
    if (images) return FeatureExtractor{*images, *layer1, i};
  }
  return std::nullopt;
}

Shape feature_extractor_shape(const Graph& graph, const FeatureExtractor& f) {
  const Shape &images = graph.nodes[f.images].shape, &first = graph.nodes[f.layer1].shape;
  const Shape& second = graph.nodes[f.layer2].shape;
  return {{"lanes", graph.lanes},
          {"width", images.at("width")},
          {"height", images.at("height")},
          {"padding", images.at("padding")},
          {"channels1", first.at("out_channels")},
          {"kernel1", first.at("kernel_width")},
          {"window1", first.at("window")},
          {"channels2", second.at("out_channels")},
          {"kernel2", second.at("kernel_width")},
          {"window2", second.at("window")}};
}

// Of each image all that schedules/feature_extractor/gpu.nest keeps: the input, and of each pooled pixel an argmax,
// too; and the second convolution's weights, their channels in fours.
bool fits_shared_memory(const FeatureValues& values, std::int64_t kernel2) {
  const auto bytes_of_float = static_cast<std::int64_t>(sizeof(float));
  const std::int64_t channels = (values.pooled2.channels + 3) / 4 * 4;
  const std::int64_t weights = kernel2 * kernel2 * values.pooled1.channels * channels;
  const std::int64_t bytes =
      values.input.count() * bytes_of_float + (values.pooled1.count() + values.pooled2.count()) * (bytes_of_float + 1);
  return bytes * extracted_images + weights * bytes_of_float <= shared_bytes;
}

void fuse_feature_extractor(Graph& graph) {
  const std::optional<FeatureExtractor> found = match_feature_extractor(graph);
  if (!found) return;
  const Shape shape = feature_extractor_shape(graph, *found);
  const FeatureValues places = FeatureValues::from(shape);
  if (!fits_shared_memory(places, shape.at("kernel2"))) return;
  const std::vector<TensorSpec> specs = find_signature("feature_extractor").outputs(shape);
  const TensorId values = add_packed_tensor(graph, "features", specs[0], Role::activation);
  const TensorId argmax = add_packed_tensor(graph, "features.argmax", specs[1], Role::activation);
  const Node images = graph.nodes[found->images], first = graph.nodes[found->layer1];
  Node& second = graph.nodes[found->layer2];
  make_view(graph, images.outputs[0], values, places.input.first);
  make_view(graph, first.outputs[0], values, places.pooled1.first);
  make_view(graph, first.outputs[1], argmax, places.pooled1.first);
  make_view(graph, second.outputs[0], values, places.pooled2.first);
  make_view(graph, second.outputs[1], argmax, places.pooled2.first);
  std::vector<TensorId> inputs = images.inputs;
  for (const Node* layer : {&first, &std::as_const(second)})
    inputs.insert(inputs.end(), layer->inputs.begin() + 1, layer->inputs.end());
  second = {
      .op = "feature_extractor", .shape = shape, .inputs = inputs, .outputs = {values, argmax}, .layer = first.layer};
  erase_nodes(graph, {found->images, found->layer1});
}

// The nodes of a classifier, forward and back.
struct Classifier {
  std::size_t layer1, layer2, layer3, loss, hidden2_gradient, hidden1_gradient, input_gradient;
};

std::optional<Classifier> match_classifier(const Graph& graph) {
  const std::string back = "linear_input_gradient_relu_gradient";
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& loss = graph.nodes[i];
    if (loss.op != "softmax_cross_entropy") continue;
    const auto layer3 = producer(graph, loss.inputs[0], "linear");
    if (!layer3 || readers_of(graph, loss.inputs[0]).size() != 1) continue;
    const Node& third = graph.nodes[*layer3];
    const auto layer2 = producer(graph, third.inputs[0], "linear_relu");
    if (!layer2) continue;
    const Node& second = graph.nodes[*layer2];
    const auto layer1 = producer(graph, second.inputs[0], "linear_relu");
    const auto gradient2 = find_node(graph, back, {loss.outputs[1], third.inputs[1], third.inputs[0]});
    if (!gradient2) continue;
    const auto gradient1 =
        find_node(graph, back, {graph.nodes[*gradient2].outputs[0], second.inputs[1], second.inputs[0]});
    if (!layer1 || !gradient1) continue;
    const auto input_gradient =
        find_node(graph, "linear_input_gradient", {graph.nodes[*gradient1].outputs[0], graph.nodes[*layer1].inputs[1]});
    if (input_gradient) return Classifier{*layer1, *layer2, *layer3, i, *gradient2, *gradient1, *input_gradient};
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

// Of each image what schedules/classifier_step/gpu.nest keeps in shared memory unless told otherwise, where Halide
// gives stages that don't live at once the same place.
bool fits_shared_memory(const Shape& shape) {
  const std::int64_t inputs = shape.at("in_features"), classes = shape.at("classes");
  const std::int64_t hidden1 = shape.at("hidden1"), hidden2 = shape.at("hidden2");
  const std::int64_t values = std::max(inputs, hidden1)                                // the input; then hidden1
                              + std::max({2 * hidden1, 2 * hidden2, classes, inputs})  // sums; input_gradient
                              + std::max({classes, hidden1, inputs})                   // logits; sums on the way back
                              + hidden2 + std::max(classes, hidden2)                   // exponentials; hidden2_gradient
                              + hidden1                                                // their sum; hidden1_gradient
                              + classes + 1;                                           // the logits' gradient, the loss
  return values * classified_images * static_cast<std::int64_t>(sizeof(float)) <= shared_bytes;
}

void fuse_classifier(Graph& graph) {
  const std::optional<Classifier> found = match_classifier(graph);
  if (!found) return;
  const Classifier& c = *found;
  const Shape shape = classifier_shape(graph, c);
  const ClassifierValues places = ClassifierValues::from(shape);
  if (!fits_shared_memory(shape)) return;
  const TensorSpec spec = find_signature("classifier_step").outputs(shape).front();
  // The loss, a part of it, is read after a run.
  const TensorId values = add_packed_tensor(graph, "classifier", spec, Role::output);
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
  loss = {.op = "classifier_step", .shape = shape, .inputs = inputs, .outputs = {values}, .layer = first.layer};
  erase_nodes(graph, {c.layer1, c.layer2, c.layer3, c.hidden2_gradient, c.hidden1_gradient, c.input_gradient});
}

// Weights of one output, and outputs.
std::pair<std::int64_t, std::int64_t> rows_of(const Node& node) {
  const Shape& s = node.shape;
  if (node.op.starts_with("linear")) return {s.at("in_features"), s.at("out_features")};
  return {s.at("kernel_width") * s.at("kernel_height") * s.at("in_channels"), s.at("out_channels")};
}

bool fuse_gradients(Graph& graph, std::size_t index, const std::string& operators) {
  Node& weight = graph.nodes[index];
  if (weight.op != operators + "_weight_gradient") return false;
  const auto [weights_of_output, outputs] = rows_of(weight);
  if (!has_bias_place(weights_of_output, outputs)) return false;
  // Without the input, and the gradient so far.
  const std::vector<TensorId> of_bias(weight.inputs.begin() + 1, weight.inputs.end() - 1);
  const auto bias = find_node(graph, operators + "_bias_gradient", of_bias);
  if (!bias) return false;
  Node fused = {.op = operators + "_parameter_gradients",
                .shape = weight.shape,
                .inputs = {weight.inputs.begin(), weight.inputs.end() - 1},
                .outputs = weight.outputs,
                .layer = weight.layer};
  Tensor& gradients = graph.tensors[weight.outputs[0]];
  gradients.role = Role::block_gradients;
  gradients.dimensions = find_signature(fused.op).outputs(fused.shape).front().dimensions;
  weight = std::move(fused);
  erase_nodes(graph, {*bias});
  return true;
}

}  // namespace

void fuse_for_device(Graph& graph) {
  fuse_feature_extractor(graph);
  fuse_classifier(graph);
  for (std::size_t index = 0; index < graph.nodes.size();) {
    const bool is_fused = fuse_gradients(graph, index, "linear") || fuse_gradients(graph, index, "conv2d_max_pool2d");
    if (!is_fused) ++index;
  }
}

}  // namespace nestwright
