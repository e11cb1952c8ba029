#include "ops/pooling/algorithm.h"

#include <fmt/format.h>

#include "ops/algorithm/families.h"
#include "ops/signature/tensor_specs.h"
#include "support/error.h"

namespace nestwright::ops {

using Halide::cast;
using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Tuple;
using Halide::Var;

namespace {

const Var lane("lane"), x("x"), y("y"), c("c"), b("b");

// The windows along one axis that hold a place: the last is place / stride, and at most `count` overlap there.
struct Holder {
  Expr window;  // clamped to the windows that exist
  Expr place;   // in the window
  Expr exists;
};

int overlapping_windows(const Pooling& p) { return (p.window + p.stride - 1) / p.stride; }

// The window `back` before the last one that starts at or before `place`.
Holder holder(const Expr& place, const Expr& back, int windows, const Pooling& p) {
  const Expr window = place / p.stride - back;
  const Expr in_window = place - window * p.stride;
  return {.window = clamp(window, 0, windows - 1),
          .place = in_window,
          .exists = window >= 0 && window < windows && in_window < p.window};
}

}  // namespace

MaxPool max_pool2d(const Func& input, int window, int stride, const std::string& number) {
  if (window > largest_window) {
    throw Error("max_pool2d",
                fmt::format("window is {}; at most {} is possible, for the place of the maximum is a byte", window,
                            largest_window));
  }
  const Var channel = input.args().at(3);
  const RDom r({{0, window}, {0, window}}, "w" + number);
  Func pool("pool");
  pool(lane, x, y, channel, b) = Tuple(input(lane, x * stride, y * stride, channel, b), cast<uint8_t>(0));
  const Expr candidate = input(lane, x * stride + r.x, y * stride + r.y, channel, b);
  const Expr maximum = pool(lane, x, y, channel, b)[0];
  const Expr argmax = pool(lane, x, y, channel, b)[1];
  const Expr place = cast<uint8_t>(r.y * window + r.x);
  pool(lane, x, y, channel, b) = Tuple(max(maximum, candidate), select(candidate > maximum, place, argmax));
  return {pool, {{"wx" + number, r.x}, {"wy" + number, r.y}}};
}

Pooling Pooling::from(const Shape& s) {
  const auto value = [&](const char* name) { return static_cast<int>(s.at(name)); };
  Pooling p{.width = value("width"),
            .height = value("height"),
            .window = value("window"),
            .stride = value("stride"),
            .output_width = 0,
            .output_height = 0};
  p.output_width = static_cast<int>(window_count(p.width, p.window, p.stride));
  p.output_height = static_cast<int>(window_count(p.height, p.window, p.stride));
  return p;
}

Reduction max_pool2d_gradient(const Func& output_gradient, const Func& argmax, const Pooling& p) {
  const RDom r({{0, overlapping_windows(p)}, {0, overlapping_windows(p)}}, "w");
  const Holder column = holder(x, r.x, p.output_width, p), row = holder(y, r.y, p.output_height, p);
  const Expr place = cast<uint8_t>(row.place * p.window + column.place);
  const Expr won = argmax(lane, column.window, row.window, c, b) == place;
  Func input_sum("input_sum");
  input_sum(lane, x, y, c, b) = 0.0f;
  input_sum(lane, x, y, c, b) +=
      select(column.exists && row.exists && won, output_gradient(lane, column.window, row.window, c, b), 0.0f);
  return {input_sum, {{"wx", r.x}, {"wy", r.y}}};
}

Reduction avg_pool2d_sum(const Func& input, int window, int stride) {
  const Var channel = input.args().at(3);
  const RDom r({{0, window}, {0, window}}, "w");
  Func sum("sum");
  sum(lane, x, y, channel, b) = 0.0f;
  sum(lane, x, y, channel, b) += input(lane, x * stride + r.x, y * stride + r.y, channel, b);
  return {sum, {{"wx", r.x}, {"wy", r.y}}};
}

Reduction avg_pool2d_gradient_sum(const Func& output_gradient, const Pooling& p) {
  const RDom r({{0, overlapping_windows(p)}, {0, overlapping_windows(p)}}, "w");
  const Holder column = holder(x, r.x, p.output_width, p), row = holder(y, r.y, p.output_height, p);
  Func input_sum("input_sum");
  input_sum(lane, x, y, c, b) = 0.0f;
  input_sum(lane, x, y, c, b) +=
      select(column.exists && row.exists, output_gradient(lane, column.window, row.window, c, b), 0.0f);
  return {input_sum, {{"wx", r.x}, {"wy", r.y}}};
}

namespace {

Algorithm build_max_pool2d(const Inputs& inputs, const Shape& shape) {
  const Func input = inputs.at("input").func;
  const Pooling p = Pooling::from(shape);
  const MaxPool pool = max_pool2d(input, p.window, p.stride);
  Func output("output");
  output(lane, x, y, c, b) = Tuple(pool.func(lane, x, y, c, b)[0], pool.func(lane, x, y, c, b)[1]);
  return {.outputs = {output},
          .funcs = {{"input", input}, {"pool", pool.func}, {"output", output}},
          .reduction_variables = pool.variables};
}

Algorithm build_max_pool2d_gradient(const Inputs& inputs, const Shape& shape) {
  const Func output_gradient = inputs.at("output_gradient").func, argmax = inputs.at("argmax").func;
  const Reduction input_sum = max_pool2d_gradient(output_gradient, argmax, Pooling::from(shape));
  Func input_gradient("input_gradient");
  input_gradient(lane, x, y, c, b) = input_sum.func(lane, x, y, c, b);
  return {.outputs = {input_gradient},
          .funcs = {{"output_gradient", output_gradient},
                    {"argmax", argmax},
                    {"input_sum", input_sum.func},
                    {"input_gradient", input_gradient}},
          .reduction_variables = input_sum.variables};
}

Algorithm build_avg_pool2d(const Inputs& inputs, const Shape& shape) {
  const Func input = inputs.at("input").func;
  const Pooling p = Pooling::from(shape);
  const Reduction sum = avg_pool2d_sum(input, p.window, p.stride);
  Func output("output");
  output(lane, x, y, c, b) = sum.func(lane, x, y, c, b) * (1.0f / static_cast<float>(p.window * p.window));
  return {.outputs = {output},
          .funcs = {{"input", input}, {"sum", sum.func}, {"output", output}},
          .reduction_variables = sum.variables};
}

Algorithm build_avg_pool2d_gradient(const Inputs& inputs, const Shape& shape) {
  const Func output_gradient = inputs.at("output_gradient").func;
  const Pooling p = Pooling::from(shape);
  const Reduction input_sum = avg_pool2d_gradient_sum(output_gradient, p);
  Func input_gradient("input_gradient");
  input_gradient(lane, x, y, c, b) =
      input_sum.func(lane, x, y, c, b) * (1.0f / static_cast<float>(p.window * p.window));
  return {.outputs = {input_gradient},
          .funcs = {{"output_gradient", output_gradient},
                    {"input_sum", input_sum.func},
                    {"input_gradient", input_gradient}},
          .reduction_variables = input_sum.variables};
}

}  // namespace

std::vector<Operator> pooling_operators() {
  return {{"max_pool2d", "direct", build_max_pool2d},
          {"max_pool2d_gradient", "direct", build_max_pool2d_gradient},
          {"avg_pool2d", "direct", build_avg_pool2d},
          {"avg_pool2d_gradient", "direct", build_avg_pool2d_gradient}};
}

}  // namespace nestwright::ops
