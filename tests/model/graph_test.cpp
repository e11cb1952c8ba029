#include "model/graph/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/graph/autodiff.h"
#include "model/graph/dead_code.h"
#include "model/graph/fusion.h"
#include "model/graph/network_graph.h"
#include "support/error.h"

namespace nestwright {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> operators_of(const Graph& graph) {
  std::vector<std::string> names;
  for (const Node& node : graph.nodes) names.push_back(node.op);
  return names;
}

std::vector<std::string> operators_of(const Model& model, Purpose purpose) {
  return operators_of(network_graph(model, {}, 16, purpose));
}

// A network of these layers on images of 28 x 28.
std::vector<std::string> forward_operators(const Sequential& network) {
  std::vector<std::string> names = operators_of({.name = "test", .network = network}, Purpose::prediction);
  EXPECT_EQ(names.front(), "load_images");
  names.erase(names.begin());
  return names;
}

TEST(NetworkGraph, OfLenet5InTraining) {
  EXPECT_THAT(operators_of(find_model("lenet5"), Purpose::training),
              ElementsAre("load_images", "conv2d_relu_max_pool2d", "conv2d_relu_max_pool2d", "linear_relu",
                          "linear_relu", "linear", "softmax_cross_entropy",  //
                          "linear_weight_gradient", "linear_bias_gradient", "linear_input_gradient_relu_gradient",
                          "linear_weight_gradient", "linear_bias_gradient", "linear_input_gradient_relu_gradient",
                          "linear_weight_gradient", "linear_bias_gradient", "linear_input_gradient",
                          "conv2d_max_pool2d_weight_gradient", "conv2d_max_pool2d_bias_gradient",
                          "conv2d_max_pool2d_input_gradient",  //
                          "conv2d_max_pool2d_weight_gradient", "conv2d_max_pool2d_bias_gradient"));
}

TEST(NetworkGraph, OfLenetCaffeInTraining) {
  EXPECT_THAT(operators_of(find_model("lenet_caffe"), Purpose::training),
              ElementsAre("load_images", "conv2d_max_pool2d", "conv2d_max_pool2d", "linear_relu", "linear",
                          "softmax_cross_entropy",  //
                          "linear_weight_gradient", "linear_bias_gradient", "linear_input_gradient_relu_gradient",
                          "linear_weight_gradient", "linear_bias_gradient", "linear_input_gradient",
                          "conv2d_max_pool2d_weight_gradient", "conv2d_max_pool2d_bias_gradient",
                          "conv2d_max_pool2d_input_gradient",  //
                          "conv2d_max_pool2d_weight_gradient", "conv2d_max_pool2d_bias_gradient"));
}

TEST(NetworkGraph, OfLenet5InUse) {
  EXPECT_THAT(operators_of(find_model("lenet5"), Purpose::prediction),
              ElementsAre("load_images", "conv2d_relu_max_pool2d", "conv2d_relu_max_pool2d", "linear_relu",
                          "linear_relu", "linear"));
  EXPECT_THAT(operators_of(find_model("lenet5"), Purpose::evaluation),
              ElementsAre("load_images", "conv2d_relu_max_pool2d", "conv2d_relu_max_pool2d", "linear_relu",
                          "linear_relu", "linear", "softmax_cross_entropy", "accuracy"));
}

TEST(NetworkGraph, CarriesShapesAndParameters) {
  const Graph graph = network_graph(find_model("lenet5"), {}, 8, Purpose::training);
  EXPECT_EQ(graph.nodes[2].shape.text(),
            "lanes=8 width=14 height=14 in_channels=6 out_channels=16 kernel_width=5 kernel_height=5 stride=1 "
            "padding=0 dilation=1 window=2");
  EXPECT_EQ(graph.nodes[0].shape.text(), "lanes=8 width=28 height=28 padding=2");
  EXPECT_EQ(to_string(graph).substr(0, 70), "load_images input (images, indices, pixel_mean, pixel_scale) -> input\n");
  const Node& last = graph.nodes.back();
  EXPECT_EQ(graph.tensors[last.outputs[0]].name, "conv1.bias.gradient");
  EXPECT_EQ(last.inputs.back(), last.outputs[0]) << "accumulates in place";
}

TEST(Fusion, TakesPoolingInOnlyWhereItsWindowsTile) {
  EXPECT_THAT(forward_operators({Conv2d{1, 5}, Relu{}, MaxPool2d{3}, Flatten{}}),
              ElementsAre("conv2d_relu_max_pool2d"));
  EXPECT_THAT(forward_operators({Conv2d{1, 5}, Relu{}, MaxPool2d{3, 2}, Flatten{}}),
              ElementsAre("conv2d", "relu", "max_pool2d"));
  EXPECT_THAT(forward_operators({Conv2d{1, 5}, Relu{}, MaxPool2d{5}, Flatten{}}),
              ElementsAre("conv2d", "relu", "max_pool2d"))
      << "24 is no multiple of 5";
  EXPECT_THAT(forward_operators({Conv2d{1, 5}, MaxPool2d{2}, Relu{}, Flatten{}}),
              ElementsAre("conv2d_max_pool2d", "relu"));
}

TEST(Fusion, LeavesOtherChainsAlone) {
  EXPECT_THAT(forward_operators({Conv2d{2, 5}, Tanh{}, AvgPool2d{2}, Flatten{}, Linear{4}, Sigmoid{}}),
              ElementsAre("conv2d", "tanh", "avg_pool2d", "linear", "sigmoid"));
  EXPECT_THAT(forward_operators({Flatten{}, Linear{4}, Flatten{}, Relu{}}), ElementsAre("linear_relu"))
      << "flattening features changes nothing";
}

TEST(Fusion, KeepsAValueThatIsUsedElsewhere) {
  Graph graph = forward_graph({.name = "test", .network = {Flatten{}, Linear{4}, Relu{}}}, {}, 16);
  const TensorId linear = graph.nodes[1].outputs[0];
  const TensorId copy = add_tensor(graph, graph.tensors[linear]);
  add_node(graph, {.op = "tanh", .shape = {{"lanes", 16}, {"size", 4}}, .inputs = {linear}, .outputs = {copy}});
  fuse(graph);
  EXPECT_THAT(operators_of(graph), ElementsAre("load_images", "linear", "relu", "tanh"));
}

TEST(Autodiff, BuildsTheBackwardGraphInReverse) {
  const Model model = {
      .name = "test",
      .network = {Conv2d{2, 5}, Tanh{}, AvgPool2d{2}, MaxPool2d{3, 2}, Flatten{}, Linear{4}, Sigmoid{}}};
  Graph graph = forward_graph(model, {}, 16);
  add_loss(graph);
  const std::size_t forward_nodes = graph.nodes.size();
  differentiate(graph, find_tensor(graph, "logits"), find_tensor(graph, "logits.gradient"));
  graph.nodes.erase(graph.nodes.begin(), graph.nodes.begin() + static_cast<std::ptrdiff_t>(forward_nodes));
  EXPECT_EQ(to_string(graph),
            "sigmoid_gradient sigmoid1 (logits.gradient, logits) -> fc1.gradient\n"
            "linear_weight_gradient fc1 (flatten1, fc1.gradient, fc1.weight.gradient) -> fc1.weight.gradient\n"
            "linear_bias_gradient fc1 (fc1.gradient, fc1.bias.gradient) -> fc1.bias.gradient\n"
            "linear_input_gradient fc1 (fc1.gradient, fc1.weight) -> flatten1.gradient\n"
            "max_pool2d_gradient max_pool1 (flatten1.gradient, max_pool1.argmax) -> avg_pool1.gradient\n"
            "avg_pool2d_gradient avg_pool1 (avg_pool1.gradient) -> tanh1.gradient\n"
            "tanh_gradient tanh1 (tanh1.gradient, tanh1) -> conv1.gradient\n"
            "conv2d_weight_gradient conv1 (input, conv1.gradient, conv1.weight.gradient) -> conv1.weight.gradient\n"
            "conv2d_bias_gradient conv1 (conv1.gradient, conv1.bias.gradient) -> conv1.bias.gradient\n"
            "conv2d_input_gradient conv1 (conv1.gradient, conv1.weight) -> input.gradient\n");
}

TEST(Autodiff, SaysWhichOperatorHasNoRule) {
  Graph graph = forward_graph({.name = "test", .network = {Flatten{}, Linear{4}}}, {}, 16);
  const TensorId logits = find_tensor(graph, "logits");
  const TensorId output = add_tensor(graph, {.name = "out", .dimensions = graph.tensors[logits].dimensions});
  add_node(graph, {.op = "log_softmax",
                   .shape = {{"lanes", 16}, {"classes", 4}},
                   .inputs = {logits},
                   .outputs = {output},
                   .layer = "last"});
  try {
    differentiate(graph, output, output);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "last: no gradient rule for operator 'log_softmax'");
  }
}

