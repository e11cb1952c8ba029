#include "model/graph/forward.h"

#include <fmt/format.h>

#include <map>

#include "ops/signature/tensor_specs.h"
#include "support/error.h"

namespace nestwright {
namespace {

// Classes are told apart by a byte, of which 255 means 'none'.
constexpr std::int64_t most_classes = 255;

ValueShape padded_input(const Model& model, ImageSize size) {
  return {.width = size.width + 2 * model.padding, .height = size.height + 2 * model.padding};
}

// Builds a graph by appending one layer after another. value_ is the tensor that the last one wrote.
class ForwardBuilder {
 public:
  ForwardBuilder(const Model& model, ImageSize size, std::int64_t lanes) {
    graph_.lanes = lanes;
    load_images(model, size);
    const std::vector<ValueShape> shapes = infer_shapes(model.network, shape_);
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      next_shape_ = shapes[i];
      std::visit(*this, model.network.layers[i]);
      shape_ = next_shape_;
    }
  }

  Graph finish() {
    graph_.tensors[value_].name = tensor_name::logits;
    graph_.tensors[value_].role = Role::output;
    graph_.tensors[storage_of(graph_, value_)].role = Role::output;
    return std::move(graph_);
  }

  void operator()(const Conv2d& layer) {
    const std::string name = next_name("conv");
    const TensorId weight = add_parameter(
        {.name = name + ".weight",
         .dimensions = {
             {"kx", layer.kernel}, {"ky", layer.kernel}, {"ci", shape_.channels}, {"co", layer.out_channels}}});
    const TensorId bias = add_parameter({.name = name + ".bias", .dimensions = {{"co", layer.out_channels}}});
    Shape shape = lanes_and({{"width", shape_.width}, {"height", shape_.height}, {"in_channels", shape_.channels}});
    shape.set("out_channels", layer.out_channels);
    shape.set("kernel_width", layer.kernel);
    shape.set("kernel_height", layer.kernel);
    shape.set("stride", layer.stride);
    shape.set("padding", layer.padding);
    shape.set("dilation", layer.dilation);
    append(layer.op, shape, {value_, weight, bias}, name);
  }

  void operator()(const Linear& layer) {
    const std::string name = next_name("fc");
    const TensorId weight =
        add_parameter({.name = name + ".weight", .dimensions = {{"i", shape_.channels}, {"o", layer.features}}});
    const TensorId bias = add_parameter({.name = name + ".bias", .dimensions = {{"o", layer.features}}});
    append(layer.op, lanes_and({{"in_features", shape_.channels}, {"out_features", layer.features}}),
           {value_, weight, bias}, name);
  }

  void operator()(const Relu& layer) { append_elementwise(layer.op); }
  void operator()(const Tanh& layer) { append_elementwise(layer.op); }
  void operator()(const Sigmoid& layer) { append_elementwise(layer.op); }

  void operator()(const MaxPool2d& layer) {
    const std::string name = next_name("max_pool");
    TensorSpec argmax = activation(name + ".argmax", lanes_and({}), next_shape_.width, next_shape_.height,
                                   next_shape_.channels, DataType::uint8);
    append(layer.op, pooling_shape(layer.window, layer.stride), {value_}, name,
           add_tensor(graph_, {.name = argmax.name, .type = argmax.type, .dimensions = argmax.dimensions}));
  }

  void operator()(const AvgPool2d& layer) {
    append(layer.op, pooling_shape(layer.window, layer.stride), {value_}, next_name("avg_pool"));
  }

  void operator()(const Flatten&) {
    Tensor view = value_tensor(next_name("flatten"));
    view.view_of = value_;
    value_ = add_tensor(graph_, std::move(view));
  }

 private:
  Shape lanes_and(std::initializer_list<Shape::Entry> entries) const {
    Shape shape = {{"lanes", graph_.lanes}};
    for (const auto& [name, value] : entries) shape.set(name, value);
    return shape;
  }

  Shape pooling_shape(std::int64_t window, std::int64_t stride) const {
    Shape shape = lanes_and({{"width", shape_.width}, {"height", shape_.height}, {"channels", shape_.channels}});
    shape.set("window", window);
    shape.set("stride", stride == 0 ? window : stride);
    return shape;
  }

  std::string next_name(const std::string& kind) { return fmt::format("{}{}", kind, ++counts_[kind]); }

  TensorId add_parameter(Tensor tensor) {
    tensor.role = Role::parameter;
    return add_tensor(graph_, std::move(tensor));
  }

  // A description of a tensor called `name` for the activation that the layer under way gives.
  Tensor value_tensor(const std::string& name) const {
    const TensorSpec spec = next_shape_.is_flat ? features(name, lanes_and({}), next_shape_.channels)
                                                : activation(name, lanes_and({}), next_shape_.width, next_shape_.height,
                                                             next_shape_.channels);
    return {.name = name, .type = spec.type, .dimensions = spec.dimensions};
  }

