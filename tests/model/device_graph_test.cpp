// The graph that a GPU runs for a network: it has fewer and larger nodes, and its tensors lie where kernels expect
// them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "model/device/device_layout.h"
#include "model/graph/memory_plan.h"
#include "model/graph/network_graph.h"
#include "ops/classifier/signature.h"
#include "ops/signature/bias_place.h"
#include "tests/model/fused_operators.h"
#include "tests/model/random_network.h"

namespace nestwright {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t lanes = 32;

std::vector<std::string> operators_in_training(const Model& model, const CanRun& can_run = every_fused_operator) {
  std::vector<std::string> names;
  for (const Node& node : device_graph(model, {}, lanes, Purpose::training, can_run).nodes) names.push_back(node.op);
  return names;
}

TEST(DeviceGraph, OfLenet5InTraining) {
  EXPECT_THAT(
      operators_in_training(find_model("lenet5")),
      ElementsAre("feature_extractor", "classifier_step", "linear_parameter_gradients", "linear_parameter_gradients",
                  "linear_parameter_gradients", "conv2d_max_pool2d_parameter_gradients",
                  "conv2d_max_pool2d_input_gradient", "conv2d_max_pool2d_parameter_gradients"));
}

// Without fused operators: its convolutions have no relu, and two linear layers are too few for a classifier.
TEST(DeviceGraph, OfLenetCaffeInTraining) {
  EXPECT_THAT(
      operators_in_training(find_model("lenet_caffe")),
      ElementsAre("load_images", "conv2d_max_pool2d", "conv2d_max_pool2d", "linear_relu", "linear",
                  "softmax_cross_entropy", "linear_parameter_gradients", "linear_input_gradient_relu_gradient",
                  "linear_parameter_gradients", "linear_input_gradient", "conv2d_max_pool2d_parameter_gradients",
                  "conv2d_max_pool2d_input_gradient", "conv2d_max_pool2d_parameter_gradients"));
}

TEST(DeviceGraph, LeavesAloneWhatTheDeviceCannotRun) {
  const auto count_in_lenet5 = [](const std::string& op, const CanRun& can_run) {
    return std::ranges::count(operators_in_training(find_model("lenet5"), can_run), op);
  };
  for (const std::string refused : {"feature_extractor", "classifier_step"}) {
    std::vector<std::pair<std::string, std::string>> asked;
    const CanRun can_run = [&](const std::string& op, const Shape& shape) {
      asked.emplace_back(op, shape.text());
      return op != refused;
    };
    EXPECT_EQ(count_in_lenet5("feature_extractor", can_run), refused == "feature_extractor" ? 0 : 1);
    EXPECT_EQ(count_in_lenet5("classifier_step", can_run), refused == "classifier_step" ? 0 : 1);
    // The device is asked about complete shapes, as kernels are found by them.
    for (const auto& [op, shape] : asked) {
      EXPECT_EQ(complete_shape(find_signature(op), Shape::parse(shape)).text(), shape) << op;
    }
    EXPECT_EQ(count_in_lenet5("load_images", can_run), refused == "feature_extractor" ? 1 : 0);
    EXPECT_EQ(count_in_lenet5("linear_relu", can_run), refused == "classifier_step" ? 2 : 0);
  }
}

TEST(DeviceGraph, LeavesGradientsApartWhereBiasesFitIntoNoRow) {
  const Model model = {.name = "test", .network = {Flatten{}, Linear{3}, Relu{}, Linear{10}}};
  EXPECT_THAT(operators_in_training(model),
              ElementsAre("load_images", "linear_relu", "linear", "softmax_cross_entropy", "linear_weight_gradient",
                          "linear_bias_gradient", "linear_input_gradient_relu_gradient", "linear_parameter_gradients"));
}

TEST(DeviceGraph, SeesTheClassifiersPartsInItsOutput) {
  const Graph graph = device_graph(find_model("lenet5"), {}, lanes, Purpose::training, every_fused_operator);
  const MemoryPlan plan = plan_memory(graph, {.blocks = 3, .alignment = part_alignment * sizeof(float)});
  const TensorId values = find_tensor(graph, "classifier");
  const Node& step = graph.nodes[1];
  EXPECT_THAT(step.outputs, ElementsAre(values));
  const ClassifierValues places = ClassifierValues::from(step.shape);
  const auto expect_part = [&](const std::string& name, std::int64_t feature) {
    const TensorId id = find_tensor(graph, name);
    EXPECT_EQ(storage_of(graph, id), values) << name;
    EXPECT_EQ(*plan.offsets[id], *plan.offsets[values] + static_cast<std::size_t>(feature * lanes) * sizeof(float))
        << name;
    EXPECT_EQ(*plan.offsets[id] % (part_alignment * sizeof(float)), 0U) << name;
  };
  expect_part("relu3", places.hidden1);
  expect_part("relu4", places.hidden2);
  expect_part("logits.gradient", places.logits_gradient);
  expect_part("flatten1.gradient", places.input_gradient);
  expect_part("loss", places.loss);
  // The gradients of the last layer's parameters are made from the second hidden layer and the logits' gradient.
  EXPECT_EQ(graph.nodes[2].layer, "fc3");
  EXPECT_THAT(graph.nodes[2].inputs, ElementsAre(find_tensor(graph, "relu4"), find_tensor(graph, "logits.gradient")));
  EXPECT_EQ(graph.tensors[graph.nodes[2].outputs[0]].role, Role::block_gradients);
}

TEST(DeviceGraph, LetsNoTwoLiveTensorsOverlap) {
  const bool holds = rc::check("no two live tensors overlap", [] {
    const RandomNetwork random = *random_network();
    const CanRun can_run = *rc::gen::arbitrary<bool>() ? every_fused_operator : no_fused_operator;
    const ImageSize size = {.width = random.input.width, .height = random.input.height};
    const MemoryUnit unit = {.blocks = *rc::gen::inRange(1, 5), .alignment = part_alignment * sizeof(float)};
    const Graph graph = device_graph(random.model, size, lanes, Purpose::training, can_run);
    RC_ASSERT(!find_overlap(graph, plan_memory(graph, unit)));
  });
  EXPECT_TRUE(holds);
}

// A kernel that writes the gradients of weights and bias together, and rows of zeros with them, writes nothing that
// belongs to another layer.
TEST(DeviceLayout, KeepsWhatAKernelWritesFromOthers) {
  const bool holds = rc::check("a layer's rows end before the next layer begins", [] {
    const RandomNetwork random = *random_network();
    const CanRun can_run = *rc::gen::arbitrary<bool>() ? every_fused_operator : no_fused_operator;
    const ImageSize size = {.width = random.input.width, .height = random.input.height};
    const Graph graph = device_graph(random.model, size, lanes, Purpose::training, can_run);
    const ParameterLayout layout = device_parameter_layout(network_graph(random.model, size, 1, Purpose::prediction));
    for (const ParameterSlot& slot : layout.slots) RC_ASSERT(slot.offset % part_alignment == 0);
    for (const Node& node : graph.nodes) {
      const TensorId id = node.outputs[0];
      if (graph.tensors[id].role != Role::block_gradients) continue;
      const ParameterSlot& weight = slot_of(graph, id, layout);
      const auto bias = layout.slots.begin() + (&weight - layout.slots.data()) + 1;
      const std::int64_t end = weight.offset + element_count(graph.tensors[id].dimensions);
      RC_ASSERT(bias->offset >= weight.offset + weight.count);
      RC_ASSERT(bias->offset + bias->count <= end);
      RC_ASSERT(end <= (bias + 1 == layout.slots.end() ? layout.size : (bias + 1)->offset));
    }
  });
  EXPECT_TRUE(holds);
}

TEST(BiasPlace, IsTheFirstThatBeginsAPartAndFitsIntoARow) {
  EXPECT_EQ(bias_place(400, 120).row, 120);  // 48000 = 750 x 64
  EXPECT_EQ(bias_place(400, 120).column, 0);
  EXPECT_EQ(bias_place(25, 6).offset(25), 192);   // 150 weights
  EXPECT_EQ(bias_place(25, 20).offset(25), 576);  // 512 + 20 would pass the end of row 20
  EXPECT_EQ(gradient_rows(25, 20, 2), 24);
  EXPECT_ANY_THROW(bias_place(3, 4));
}

}  // namespace
}  // namespace nestwright
