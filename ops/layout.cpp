#include "ops/layout.h"

#include "ops/families.h"

namespace nestwright::ops {

using Halide::cast;
using Halide::Expr;
using Halide::Func;
using Halide::Var;

namespace {

const Var lane("lane"), x("x"), y("y"), c("c"), i("i"), b("b"), image("image");

int extent(const Shape& shape, const char* name) { return static_cast<int>(shape.at(name)); }

}  // namespace

Func padded_pixels(const Tensor& images, const Func& indices, int width, int height, int padding) {
  const Expr index = indices(lane, b), column = x - padding, row = y - padding;
  Expr inside = index >= 0;
  if (padding > 0) inside = inside && column >= 0 && column < width && row >= 0 && row < height;
  const Expr pixel =
      images.func(clamp(column, 0, width - 1), clamp(row, 0, height - 1), clamp(index, 0, images.extents.back() - 1));
  Func pixels("pixels");
  pixels(lane, x, y, b) = select(inside, pixel, cast<uint8_t>(0));
  return pixels;
}

namespace {

Algorithm build_load_images(const Inputs& inputs, const Shape& shape) {
  const Func indices = inputs.at("indices").func;
  const Func pixels = padded_pixels(inputs.at("images"), indices, extent(shape, "width"), extent(shape, "height"),
                                    extent(shape, "padding"));
  const Expr mean = inputs.at("mean").func(), scale = inputs.at("scale").func();
  Func output("output");
  output(lane, x, y, c, b) = (cast<float>(pixels(lane, x, y, b)) - mean) * scale;
  return {.outputs = {output},
          .funcs = {{"images", inputs.at("images").func}, {"indices", indices}, {"pixels", pixels}, {"output", output}},
          .reduction_variables = {}};
}

Algorithm build_flatten(const Inputs& inputs, const Shape& shape) {
  const Func input = inputs.at("input").func;
  const int width = extent(shape, "width"), height = extent(shape, "height");
  Func output("output");
  output(lane, i, b) = input(lane, i % width, (i / width) % height, i / (width * height), b);
  return {.outputs = {output}, .funcs = {{"input", input}, {"output", output}}, .reduction_variables = {}};
}

Algorithm build_nchw_to_blocks(const Inputs& inputs, const Shape& shape) {
  const Tensor& input = inputs.at("input");
  const Expr source = b * extent(shape, "lanes") + lane, images = input.extents.back();
  Func output("output");
  output(lane, x, y, c, b) = select(source < images, input.func(x, y, c, clamp(source, 0, images - 1)), 0.0f);
  return {.outputs = {output}, .funcs = {{"input", input.func}, {"output", output}}, .reduction_variables = {}};
}

Algorithm build_blocks_to_nchw(const Inputs& inputs, const Shape& shape) {
  const Func input = inputs.at("input").func;
  const int lanes = extent(shape, "lanes");
  Func output("output");
  output(x, y, c, image) = input(image % lanes, x, y, c, image / lanes);
  return {.outputs = {output}, .funcs = {{"input", input}, {"output", output}}, .reduction_variables = {}};
}

}  // namespace

std::vector<Operator> layout_operators() {
  return {{"load_images", "direct", build_load_images},
          {"flatten", "direct", build_flatten},
          {"nchw_to_blocks", "direct", build_nchw_to_blocks},
          {"blocks_to_nchw", "direct", build_blocks_to_nchw}};
}

}  // namespace nestwright::ops