TEST(Autodiff, RefusesAValueWithTwoUses) {
  Graph graph = forward_graph({.name = "test", .network = {Flatten{}, Linear{4}, Relu{}}}, {}, 16);
  const TensorId linear = graph.nodes[1].outputs[0];
  const TensorId relu = graph.nodes[2].outputs[0];
  // A second node that reads what relu reads, and writes over relu's output.
  add_node(graph, {.op = "tanh", .shape = {{"lanes", 16}, {"size", 4}}, .inputs = {linear}, .outputs = {relu}});
  EXPECT_THROW(differentiate(graph, relu, relu), Error);
}

TEST(DeadCode, KeepsWhatOutputsNeed) {
  Graph graph = forward_graph({.name = "test", .network = {Flatten{}, Linear{4}, Relu{}}}, {}, 16);
  const TensorId linear = graph.nodes[1].outputs[0];
  const TensorId unused = add_tensor(graph, {.name = "unused", .dimensions = graph.tensors[linear].dimensions});
  add_node(graph, {.op = "tanh", .shape = {{"lanes", 16}, {"size", 4}}, .inputs = {linear}, .outputs = {unused}});
  const Graph before = graph;
  eliminate_dead_code(graph);
  EXPECT_THAT(operators_of(graph), ElementsAre("load_images", "linear", "relu"));
  EXPECT_EQ(graph.tensors.size(), before.tensors.size() - 1);
  EXPECT_THROW(find_tensor(graph, "unused"), Error);
  EXPECT_EQ(graph.tensors[*graph.tensors[find_tensor(graph, "flatten1")].view_of].name, "input");
}

