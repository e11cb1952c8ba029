#include "model/graph/memory_plan.h"

#include <gtest/gtest.h>

#include "model/graph/network_graph.h"
#include "tests/model/random_network.h"

namespace nestwright {
namespace {

constexpr Purpose purposes[] = {Purpose::prediction, Purpose::evaluation, Purpose::training};

// The most bytes that tensors alive at the same time have: no plan can need fewer.
std::size_t largest_live_sum(const Graph& graph) {
  const std::vector<Lifetime> lifetimes = lifetimes_of(graph);
  const MemoryPlan plan = plan_memory(graph);
  std::size_t most = 0;
  for (std::ptrdiff_t time = -1; time <= static_cast<std::ptrdiff_t>(graph.nodes.size()); ++time) {
    std::size_t sum = 0;
    for (TensorId id = 0; id < graph.tensors.size(); ++id) {
      const bool is_alive = lifetimes[id].first <= time && time <= lifetimes[id].last;
      if (is_alive && plan.offsets[id] && storage_of(graph, id) == id) {
        sum += static_cast<std::size_t>(size_in_bytes(graph.tensors[id]));
      }
    }
    most = std::max(most, sum);
  }
  return most;
}

TEST(MemoryPlan, LetsNoTwoLiveTensorsOverlap) {
  const bool holds = rc::check("no two live tensors overlap", [] {
    const RandomNetwork random = *random_network();
    const ImageSize size = {.width = random.input.width, .height = random.input.height};
    for (const Purpose purpose : purposes) {
      const Graph graph = network_graph(random.model, size, *rc::gen::element(16, 8, 1), purpose);
      const MemoryPlan plan = plan_memory(graph);
      RC_ASSERT(!find_overlap(graph, plan));
      RC_ASSERT(plan.planned_bytes <= plan.sum_of_all);
      for (TensorId id = 0; id < graph.tensors.size(); ++id) {
        if (!plan.offsets[id]) continue;
        RC_ASSERT(*plan.offsets[id] % memory_alignment == 0);
        RC_ASSERT(*plan.offsets[id] + static_cast<std::size_t>(size_in_bytes(graph.tensors[id])) <= plan.planned_bytes);
      }
    }
  });
  EXPECT_TRUE(holds);
}

TEST(MemoryPlan, OfTheShippedModelsIsCloseToTheLeastPossible) {
  for (const Model& model : shipped_models()) {
    for (const Purpose purpose : purposes) {
      const Graph graph = network_graph(model, {}, 16, purpose);
      const MemoryPlan plan = plan_memory(graph);
      EXPECT_FALSE(find_overlap(graph, plan));
      EXPECT_LE(static_cast<double>(plan.planned_bytes), 1.05 * static_cast<double>(largest_live_sum(graph)))
          << model.name;
      EXPECT_LT(plan.planned_bytes, plan.sum_of_all) << model.name;
    }
  }
}

TEST(MemoryPlan, FlattensAndAppliesReluInPlace) {
  const Graph graph = network_graph({.name = "test", .network = {Conv2d{2, 5}, Relu{}, Flatten{}, Linear{4}}}, {}, 16,
                                    Purpose::prediction);
  const MemoryPlan plan = plan_memory(graph);
  EXPECT_EQ(plan.offsets[find_tensor(graph, "conv1")], plan.offsets[find_tensor(graph, "relu1")]);
  EXPECT_EQ(plan.offsets[find_tensor(graph, "relu1")], plan.offsets[find_tensor(graph, "flatten1")]);
}

TEST(MemoryPlan, WorksInPlaceOnlyWhereTheOtherInputsAreElsewhere) {
  const auto offsets_are_equal = [](bool same_tensor_twice) {
    Graph graph;
    const std::vector<Dimension> dimensions = {{"lane", 16}, {"feature", 4}};
    const Shape shape = {{"lanes", 16}, {"size", 4}};
    const TensorId start = add_tensor(graph, {.name = "start", .dimensions = dimensions, .role = Role::input});
    const TensorId a = add_tensor(graph, {.name = "a", .dimensions = dimensions});
    const TensorId b = add_tensor(graph, {.name = "b", .dimensions = dimensions});
    add_node(graph, {.op = "tanh", .shape = shape, .inputs = {start}, .outputs = {a}});
    add_node(graph,
             {.op = "relu_gradient", .shape = shape, .inputs = {a, same_tensor_twice ? a : start}, .outputs = {b}});
    const MemoryPlan plan = plan_memory(graph);
    return plan.offsets[a] == plan.offsets[b];
  };
  EXPECT_TRUE(offsets_are_equal(false));
  EXPECT_FALSE(offsets_are_equal(true));
}

TEST(MemoryPlan, LeavesParametersAndImagesElsewhere) {
  const Graph graph = network_graph(find_model("lenet5"), {}, 16, Purpose::training);
  const MemoryPlan plan = plan_memory(graph);
  EXPECT_FALSE(plan.offsets[find_tensor(graph, "images")]);
  EXPECT_FALSE(plan.offsets[find_tensor(graph, "conv1.weight")]);
  EXPECT_FALSE(plan.offsets[find_tensor(graph, "conv1.weight.gradient")]);
  EXPECT_TRUE(plan.offsets[find_tensor(graph, "labels")]);
}

TEST(MemoryPlan, KeepsInputsFromRunToRun) {
  const Graph graph = network_graph(find_model("lenet5"), {}, 16, Purpose::training);
  const MemoryPlan plan = plan_memory(graph);
  const TensorId scale = find_tensor(graph, "pixel_scale");
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    EXPECT_EQ(plan.offsets[id] == plan.offsets[scale], id == scale) << graph.tensors[id].name;
  }
}

TEST(FindOverlap, SeesOne) {
  const Graph graph = network_graph(find_model("lenet5"), {}, 16, Purpose::training);
  MemoryPlan plan = plan_memory(graph);
  plan.offsets[find_tensor(graph, "max_pool2")] = plan.offsets[find_tensor(graph, "max_pool1")];
  plan.offsets[find_tensor(graph, "flatten1")] = plan.offsets[find_tensor(graph, "max_pool1")];
  EXPECT_TRUE(find_overlap(graph, plan));
}

}  // namespace
}  // namespace nestwright
