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

Func pixels_of_images(const Tensor& images, const Func& indices) {
  Func pixels("pixels");
  pixels(lane, x, y, b) = images.func(x, y, clamp(indices(lane, b), 0, images.extents.back() - 1));
  return pixels;
}

namespace {

Algorithm build_load_images(const Inputs& inputs, const Shape& shape) {
  const Func indices = inputs.at("indices").func;
  const Func pixels = pixels_of_images(inputs.at("images"), indices);
  const int width = extent(shape, "width"), height = extent(shape, "height"), padding = extent(shape, "padding");
  const Expr mean = inputs.at("mean").func(), scale = inputs.at("scale").func();
  const Expr column = x - padding, row = y - padding;
  const Expr on_image = column >= 0 && column < width && row >= 0 && row < height;
  const Expr pixel = cast<float>(pixels(lane, clamp(column, 0, width - 1), clamp(row, 0, height - 1), b));
  Func output("output");
  output(lane, x, y, c, b) = (select(on_image && indices(lane, b) >= 0, pixel, 0.0f) - mean) * scale;
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
