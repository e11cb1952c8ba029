#include "model/graph/autodiff.h"

#include <fmt/format.h>

#include <map>

#include "ops/signature/tensor_specs.h"
#include "support/error.h"

namespace nestwright {
namespace {

// Knows the gradients that the graph has so far, and adds nodes for more. The rules are written with it.
class Differentiator {
 public:
  explicit Differentiator(Graph& graph) : graph_(graph) {}

  void set_gradient(TensorId value, TensorId gradient) { gradients_[storage_of(graph_, value)] = gradient; }

  // The gradient of `value`; none where the loss does not depend on it.
  std::optional<TensorId> gradient_of(TensorId value) const {
    const auto found = gradients_.find(storage_of(graph_, value));
    return found == gradients_.end() ? std::nullopt : std::optional(found->second);
  }

  // Adds a tensor for the gradient of `value`, an input of `node`. Throws Error when it has a gradient already.
  TensorId add_gradient(TensorId value, const Node& node) {
    if (gradient_of(value)) {
      throw Error(node.layer, fmt::format("'{}' is used by several nodes; no operator adds gradients up",
                                          graph_.tensors[value].name));
    }
    const Tensor& tensor = graph_.tensors[value];
    const TensorId gradient = add_tensor(graph_, {.name = tensor.name + ".gradient",
                                                  .type = tensor.type,
                                                  .dimensions = tensor.dimensions,
                                                  .role = Role::gradient});
    set_gradient(value, gradient);
    return gradient;
  }

  // Adds the tensor of a parameter's gradient, in which blocks are accumulated.
  TensorId accumulator_of(TensorId parameter, const Node& node) {
    const TensorId accumulator = add_gradient(parameter, node);
    graph_.tensors[accumulator].role = Role::parameter_gradient;
    return accumulator;
  }

  // Adds a node that computes the gradient of `node`'s first input by `op` on `inputs`.
  void add_input_gradient(const Node& node, const std::string& op, const Shape& shape,
                          const std::vector<TensorId>& inputs) {
    const TensorId gradient = add_gradient(node.inputs[0], node);
    add_node(graph_, {.op = op, .shape = shape, .inputs = inputs, .outputs = {gradient}, .layer = node.layer});
  }

  // Adds a node that computes the gradient of `parameter` by `op` on `inputs`, and adds it to the gradient so far,
  // which `op` takes as its last input.
  void add_parameter_gradient(const Node& node, const std::string& op, const Shape& shape, std::vector<TensorId> inputs,
                              TensorId parameter) {
    const TensorId accumulator = accumulator_of(parameter, node);
    inputs.push_back(accumulator);
    add_node(graph_,
             {.op = op, .shape = shape, .inputs = std::move(inputs), .outputs = {accumulator}, .layer = node.layer});
  }

  // Adds a node that computes the gradient of the value that `node` applied its relu to.
  TensorId add_relu_gradient(const Node& node, TensorId output_gradient) {
    const Tensor output = graph_.tensors[node.outputs[0]];
    const TensorId gradient = add_tensor(
        graph_,
        {.name = output.name + ".before_relu.gradient", .dimensions = output.dimensions, .role = Role::gradient});
    add_node(graph_, {.op = "relu_gradient",
                      .shape = {{"lanes", graph_.lanes}, {"size", element_count(output.dimensions) / graph_.lanes}},
                      .inputs = {output_gradient, node.outputs[0]},
                      .outputs = {gradient},
                      .layer = node.layer});
    return gradient;
  }