  void append(const std::string& op, const Shape& shape, std::vector<TensorId> inputs, const std::string& layer,
              std::optional<TensorId> second_output = {}) {
    value_ = add_tensor(graph_, value_tensor(layer));
    std::vector<TensorId> outputs = {value_};
    if (second_output) outputs.push_back(*second_output);
    add_node(graph_, {.op = op, .shape = shape, .inputs = std::move(inputs), .outputs = outputs, .layer = layer});
  }

  void append_elementwise(const std::string& op) {
    append(op, lanes_and({{"size", shape_.size()}}), {value_}, next_name(op));
  }

  void load_images(const Model& model, ImageSize size) {
    if (model.padding < 0) throw Error(model.name, fmt::format("padding is {}; expected 0 or more", model.padding));
    shape_ = next_shape_ = padded_input(model, size);
    const TensorId images =
        add_tensor(graph_, {.name = tensor_name::images,
                            .type = DataType::uint8,
                            .dimensions = {{"x", size.width}, {"y", size.height}, {"image", dynamic_extent}},
                            .role = Role::images});
    const TensorSpec spec = per_image(tensor_name::indices, lanes_and({}), DataType::int32);
    const TensorId indices =
        add_tensor(graph_, {.name = spec.name, .type = spec.type, .dimensions = spec.dimensions, .role = Role::input});
    const TensorId mean = add_tensor(graph_, {.name = tensor_name::pixel_mean, .role = Role::input});
    const TensorId scale = add_tensor(graph_, {.name = tensor_name::pixel_scale, .role = Role::input});
    append("load_images", lanes_and({{"width", size.width}, {"height", size.height}, {"padding", model.padding}}),
           {images, indices, mean, scale}, "input");
  }

  Graph graph_;
  ValueShape shape_;       // of value_
  ValueShape next_shape_;  // of what the layer under way gives
  TensorId value_ = 0;
  std::map<std::string, int> counts_;
};

Shape class_shape(const Graph& graph) {
  const Tensor& logits = graph.tensors[find_tensor(graph, tensor_name::logits)];
  return {{"lanes", graph.lanes}, {"classes", element_count(logits.dimensions) / graph.lanes}};
}

// The tensor of the labels, which the loss and the accuracy share: whichever comes first adds it.
TensorId labels_of(Graph& graph) {
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    if (graph.tensors[id].name == tensor_name::labels) return id;
  }
  const TensorSpec spec = per_image(tensor_name::labels, class_shape(graph), DataType::uint8);
  return add_tensor(graph, {.name = spec.name, .type = spec.type, .dimensions = spec.dimensions, .role = Role::input});
}

TensorId add_output(Graph& graph, const char* name, DataType type) {
  const TensorSpec spec = per_image(name, class_shape(graph), type);
  return add_tensor(graph, {.name = name, .type = type, .dimensions = spec.dimensions, .role = Role::output});
}

}  // namespace

std::int64_t class_count(const Model& model, ImageSize size) {
  const std::vector<ValueShape> shapes = infer_shapes(model.network, padded_input(model, size));
  if (shapes.empty()) throw Error(model.name, "has no layers; a network ends in one feature a class");
  if (!shapes.back().is_flat) {
    throw Error(model.name, fmt::format("ends in an image of {}; a network ends in one feature a class: add Flatten "
                                        "and Linear",
                                        to_string(shapes.back())));
  }
  if (shapes.back().channels > most_classes) {
    throw Error(model.name,
                fmt::format("ends in {} classes; expected at most {}", shapes.back().channels, most_classes));
  }
  return shapes.back().channels;
}

Graph forward_graph(const Model& model, ImageSize size, std::int64_t lanes) {
  class_count(model, size);
  return ForwardBuilder(model, size, lanes).finish();
}

void add_loss(Graph& graph) {
  const TensorId labels = labels_of(graph);
  const TensorId scale = add_tensor(graph, {.name = tensor_name::loss_scale, .role = Role::input});
  const TensorId loss = add_output(graph, tensor_name::loss, DataType::float32);
  const TensorId logits = find_tensor(graph, tensor_name::logits);
  const TensorId gradient = add_tensor(graph, {.name = std::string(tensor_name::logits) + ".gradient",
                                               .dimensions = graph.tensors[logits].dimensions,
                                               .role = Role::gradient});
  add_node(graph, {.op = "softmax_cross_entropy",
                   .shape = class_shape(graph),
                   .inputs = {logits, labels, scale},
                   .outputs = {loss, gradient},
                   .layer = "loss"});
}

void add_accuracy(Graph& graph) {
  const TensorId labels = labels_of(graph);
  const TensorId predicted = add_output(graph, tensor_name::predicted, DataType::uint8);
  const TensorId correct = add_output(graph, tensor_name::correct, DataType::uint8);
  add_node(graph, {.op = "accuracy",
                   .shape = class_shape(graph),
                   .inputs = {find_tensor(graph, tensor_name::logits), labels},
                   .outputs = {predicted, correct},
                   .layer = "accuracy"});
}

}  // namespace nestwright
