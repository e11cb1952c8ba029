#include "tools/workbench/use.h"

#include <gtest/gtest.h>

#include "ops/signature/signature.h"
#include "support/error.h"

namespace nestwright::workbench {
namespace {

// LeNet-5's 61,706 float32 parameters, its gradient and its velocity, and what comes of both; one learning rate.
TEST(ExampleCall, UpdatesAsManyParametersAsTheDefaultModelHas) {
  EXPECT_EQ(example_parameters(), 61706);
  const Signature& momentum = find_signature("momentum");
  const Shape shape = complete_shape(momentum, {});
  EXPECT_DOUBLE_EQ(bytes_of_tensors(momentum, shape, example_call(shape, 64)), 4.0 * (5 * 61706 + 1));
}

TEST(ExampleCall, HoldsABatchInBlocks) {
  const CallSize size = example_call({{"lanes", 16}}, 40);
  EXPECT_EQ(size.blocks, 3);
  EXPECT_EQ(size.images, 40);
}

TEST(Shapes, OfAFeatureExtractorHaveRoomForItsWindows) {
  const Signature& features = find_signature("feature_extractor");
  const auto shape_of = [](int window1, int window2) {
    Shape shape;
    for (const char* name : {"lanes", "width", "height", "channels1", "kernel1", "channels2", "kernel2"}) {
      shape.set(name, 2);
    }
    shape.set("width", 12);
    shape.set("height", 12);
    shape.set("window1", window1);
    shape.set("window2", window2);
    return shape;
  };
  EXPECT_NO_THROW(complete_shape(features, shape_of(2, 4)));
  EXPECT_THROW(complete_shape(features, shape_of(12, 1)), Error);
  EXPECT_THROW(complete_shape(features, shape_of(2, 5)), Error);
}

TEST(CallSize, ThatSaysNoParametersIsNoOptimisersCall) {
  const Signature& sgd = find_signature("sgd");
  EXPECT_THROW(bytes_of_tensors(sgd, {}, call_for_batch({}, 64)), Error);
}

}  // namespace
}  // namespace nestwright::workbench
