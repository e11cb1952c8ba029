#include "model/graph/layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/graph/forward.h"
#include "model/graph/models.h"
#include "support/error.h"

namespace nestwright {
namespace {

using ::testing::HasSubstr;

std::string message_of(const Sequential& network, const ValueShape& input) {
  try {
    infer_shapes(network, input);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

const ValueShape digit = {.width = 28, .height = 28};

TEST(ShapeInference, OfLenet5) {
  const std::vector<ValueShape> shapes = infer_shapes(find_model("lenet5").network, {.width = 32, .height = 32});
  std::vector<std::string> texts;
  for (const ValueShape& shape : shapes) texts.push_back(to_string(shape));
  EXPECT_THAT(texts,
              ::testing::ElementsAre("28x28x6", "28x28x6", "14x14x6", "10x10x16", "10x10x16", "5x5x16", "400 features",
                                     "120 features", "120 features", "84 features", "84 features", "10 features"));
}

TEST(ShapeInference, WithStridePaddingAndDilation) {
  const Sequential network{Conv2d{4, 3, 2, 1}, Conv2d{.out_channels = 5, .kernel = 3, .dilation = 2}, AvgPool2d{3, 2}};
  const std::vector<ValueShape> shapes = infer_shapes(network, {.width = 28, .height = 21, .channels = 2});
  EXPECT_EQ(to_string(shapes[0]), "14x11x4");
  EXPECT_EQ(to_string(shapes[1]), "10x7x5");
  EXPECT_EQ(to_string(shapes[2]), "4x3x5");
}

TEST(ShapeInference, NamesTheLayerThatDoesNotFit) {
  const Sequential network{Conv2d{6, 5}, MaxPool2d{8}, Relu{}, Conv2d{16, 5}};
  EXPECT_EQ(message_of(network, digit), "layer 4 (conv2d): a 5x5 window does not fit an input of 3x3");
  EXPECT_EQ(message_of({Conv2d{1, 9, 1, 1, 4}}, digit),
            "layer 1 (conv2d): a 9x9 window with dilation 4 does not fit an input of 28x28 padded by 1");
}

TEST(ShapeInference, SaysWhereFlattenBelongs) {
  EXPECT_THAT(message_of({Conv2d{6, 5}, Linear{10}}, digit), HasSubstr("layer 2 (linear): expected features"));
  EXPECT_THAT(message_of({Flatten{}, MaxPool2d{2}}, digit), HasSubstr("layer 2 (max_pool2d): expected an image"));
}

TEST(ShapeInference, RefusesNumbersThatMakeNoSense) {
  EXPECT_THAT(message_of({Conv2d{0, 5}}, digit), HasSubstr("the number of output channels is 0"));
  EXPECT_THAT(message_of({Conv2d{1, -5}}, digit), HasSubstr("the kernel is -5"));
  EXPECT_THAT(message_of({Conv2d{1, 5, 0}}, digit), HasSubstr("the stride is 0"));
  EXPECT_THAT(message_of({Conv2d{1, 5, 1, -1}}, digit), HasSubstr("the padding is -1"));
  EXPECT_THAT(message_of({MaxPool2d{16}}, digit), HasSubstr("the window is 16; expected 1 to 15"));
  EXPECT_THAT(message_of({Flatten{}, Linear{std::int64_t{1} << 60}}, digit), HasSubstr("the number of features is"));
  EXPECT_THAT(message_of({Conv2d{1 << 20, 1}}, digit), HasSubstr("layer 1 (conv2d): gives 28x28x1048576; at most"));
}

TEST(Models, AreFoundByName) {
  EXPECT_EQ(class_count(find_model("lenet5"), {}), 10);
  EXPECT_EQ(class_count(find_model("lenet_caffe"), {}), 10);
  try {
    find_model("lenet6");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "model: no model 'lenet6'; did you mean 'lenet5'?");
  }
}

TEST(Models, EndInFeatures) {
  EXPECT_THROW(class_count({.name = "m", .network = {Conv2d{6, 5}}}, {}), Error);
  EXPECT_THROW(class_count({.name = "m", .network = Sequential(std::vector<Layer>{})}, {}), Error);
  EXPECT_THROW(class_count({.name = "m", .network = {Flatten{}, Linear{256}}}, {}), Error);
}

}  // namespace
}  // namespace nestwright
