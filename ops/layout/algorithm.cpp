#include "ops/layout/algorithm.h"

#include "ops/algorithm/families.h"
#include "ops/algorithm/notation.h"
#include "ops/convolution/algorithm.h"

namespace nestwright::ops {
namespace {

constexpr int bits_of_a_pixel = 8;
constexpr int brightest_pixel = 255;

}  // namespace

Stage pixels_of_images(const Tensor& images, const Func& indices) {
  Stage pixels("pixels");
  pixels(lane, x, y, b) = images.func(x, y, clamp(indices(lane, b), 0, images.extents.back() - 1));
  return pixels;
}

Stage packed_pixels(const Tensor& images, const Func& indices, int width) {
  const Expr index = clamp(indices(lane, b), 0, images.extents.back() - 1);
  Expr word = cast<uint32_t>(0);
  for (int place = 0; place < pixels_of_a_word; ++place) {
    // Without the clamp, which rows of whole words don't need, the four loads become one.
    const Expr column =
        width % pixels_of_a_word == 0 ? x * pixels_of_a_word + place : min(x * pixels_of_a_word + place, width - 1);
    word = word | cast<uint32_t>(images.func(column, y, index)) << (bits_of_a_pixel * place);
  }
  Stage words("words");
  words(lane, x, y, b) = word;
  return words;
}

namespace {

// output(lane, x, y, c, b) = (pixel - mean) * scale, with a pixel of 0 around the image and in lanes without one.
// `pixel_at(column, row)` gives the image's pixel as a float.
template <typename PixelAt>
Stage normalised_images(const Inputs& inputs, const Shape& shape, PixelAt pixel_at) {
  const Stage indices("indices", inputs), mean("mean", inputs), scale("scale", inputs);
  const int width = extent(shape, "width"), height = extent(shape, "height"), padding = extent(shape, "padding");
  const Expr column = x - padding, row = y - padding;
  const Expr on_image = is_pixel(column, width, row, height);
  const Expr pixel = pixel_at(clamp(column, 0, width - 1), clamp(row, 0, height - 1));
  Stage output("output");
  output(lane, x, y, c, b) = (select(on_image && indices(lane, b) >= 0, pixel, 0.0f) - mean()) * scale();
  return output;
}

// The algorithm of load_images; `bytes` is the stage that holds the images' bytes.
Algorithm loading(const Inputs& inputs, const Stage& bytes, const Stage& output) {
  return algorithm_of({output}, {Stage("images", inputs), Stage("indices", inputs), bytes});
}

}  // namespace

LoadedImages load_images(const Inputs& inputs, const Shape& shape) {
  const Stage pixels = pixels_of_images(inputs.at("images"), inputs.at("indices").func);
  const Stage output = normalised_images(
      inputs, shape, [&](const Expr& column, const Expr& row) { return cast<float>(pixels(lane, column, row, b)); });
  return {pixels, output};
}

namespace {

Algorithm build_load_images(const Inputs& inputs, const Shape& shape) {
  const auto [pixels, output] = load_images(inputs, shape);
  return loading(inputs, pixels, output);
}

// Transposes words of four pixels instead of bytes; the pixels are told apart within each lane afterwards.
Algorithm build_packed_load_images(const Inputs& inputs, const Shape& shape) {
  const Stage words = packed_pixels(inputs.at("images"), inputs.at("indices").func, extent(shape, "width"));
  const Stage output = normalised_images(inputs, shape, [&](const Expr& column, const Expr& row) {
    const Expr place = cast<uint32_t>(column % pixels_of_a_word);
    const Expr word = words(lane, column / pixels_of_a_word, row, b);
    // A byte has the same value as a signed number, which processors convert to float faster.
    return cast<float>(cast<int32_t>((word >> (bits_of_a_pixel * place)) & brightest_pixel));
  });
  return loading(inputs, words, output);
}

Algorithm build_flatten(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs);
  const int width = extent(shape, "width"), height = extent(shape, "height");
  Stage output("output");
  output(lane, i, b) = input(lane, i % width, (i / width) % height, i / (width * height), b);
  return algorithm_of({output}, {input});
}

Algorithm build_nchw_to_blocks(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs);
  const Expr source = b * extent(shape, "lanes") + lane, images = outermost_extent(inputs, "input");
  Stage output("output");
  output(lane, x, y, c, b) = select(source < images, input(x, y, c, clamp(source, 0, images - 1)), 0.0f);
  return algorithm_of({output}, {input});
}

Algorithm build_blocks_to_nchw(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs);
  const int lanes = extent(shape, "lanes");
  Stage output("output");
  output(x, y, c, image) = input(image % lanes, x, y, c, image / lanes);
  return algorithm_of({output}, {input});
}

}  // namespace

std::vector<Operator> layout_operators() {
  return {{"load_images", "direct", build_load_images},
          {"load_images", "packed", build_packed_load_images},
          {"flatten", "direct", build_flatten},
          {"nchw_to_blocks", "direct", build_nchw_to_blocks},
          {"blocks_to_nchw", "direct", build_blocks_to_nchw}};
}

}  // namespace nestwright::ops
