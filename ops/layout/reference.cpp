#include "ops/layout/reference.h"

namespace nestwright::reference {
namespace {

Tensors load_images(const Shape& s, const Tensors& in) {
  const Tensor &images = in.at("images"), &indices = in.at("indices");
  const std::int64_t padding = s.at("padding"), width = images.extent(0), height = images.extent(1);
  Tensor output({indices.extent(0), width + 2 * padding, height + 2 * padding, 1, indices.extent(1)});
  for (std::int64_t block = 0; block < output.extent(4); ++block) {
    for (std::int64_t y = 0; y < output.extent(2); ++y) {
      for (std::int64_t x = 0; x < output.extent(1); ++x) {
        for (std::int64_t lane = 0; lane < output.extent(0); ++lane) {
          const auto image = static_cast<std::int64_t>(indices(lane, block).value);
          const std::int64_t u = x - padding, v = y - padding;
          const bool inside = image >= 0 && u >= 0 && u < width && v >= 0 && v < height;
          const Number pixel = inside ? images(u, v, image) : Number(0.0);
          output(lane, x, y, 0, block) = (pixel - in.at("mean")()) * in.at("scale")();
        }
      }
    }
  }
  return {{"output", std::move(output)}};
}

Tensors flatten(const Shape&, const Tensors& in) {
  const Tensor& input = in.at("input");
  Tensor output({input.extent(0), input.extent(1) * input.extent(2) * input.extent(3), input.extent(4)});
  output.elements() = input.elements();
  return {{"output", std::move(output)}};
}

// Calls visit(lane, block, x, y, c, image) for every value of `nchw` (x, y, c, image): image `image` lies in that lane
// and block of blocks of `lanes` images.
template <typename Visit>
void for_each_value(const Tensor& nchw, std::int64_t lanes, Visit visit) {
  for (std::int64_t image = 0; image < nchw.extent(3); ++image) {
    for (std::int64_t c = 0; c < nchw.extent(2); ++c) {
      for (std::int64_t y = 0; y < nchw.extent(1); ++y) {
        for (std::int64_t x = 0; x < nchw.extent(0); ++x) visit(image % lanes, image / lanes, x, y, c, image);
      }
    }
  }
}

Tensors nchw_to_blocks(const Shape& s, const Tensors& in) {
  const Tensor& input = in.at("input");
  const std::int64_t lanes = s.at("lanes"), blocks = (input.extent(3) + lanes - 1) / lanes;
  Tensor output({lanes, input.extent(0), input.extent(1), input.extent(2), blocks});
  for_each_value(input, lanes, [&](auto lane, auto block, auto x, auto y, auto c, auto image) {
    output(lane, x, y, c, block) = input(x, y, c, image);
  });
  return {{"output", std::move(output)}};
}

// Takes one image less than the blocks hold, so that the last block is not full; with blocks of one image, takes all.
Tensors blocks_to_nchw(const Shape& s, const Tensors& in) {
  const Tensor& input = in.at("input");
  const std::int64_t lanes = s.at("lanes"), images = input.extent(4) * lanes - (lanes > 1 ? 1 : 0);
  Tensor output({input.extent(1), input.extent(2), input.extent(3), images});
  for_each_value(output, lanes, [&](auto lane, auto block, auto x, auto y, auto c, auto image) {
    output(x, y, c, image) = input(lane, x, y, c, block);
  });
  return {{"output", std::move(output)}};
}

}  // namespace

double draw_normalisation(Random& random, const std::string& input, const Shape&) {
  // About the mean of MNIST's pixels, 33.3, and a power of two: pixels from 0 to 255 are exact after both.
  constexpr double mean = 33.25, scale = 0x1p-5;
  if (input == "mean") return mean;
  return input == "scale" ? scale : random.real();
}

References layout_references() {
  return {{"load_images", {load_images, draw_normalisation}},
          {"flatten", {flatten}},
          {"nchw_to_blocks", {nchw_to_blocks}},
          {"blocks_to_nchw", {blocks_to_nchw}}};
}

}  // namespace nestwright::reference
