#include "ops/feature_extractor/signature.h"

#include "ops/signature/bias_place.h"
#include "ops/signature/families.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright {
namespace {

TensorSpec weight(const char* name, std::int64_t kernel, std::int64_t in_channels, std::int64_t out_channels) {
  return {.name = name, .dimensions = {{"kx", kernel}, {"ky", kernel}, {"ci", in_channels}, {"co", out_channels}}};
}

TensorSpec bias(const char* name, std::int64_t out_channels) {
  return {.name = name, .dimensions = {{"co", out_channels}}};
}

FeatureValues::Part pooled_part(const FeatureValues::Part& input, std::int64_t channels, std::int64_t kernel,
                                std::int64_t window) {
  return {.width = window_count(input.width, kernel, 1) / window,
          .height = window_count(input.height, kernel, 1) / window,
          .channels = channels};
}

// Multiply-adds of a convolution whose windows of `window` x `window` pixels are `pooled`.
std::int64_t multiply_adds(const FeatureValues::Part& pooled, std::int64_t window, std::int64_t in_channels,
                           std::int64_t kernel) {
  return pooled.count() * window * window * in_channels * kernel * kernel;
}

}  // namespace

FeatureValues FeatureValues::from(const Shape& s) {
  const std::int64_t padding = 2 * s.at("padding");
  FeatureValues values = {
      .input = {.width = s.at("width") + padding, .height = s.at("height") + padding, .channels = 1}};
  values.pooled1 = pooled_part(values.input, s.at("channels1"), s.at("kernel1"), s.at("window1"));
  values.pooled2 = pooled_part(values.pooled1, s.at("channels2"), s.at("kernel2"), s.at("window2"));
  // Each part begins at a multiple of so many values that it is a part of a GPU's memory of its own, in the output of
  // bytes (argmax), too: part_alignment floats in bytes, of as many images as a block has.
  const std::int64_t step = part_alignment * static_cast<std::int64_t>(sizeof(float)) / device_lanes;
  for (Part* part : {&values.input, &values.pooled1, &values.pooled2}) {
    part->first = values.count;
    values.count += (part->count() + step - 1) / step * step;
  }
  // A window that does not fit leaves nothing to compute; complete_shape() refuses an empty output.
  if (values.pooled2.count() == 0) values.count = 0;
  return values;
}

std::vector<Signature> feature_extractor_signatures() {
  return {
      {.name = "feature_extractor",
       .summary = "load_images and twice conv2d_relu_max_pool2d: for each image the padded input and what both give; "
                  "argmax is theirs at the same places, 0 at the input's",
       .parameters = {{"lanes"},
                      {"width"},
                      {"height"},
                      {"padding", 0, true, 0},
                      {"channels1"},
                      {"kernel1"},
                      {"window1", 1, true, 2},
                      {"channels2"},
                      {"kernel2"},
                      {"window2", 1, true, 2}},
       .inputs =
           [](const Shape& s) {
             return std::vector{pixels("images", s),
                                per_image("indices", s, DataType::int32),
                                scalar("mean"),
                                scalar("scale"),
                                weight("weight1", s.at("kernel1"), 1, s.at("channels1")),
                                bias("bias1", s.at("channels1")),
                                weight("weight2", s.at("kernel2"), s.at("channels1"), s.at("channels2")),
                                bias("bias2", s.at("channels2"))};
           },
       .outputs =
           [](const Shape& s) {
             TensorSpec values = features("values", s, FeatureValues::from(s).count), argmax = values;
             argmax.name = "argmax";
             argmax.type = DataType::uint8;
             return std::vector{values, argmax};
           },
       .flops =
           [](const Shape& s) {
             const FeatureValues values = FeatureValues::from(s);
             return 2 * s.at("lanes") *
                    (multiply_adds(values.pooled1, s.at("window1"), 1, s.at("kernel1")) +
                     multiply_adds(values.pooled2, s.at("window2"), s.at("channels1"), s.at("kernel2")));
           }},
  };
}

}  // namespace nestwright
