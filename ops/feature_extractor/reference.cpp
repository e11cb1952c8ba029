#include "ops/layout/reference.h"

#include "ops/feature_extractor/signature.h"
#include "ops/reference/families.h"
#include "ops/reference/packed_features.h"

namespace nestwright::reference {
namespace {

Tensors convolution(const Shape& s, const Tensors& in, const Tensor& input, const std::string& layer,
                    const FeatureValues::Part& size) {
  Shape shape;
  shape.set("width", size.width);
  shape.set("height", size.height);
  shape.set("in_channels", size.channels);
  shape.set("out_channels", s.at("channels" + layer));
  shape.set("kernel_width", s.at("kernel" + layer));
  shape.set("kernel_height", s.at("kernel" + layer));
  shape.set("stride", 1);
  shape.set("padding", 0);
  shape.set("dilation", 1);
  shape.set("window", s.at("window" + layer));
  return evaluate("conv2d_relu_max_pool2d", shape,
                  {{"input", input}, {"weight", in.at("weight" + layer)}, {"bias", in.at("bias" + layer)}});
}

Tensors feature_extractor(const Shape& s, const Tensors& in) {
  const FeatureValues places = FeatureValues::from(s);
  const Tensor input = evaluate("load_images", s, in).at("output");
  const Tensors first = convolution(s, in, input, "1", places.input);
  const Tensors second = convolution(s, in, first.at("output"), "2", places.pooled1);
  Tensor values({input.extent(0), places.count, input.extent(4)}), argmax = values;
  put_features(input, places.input.first, values);
  put_features(first.at("output"), places.pooled1.first, values);
  put_features(second.at("output"), places.pooled2.first, values);
  put_features(first.at("argmax"), places.pooled1.first, argmax);
  put_features(second.at("argmax"), places.pooled2.first, argmax);
  return {{"values", std::move(values)}, {"argmax", std::move(argmax)}};
}

// Inputs whose sums float32 holds exactly, so that there is no doubt which pixel of a window is the largest.
double draw_exact(Random& random, const std::string& input, const Shape& s) {
  if (input == "mean" || input == "scale") return draw_normalisation(random, input, s);
  return input == "weight2" ? random.integer(-1, 1) : random.quarter();
}

}  // namespace

References feature_extractor_references() { return {{"feature_extractor", {feature_extractor, draw_exact}}}; }

}  // namespace nestwright::reference
