// Loads images and applies two convolutions with relu and pooling as one operator, so that nothing between them goes
// through memory.

#include "ops/fused_convolution/algorithm.h"

#include "ops/algorithm/families.h"
#include "ops/algorithm/notation.h"
#include "ops/algorithm/packed.h"
#include "ops/feature_extractor/signature.h"
#include "ops/layout/algorithm.h"

namespace nestwright::ops {
namespace {

Convolution convolution_of(const FeatureValues::Part& input, const FeatureValues::Part& pooled, int kernel) {
  const int width = static_cast<int>(input.width), height = static_cast<int>(input.height);
  return {.width = width,
          .height = height,
          .in_channels = static_cast<int>(input.channels),
          .out_channels = static_cast<int>(pooled.channels),
          .kernel_width = kernel,
          .kernel_height = kernel,
          .stride = 1,
          .padding = 0,
          .dilation = 1,
          .output_width = width - kernel + 1,
          .output_height = height - kernel + 1};
}

// Adds `part` to `packed`; values_at(column, row, channel) gives its value and its argmax there.
template <typename ValuesAt>
void add_planes(const FeatureValues::Part& part, ValuesAt values_at, Packed& packed) {
  const int width = static_cast<int>(part.width), height = static_cast<int>(part.height);
  packed.add(part.first, part.count(), [&](const Expr& place) {
    return values_at(place % width, place / width % height, place / (width * height));
  });
}

Algorithm build_feature_extractor(const Inputs& inputs, const Shape& shape) {
  const Stage weight1("weight1", inputs), bias1("bias1", inputs), weight2("weight2", inputs), bias2("bias2", inputs);
  const FeatureValues places = FeatureValues::from(shape);
  const auto [pixels, output] = load_images(inputs, shape);
  const Stage input = output.renamed("input");
  const auto [conv1, pool1, pooled1] =
      pooled_convolution(input, weight1, bias1, convolution_of(places.input, places.pooled1, extent(shape, "kernel1")),
                         extent(shape, "window1"), true, "1");
  Func activation1("activation1");
  activation1(lane, x, y, ci, b) = pooled1(lane, x, y, ci, b)[0];
  const auto [conv2, pool2, pooled2] = pooled_convolution(
      activation1, weight2, bias2, convolution_of(places.pooled1, places.pooled2, extent(shape, "kernel2")),
      extent(shape, "window2"), true, "2");

  Packed packed({0.0f, cast<uint8_t>(0)});
  using Values = std::vector<Expr>;
  const auto of_input = [&](const Expr& column, const Expr& row, const Expr& channel) {
    return Values{input(lane, column, row, channel, b), cast<uint8_t>(0)};
  };
  const auto of = [](const Func& pooled) {
    return [pooled](const Expr& column, const Expr& row, const Expr& channel) {
      return Values{pooled(lane, column, row, channel, b)[0], pooled(lane, column, row, channel, b)[1]};
    };
  };
  add_planes(places.input, of_input, packed);
  add_planes(places.pooled1, of(pooled1), packed);
  add_planes(places.pooled2, of(pooled2), packed);
  Stage values("values");
  values(lane, slot, b) = Tuple(packed.values());
  return algorithm_of({values}, {Stage("indices", inputs), weight1, weight2, pixels, input, conv1, pool1, pooled1,
                                 conv2, pool2, pooled2});
}

}  // namespace

std::vector<Operator> feature_extractor_operators() {
  return {{"feature_extractor", "direct", build_feature_extractor}};
}

}  // namespace nestwright::ops