 private:
  Graph& graph_;
  std::map<TensorId, TensorId> gradients_;  // by the value's storage
};

// A rule takes a node and the gradient of its first output, and adds the gradients of its inputs.
using Rule = void (*)(Differentiator& d, const Node& node, TensorId output_gradient);

std::int64_t output_extent(const Shape& s, const char* input, const char* kernel) {
  return window_count(s.at(input), s.at(kernel), s.at("stride"), s.at("padding"), s.at("dilation"));
}

void conv2d_rule(Differentiator& d, const Node& node, TensorId output_gradient) {
  const Shape& s = node.shape;
  const Shape bias_shape = {{"lanes", s.at("lanes")},
                            {"width", output_extent(s, "width", "kernel_width")},
                            {"height", output_extent(s, "height", "kernel_height")},
                            {"channels", s.at("out_channels")}};
  d.add_parameter_gradient(node, "conv2d_weight_gradient", s, {node.inputs[0], output_gradient}, node.inputs[1]);
  d.add_parameter_gradient(node, "conv2d_bias_gradient", bias_shape, {output_gradient}, node.inputs[2]);
  d.add_input_gradient(node, "conv2d_input_gradient", s, {output_gradient, node.inputs[1]});
}

// Serves the forms with and without relu: the argmax says what relu cut.
void fused_conv2d_rule(Differentiator& d, const Node& node, TensorId output_gradient) {
  const Shape& s = node.shape;
  const TensorId argmax = node.outputs[1];
  const Shape bias_shape = {{"lanes", s.at("lanes")},
                            {"width", output_extent(s, "width", "kernel_width") / s.at("window")},
                            {"height", output_extent(s, "height", "kernel_height") / s.at("window")},
                            {"channels", s.at("out_channels")},
                            {"window", s.at("window")}};
  d.add_parameter_gradient(node, "conv2d_max_pool2d_weight_gradient", s, {node.inputs[0], output_gradient, argmax},
                           node.inputs[1]);
  d.add_parameter_gradient(node, "conv2d_max_pool2d_bias_gradient", bias_shape, {output_gradient, argmax},
                           node.inputs[2]);
  d.add_input_gradient(node, "conv2d_max_pool2d_input_gradient", s, {output_gradient, argmax, node.inputs[1]});
}

void linear_rule(Differentiator& d, const Node& node, TensorId output_gradient) {
  const Shape& s = node.shape;
  const Shape bias_shape = {{"lanes", s.at("lanes")}, {"out_features", s.at("out_features")}};
  d.add_parameter_gradient(node, "linear_weight_gradient", s, {node.inputs[0], output_gradient}, node.inputs[1]);
  d.add_parameter_gradient(node, "linear_bias_gradient", bias_shape, {output_gradient}, node.inputs[2]);
  d.add_input_gradient(node, "linear_input_gradient", s, {output_gradient, node.inputs[1]});
}

void linear_relu_rule(Differentiator& d, const Node& node, TensorId output_gradient) {
  linear_rule(d, node, d.add_relu_gradient(node, output_gradient));
}

// relu, tanh and sigmoid: their gradients are functions of their outputs.
void activation_rule(Differentiator& d, const Node& node, TensorId output_gradient) {
  d.add_input_gradient(node, node.op + "_gradient", node.shape, {output_gradient, node.outputs[0]});
}

void max_pool2d_rule(Differentiator& d, const Node& node, TensorId output_gradient) {
  d.add_input_gradient(node, "max_pool2d_gradient", node.shape, {output_gradient, node.outputs[1]});
}

void avg_pool2d_rule(Differentiator& d, const Node& node, TensorId output_gradient) {
  d.add_input_gradient(node, "avg_pool2d_gradient", node.shape, {output_gradient});
}

// Loading images adds no gradients: pixels are given, not learned.
void load_images_rule(Differentiator&, const Node&, TensorId) {}

Rule find_rule(const Node& node) {
  static const std::map<std::string, Rule> rules = {
      {"conv2d", conv2d_rule},
      {"conv2d_relu_max_pool2d", fused_conv2d_rule},
      {"conv2d_max_pool2d", fused_conv2d_rule},
      {"linear", linear_rule},
      {"linear_relu", linear_relu_rule},
      {"relu", activation_rule},
      {"tanh", activation_rule},
      {"sigmoid", activation_rule},
      {"max_pool2d", max_pool2d_rule},
      {"avg_pool2d", avg_pool2d_rule},
      {"load_images", load_images_rule},
  };
  const auto rule = rules.find(node.op);
  if (rule == rules.end()) throw Error(node.layer, fmt::format("no gradient rule for operator '{}'", node.op));
  return rule->second;
}

}  // namespace

void differentiate(Graph& graph, TensorId value, TensorId gradient) {
  Differentiator differentiator(graph);
  differentiator.set_gradient(value, gradient);
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    const Node node = graph.nodes[i];  // a copy: the rule appends nodes
    const std::optional<TensorId> output_gradient = differentiator.gradient_of(node.outputs[0]);
    if (output_gradient) find_rule(node)(differentiator, node, *output_gradient);
  }
}

}  // namespace nestwright