TEST(DeadCode, DropsTheGradientOfTheImages) {
  const Graph graph =
      network_graph({.name = "test", .network = {Tanh{}, Flatten{}, Linear{4}}}, {}, 16, Purpose::training);
  EXPECT_THAT(operators_of(graph), ElementsAre("load_images", "tanh", "linear", "softmax_cross_entropy",
                                               "linear_weight_gradient", "linear_bias_gradient"));
}

TEST(Graph, RefusesNodesThatDoNotFitTheirSignature) {
  Graph graph;
  const TensorId a = add_tensor(graph, {.name = "a", .dimensions = {{"lane", 16}, {"feature", 4}}});
  const TensorId b = add_tensor(graph, {.name = "b", .dimensions = {{"lane", 16}, {"feature", 5}}});
  const Node node = {.op = "relu", .shape = {{"lanes", 16}, {"size", 4}}, .inputs = {a}, .outputs = {b}, .layer = "r"};
  EXPECT_THROW(add_node(graph, node), Error);
  Node too_many = node;
  too_many.outputs = {a, a};
  EXPECT_THROW(add_node(graph, too_many), Error);
  EXPECT_THROW(add_tensor(graph, {.name = "large", .dimensions = {{"x", 1 << 20}, {"y", 1 << 20}}}), Error);
  EXPECT_THAT(graph.nodes, IsEmpty());
}

}  // namespace
}  // namespace nestwright
