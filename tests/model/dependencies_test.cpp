// Which nodes wait for which: in any order that respects the dependencies, every node reads the same values as when the
// nodes run in the graph's order.
#include "model/graph/dependencies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "model/graph/branches.h"
#include "model/graph/network_graph.h"
#include "ops/signature/bias_place.h"
#include "tests/model/fused_operators.h"
#include "tests/model/random_network.h"

namespace nestwright {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::size_t alignment = part_alignment * sizeof(float);

// The node that wrote each part of the memory last. A part of the arena is known by its offset, a tensor outside the
// arena by its number.
class Memory {
 public:
  Memory(const Graph& graph, const MemoryPlan& plan, const MemoryUnit& unit)
      : graph_(&graph), plan_(&plan), unit_(unit) {}

  // Runs the node `index`, and gives the last writer of each part that it reads; -1: nobody wrote it.
  std::vector<std::ptrdiff_t> run(std::size_t index) {
    const Node& node = graph_->nodes[index];
    std::vector<std::ptrdiff_t> writers;
    for (const TensorId id : node.inputs) {
      for (const auto& part : parts_of(id)) writers.push_back(writer_.try_emplace(part, -1).first->second);
    }
    for (const TensorId id : node.outputs) {
      for (const auto& part : parts_of(id)) writer_[part] = static_cast<std::ptrdiff_t>(index);
    }
    return writers;
  }

 private:
  std::vector<std::pair<bool, std::size_t>> parts_of(TensorId id) const {
    const TensorId storage = storage_of(*graph_, id);
    if (!plan_->offsets[storage]) return {{false, storage}};
    const auto bytes = static_cast<std::size_t>(size_in_bytes(graph_->tensors[storage]) * unit_.blocks);
    std::vector<std::pair<bool, std::size_t>> parts;
    for (std::size_t at = 0; at < bytes; at += alignment) parts.emplace_back(true, *plan_->offsets[storage] + at);
    return parts;
  }

  const Graph* graph_;
  const MemoryPlan* plan_;
  MemoryUnit unit_;
  std::map<std::pair<bool, std::size_t>, std::ptrdiff_t> writer_;
};

// A random order of the nodes that respects their dependencies.
std::vector<std::size_t> random_order(const std::vector<std::vector<std::size_t>>& dependencies) {
  std::vector<std::size_t> order;
  std::vector<bool> is_done(dependencies.size());
  while (order.size() < dependencies.size()) {
    std::vector<std::size_t> ready;
    for (std::size_t node = 0; node < dependencies.size(); ++node) {
      const bool waits =
          std::ranges::any_of(dependencies[node], [&](std::size_t earlier) { return !is_done[earlier]; });
      if (!is_done[node] && !waits) ready.push_back(node);
    }
    order.push_back(*rc::gen::elementOf(ready));
    is_done[order.back()] = true;
  }
  return order;
}

TEST(Dependencies, KeepWhatEveryNodeReads) {
  const bool holds = rc::check("every node reads what it reads in order", [] {
    const RandomNetwork random = *random_network();
    const CanRun can_run = *rc::gen::arbitrary<bool>() ? every_fused_operator : no_fused_operator;
    const ImageSize size = {.width = random.input.width, .height = random.input.height};
    const MemoryUnit unit = {.blocks = *rc::gen::inRange(1, 4), .alignment = alignment};
    const Graph graph =
        device_graph(random.model, size, 32, *rc::gen::element(Purpose::training, Purpose::evaluation), can_run);
    const MemoryPlan plan = plan_memory(graph, unit);
    std::vector<std::vector<std::ptrdiff_t>> expected;
    Memory in_order(graph, plan, unit), in_another(graph, plan, unit);
    for (std::size_t node = 0; node < graph.nodes.size(); ++node) expected.push_back(in_order.run(node));
    for (const std::size_t node : random_order(dependencies_of(graph, plan, unit))) {
      RC_ASSERT(in_another.run(node) == expected[node]);
    }
  });
  EXPECT_TRUE(holds);
}

TEST(Dependencies, OfLenet5LetGradientsOfParametersRunBesideTheRest) {
  const Graph graph = device_graph(find_model("lenet5"), {}, 32, Purpose::training, every_fused_operator);
  const MemoryUnit unit = {.blocks = 2, .alignment = alignment};
  // The nodes are: features; the classifier; the gradients of fc3's, fc2's, fc1's and conv2's parameters; conv2's input
  // gradient; the gradients of conv1's parameters.
  EXPECT_THAT(dependencies_of(graph, plan_memory(graph, unit), unit),
              ElementsAre(IsEmpty(), ElementsAre(0), ElementsAre(1), ElementsAre(1), ElementsAre(1), ElementsAre(1),
                          ElementsAre(1), ElementsAre(6)));
}

TEST(Branches, GoOnWhereANodeWaitsForTheLast) {
  // 0 -> 1 -> {2, 3}; 4 waits for both; 5 for nothing.
  EXPECT_THAT(branches_of({{}, {0}, {1}, {1}, {2, 3}, {}}),
              ElementsAre(BranchPlace{0, {}}, BranchPlace{0, {}}, BranchPlace{0, {}}, BranchPlace{1, {1}},
                          BranchPlace{0, {3}}, BranchPlace{2, {}}));
}

// A node waits for a dependency in one of two ways: the dependency is on the node's branch, whose nodes run in order,
// or the node's place names it in `after`.
TEST(Branches, LetEveryNodeWaitForItsDependencies) {
  const bool holds = rc::check("what a node depends on comes before it, on its branch or named", [] {
    std::vector<std::vector<std::size_t>> dependencies(*rc::gen::inRange<std::size_t>(1, 20));
    for (std::size_t node = 0; node < dependencies.size(); ++node) {
      std::vector<std::size_t>& earlier = dependencies[node];
      for (std::size_t i = 0; i < node; ++i) {
        if (*rc::gen::weightedElement<bool>({{1, true}, {3, false}})) earlier.push_back(i);
      }
    }
    const std::vector<BranchPlace> places = branches_of(dependencies);
    for (std::size_t node = 0; node < places.size(); ++node) {
      for (const std::size_t earlier : dependencies[node]) {
        const bool is_named = std::ranges::count(places[node].after, earlier) == 1;
        RC_ASSERT(is_named != (places[earlier].branch == places[node].branch));
      }
    }
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace nestwright
