#include "ops/convolution/algorithm.h"

#include "ops/algorithm/families.h"
#include "ops/algorithm/notation.h"

namespace nestwright::ops {
namespace {

// conv(lane, x, y, c, b) = bias(c) + sum over kx, ky of
//     weight(kx, ky, c) * input(lane, x*stride + kx*dilation - padding, y*stride + ky*dilation - padding, c, b)
// where input is zero outside its extents: each channel is convolved by itself. Howard et al. 2017, "MobileNets",
// section 3.1, equation 3 (with a bias, a stride and a dilation). Reduction variables: kx, ky.
Algorithm build_depthwise_conv2d(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs), weight("weight", inputs), bias("bias", inputs);
  const int stride = extent(shape, "stride"), padding = extent(shape, "padding");
  const int dilation = extent(shape, "dilation");
  const Func source = with_zeros_around(input, extent(shape, "width"), extent(shape, "height"), padding);
  const RDom r({{0, extent(shape, "kernel_width")}, {0, extent(shape, "kernel_height")}}, "r");
  Stage conv("conv"), output("output");
  conv(lane, x, y, c, b) = bias(c);
  conv(lane, x, y, c, b) += weight(r.x, r.y, c) * source(lane, x * stride + r.x * dilation - padding,
                                                         y * stride + r.y * dilation - padding, c, b);
  conv.variables = {{"kx", r.x}, {"ky", r.y}};
  output(lane, x, y, c, b) = conv(lane, x, y, c, b);
  return algorithm_of({output}, {input, weight, conv});
}

}  // namespace

std::vector<Operator> depthwise_convolution_operators() {
  return {{"depthwise_conv2d", "direct", build_depthwise_conv2d}};
}

}  // namespace nestwright::ops
