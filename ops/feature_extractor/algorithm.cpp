// The images and two convolutions with relu and pooling as one operator: what lies between them goes through no memory.

#include "ops/fused_convolution/algorithm.h"

#include "ops/algorithm/families.h"
#include "ops/algorithm/packed.h"
#include "ops/feature_extractor/signature.h"
#include "ops/layout/algorithm.h"

namespace nestwright::ops {

using Halide::cast;
using Halide::Expr;
using Halide::Func;
using Halide::Tuple;
using Halide::Var;

namespace {

const Var lane("lane"), slot("slot"), b("b");

int extent(const Shape& shape, const char* name) { return static_cast<int>(shape.at(name)); }

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

// Adds values and argmax, which `values_at` gives at (x, y, channel).
template <typename ValuesAt>
void add_planes(const FeatureValues::Part& part, ValuesAt values_at, Packed& packed) {
  const int width = static_cast<int>(part.width), height = static_cast<int>(part.height);
  packed.add(part.first, part.count(), [&](const Expr& place) {
    return values_at(place % width, place / width % height, place / (width * height));
  });
}

void add_layer(const PooledConvolution& layer, const std::string& number, Algorithm& algorithm) {
  algorithm.funcs.insert(
      {{"conv" + number, layer.conv.func}, {"pool" + number, layer.pool.func}, {"pooled" + number, layer.pooled}});
  for (const auto& variables : {layer.conv.variables, layer.pool.variables}) {
    algorithm.reduction_variables.insert(variables.begin(), variables.end());
  }
}

Algorithm build_feature_extractor(const Inputs& inputs, const Shape& shape) {
  const auto input = [&](const char* name) { return inputs.at(name).func; };
  const FeatureValues places = FeatureValues::from(shape);
  const LoadedImages loaded = load_images(inputs, shape);
  const PooledConvolution first = pooled_convolution(
      loaded.output, input("weight1"), input("bias1"),
      convolution_of(places.input, places.pooled1, extent(shape, "kernel1")), extent(shape, "window1"), true, "1");
  Func activation1("activation1");
  activation1(lane, Var("x"), Var("y"), Var("ci"), b) = first.pooled(lane, Var("x"), Var("y"), Var("ci"), b)[0];
  const PooledConvolution second = pooled_convolution(
      activation1, input("weight2"), input("bias2"),
      convolution_of(places.pooled1, places.pooled2, extent(shape, "kernel2")), extent(shape, "window2"), true, "2");

  Packed packed({0.0f, cast<uint8_t>(0)});
  using Values = std::vector<Expr>;
  const auto of_input = [&](const Expr& x, const Expr& y, const Expr& channel) {
    return Values{loaded.output(lane, x, y, channel, b), cast<uint8_t>(0)};
  };
  const auto of = [](const Func& pooled) {
    return [pooled](const Expr& x, const Expr& y, const Expr& channel) {
      return Values{pooled(lane, x, y, channel, b)[0], pooled(lane, x, y, channel, b)[1]};
    };
  };
  add_planes(places.input, of_input, packed);
  add_planes(places.pooled1, of(first.pooled), packed);
  add_planes(places.pooled2, of(second.pooled), packed);
  Func values("values");
  values(lane, slot, b) = Tuple(packed.values());

  Algorithm algorithm{.outputs = {values},
                      .funcs = {{"indices", input("indices")},
                                {"weight1", input("weight1")},
                                {"weight2", input("weight2")},
                                {"pixels", loaded.pixels},
                                {"input", loaded.output},
                                {"values", values}},
                      .reduction_variables = {}};
  add_layer(first, "1", algorithm);
  add_layer(second, "2", algorithm);
  return algorithm;
}

}  // namespace

std::vector<Operator> feature_extractor_operators() {
  return {{"feature_extractor", "direct", build_feature_extractor}};
}

}  // namespace nestwright::ops
