#include "ops/convolution/algorithm.h"

#include "ops/algorithm/families.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright::ops {
namespace {

using Halide::Func;
using Halide::RDom;
using Halide::Var;

const Var lane("lane"), x("x"), y("y"), c("c"), b("b");

// conv(lane, x, y, c, b) = bias(c) + sum over kx, ky of
//     weight(kx, ky, c) * input(lane, x*stride + kx*dilation - padding, y*stride + ky*dilation - padding, c, b)
// where input is zero outside its extents: each channel is convolved by itself. Howard et al. 2017, "MobileNets",
// section 3.1, equation 3 (with a bias, a stride and a dilation). Reduction variables: kx, ky.
Algorithm build_depthwise_conv2d(const Inputs& inputs, const Shape& shape) {
  const Func input = inputs.at("input").func, weight = inputs.at("weight").func, bias = inputs.at("bias").func;
  const auto value = [&](const char* name) { return static_cast<int>(shape.at(name)); };
  const int stride = value("stride"), padding = value("padding"), dilation = value("dilation");
  const Func source = with_zeros_around(input, value("width"), value("height"), padding);
  const RDom r({{0, value("kernel_width")}, {0, value("kernel_height")}}, "r");
  Func conv("conv"), output("output");
  conv(lane, x, y, c, b) = bias(c);
  conv(lane, x, y, c, b) += weight(r.x, r.y, c) * source(lane, x * stride + r.x * dilation - padding,
                                                         y * stride + r.y * dilation - padding, c, b);
  output(lane, x, y, c, b) = conv(lane, x, y, c, b);
  return {.outputs = {output},
          .funcs = {{"input", input}, {"weight", weight}, {"conv", conv}, {"output", output}},
          .reduction_variables = {{"kx", r.x}, {"ky", r.y}}};
}

}  // namespace

std::vector<Operator> depthwise_convolution_operators() {
  return {{"depthwise_conv2d", "direct", build_depthwise_conv2d}};
}

}  // namespace nestwright::ops
