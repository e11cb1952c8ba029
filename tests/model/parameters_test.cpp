#include "model/runtime/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "model/data/philox.h"
#include "support/error.h"

namespace nestwright {
namespace {

using ::testing::ElementsAre;

// Known answers from the authors' Random123 library, tests/kat_vectors.
TEST(Philox, GivesTheKnownAnswers) {
  EXPECT_THAT(philox4x32({0, 0, 0, 0}, {0, 0}), ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  EXPECT_THAT(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
              ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  EXPECT_THAT(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

TEST(Parameters, HavePyTorchsNamesAndShapes) {
  const Parameters parameters(find_model("lenet5"), {}, 1);
  std::vector<std::string> slots;
  std::int64_t end = 0, count = 0;
  for (const ParameterSlot& slot : parameters.layout.slots) {
    std::string text = slot.name;
    for (const std::int64_t extent : slot.shape) text += " " + std::to_string(extent);
    slots.push_back(text + " /" + std::to_string(slot.fan_in));
    EXPECT_EQ(slot.offset % 16, 0);
    EXPECT_GE(slot.offset, end);
    end = slot.offset + slot.count;
    count += slot.count;
  }
  EXPECT_THAT(
      slots, ElementsAre("conv1.weight 6 1 5 5 /25", "conv1.bias 6 /25", "conv2.weight 16 6 5 5 /150",
                         "conv2.bias 16 /150", "fc1.weight 120 400 /400", "fc1.bias 120 /400", "fc2.weight 84 120 /120",
                         "fc2.bias 84 /120", "fc3.weight 10 84 /84", "fc3.bias 10 /84"));
  EXPECT_EQ(count, 61706);
  EXPECT_GE(parameters.layout.size, end);
}

TEST(Parameters, AreTheSameForAllPurposesAndLanes) {
  const auto names_and_offsets = [](Purpose purpose, std::int64_t lanes) {
    std::string text;
    for (const ParameterSlot& slot :
         parameter_layout(network_graph(find_model("lenet_caffe"), {}, lanes, purpose)).slots) {
      text += slot.name + " " + std::to_string(slot.offset) + "\n";
    }
    return text;
  };
  const std::string expected = names_and_offsets(Purpose::training, 16);
  EXPECT_EQ(names_and_offsets(Purpose::prediction, 1), expected);
  EXPECT_EQ(names_and_offsets(Purpose::evaluation, 8), expected);
}

TEST(Parameters, StartUniformWithinTheBoundOfTheirFanIn) {
  const Parameters parameters(find_model("lenet5"), {}, 7);
  const std::vector<NamedTensor> tensors = parameters.tensors();
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const double bound = 1.0 / std::sqrt(static_cast<double>(parameters.layout.slots[i].fan_in));
    double sum = 0.0, squares = 0.0;
    for (const float value : tensors[i].values) {
      ASSERT_LE(std::abs(value), bound);
      sum += value;
      squares += value * value;
    }
    const auto count = static_cast<double>(tensors[i].values.size());
    // The tolerances are five standard errors of the mean, and of the mean square, of a uniform distribution.
    EXPECT_NEAR(sum / count, 0.0, 5.0 * bound / std::sqrt(3.0 * count)) << tensors[i].name;
    EXPECT_NEAR(squares / count, bound * bound / 3.0, 5.0 * bound * bound * std::sqrt(4.0 / 45.0 / count));
  }
}

TEST(Parameters, DependOnTheSeedAlone) {
  const Parameters one(find_model("lenet5"), {}, 1), again(find_model("lenet5"), {}, 1),
      other(find_model("lenet5"), {}, 2);
  EXPECT_EQ(one.tensors(), again.tensors());
  EXPECT_NE(one.tensors()[0].values, other.tensors()[0].values);
  EXPECT_NE(one.tensors()[4].values[0], one.tensors()[5].values[0]) << "each parameter has numbers of its own";
}

TEST(Parameters, AreAssignedByNameInAnyOrder) {
  const Parameters from(find_model("lenet5"), {}, 1);
  Parameters to(from.layout);
  std::vector<NamedTensor> tensors = from.tensors();
  std::ranges::reverse(tensors);
  assign_tensors(to.layout, to.values.values(), "file", tensors);
  EXPECT_EQ(to.tensors(), from.tensors());
  tensors.pop_back();
  EXPECT_THROW(assign_tensors(to.layout, to.values.values(), "file", tensors), Error);
}

}  // namespace
}  // namespace nestwright
