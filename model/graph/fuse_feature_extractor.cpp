#include "model/graph/device_fusion.h"
#include "model/graph/rewriting.h"
#include "ops/feature_extractor/signature.h"

namespace nestwright {
namespace {

constexpr const char* layer_op = "conv2d_relu_max_pool2d";

// The nodes of a feature extractor.
struct FeatureExtractor {
  std::size_t images, layer1, layer2;
};

// Whether feature_extractor can do the convolution: its kernel is square, without stride, padding or dilation.
bool is_plain(const Node& convolution) {
  const Shape& s = convolution.shape;
  return s.at("kernel_width") == s.at("kernel_height") && s.at("stride") == 1 && s.at("padding") == 0 &&
         s.at("dilation") == 1;
}

std::optional<FeatureExtractor> match_feature_extractor(const Graph& graph) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& second = graph.nodes[i];
    if (second.op != layer_op || !is_plain(second)) continue;
    const auto layer1 = producer_by(graph, second.inputs[0], layer_op);
    if (!layer1 || !is_plain(graph.nodes[*layer1])) continue;
    const auto images = producer_by(graph, graph.nodes[*layer1].inputs[0], "load_images");
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

}  // namespace

void fuse_feature_extractor(Graph& graph, const CanRun& can_run) {
  const std::optional<FeatureExtractor> found = match_feature_extractor(graph);
  if (!found) return;
  const std::string op = "feature_extractor";
  const Shape shape = feature_extractor_shape(graph, *found);
  if (!can_run(op, shape)) return;
  const FeatureValues places = FeatureValues::from(shape);
  const std::vector<TensorSpec> specs = find_signature(op).outputs(shape);
  const TensorId values = add_tensor(graph, "features", specs[0], Role::activation);
  const TensorId argmax = add_tensor(graph, "features.argmax", specs[1], Role::activation);
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
  second = {.op = op, .shape = shape, .inputs = inputs, .outputs = {values, argmax}, .layer = first.layer};
  erase_nodes(graph, {found->images, found->layer1});
}

}  // namespace nestwright
