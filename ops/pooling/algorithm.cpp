#include "ops/pooling/algorithm.h"

#include <fmt/format.h>

#include "ops/algorithm/families.h"
#include "ops/algorithm/notation.h"
#include "ops/signature/tensor_specs.h"
#include "support/error.h"

namespace nestwright::ops {
namespace {

// One of the windows along one axis that hold a place; the last of them is window place / stride.
struct Holder {
  Expr window;  // its number, clamped to the windows that exist
  Expr place;   // in pixels from the window's beginning
  Expr exists;  // whether there is such a window, and it holds the place
};

// The most windows along one axis that hold the same place.
int overlapping_windows(const Pooling& p) { return (p.window + p.stride - 1) / p.stride; }

// The window that is `back` windows before the last one that begins at or before `place`.
Holder holder(const Expr& place, const Expr& back, int windows, const Pooling& p) {
  const Expr window = place / p.stride - back;
  const Expr in_window = place - window * p.stride;
  return {.window = clamp(window, 0, windows - 1),
          .place = in_window,
          .exists = window >= 0 && window < windows && in_window < p.window};
}

}  // namespace

Stage max_pool2d(const Func& input, int window, int stride, const std::string& number) {
  if (window > largest_window) {
    throw Error("max_pool2d",
                fmt::format("window is {}; at most {} is possible, for the place of the maximum is a byte", window,
                            largest_window));
  }
  const Var channel = input.args().at(3);
  const RDom r({{0, window}, {0, window}}, "w" + number);
  Stage pool("pool");
  pool(lane, x, y, channel, b) = Tuple(input(lane, x * stride, y * stride, channel, b), cast<uint8_t>(0));
  const Expr candidate = input(lane, x * stride + r.x, y * stride + r.y, channel, b);
  const Expr maximum = pool(lane, x, y, channel, b)[0];
  const Expr argmax = pool(lane, x, y, channel, b)[1];
  const Expr place = cast<uint8_t>(r.y * window + r.x);
  pool(lane, x, y, channel, b) = Tuple(max(maximum, candidate), select(candidate > maximum, place, argmax));
  pool.variables = {{"wx" + number, r.x}, {"wy" + number, r.y}};
  return pool.renamed("pool" + number);
}

Pooling Pooling::from(const Shape& shape) {
  Pooling p{.width = extent(shape, "width"),
            .height = extent(shape, "height"),
            .window = extent(shape, "window"),
            .stride = extent(shape, "stride"),
            .output_width = 0,
            .output_height = 0};
  p.output_width = static_cast<int>(window_count(p.width, p.window, p.stride));
  p.output_height = static_cast<int>(window_count(p.height, p.window, p.stride));
  return p;
}

Stage max_pool2d_gradient(const Func& output_gradient, const Func& argmax, const Pooling& p) {
  const RDom r({{0, overlapping_windows(p)}, {0, overlapping_windows(p)}}, "w");
  const Holder column = holder(x, r.x, p.output_width, p), row = holder(y, r.y, p.output_height, p);
  const Expr place = cast<uint8_t>(row.place * p.window + column.place);
  const Expr won = argmax(lane, column.window, row.window, c, b) == place;
  Stage input_sum("input_sum");
  input_sum(lane, x, y, c, b) = 0.0f;
  input_sum(lane, x, y, c, b) +=
      select(column.exists && row.exists && won, output_gradient(lane, column.window, row.window, c, b), 0.0f);
  input_sum.variables = {{"wx", r.x}, {"wy", r.y}};
  return input_sum;
}

Stage avg_pool2d_sum(const Func& input, int window, int stride) {
  const Var channel = input.args().at(3);
  const RDom r({{0, window}, {0, window}}, "w");
  Stage sum("sum");
  sum(lane, x, y, channel, b) = 0.0f;
  sum(lane, x, y, channel, b) += input(lane, x * stride + r.x, y * stride + r.y, channel, b);
  sum.variables = {{"wx", r.x}, {"wy", r.y}};
  return sum;
}

Stage avg_pool2d_gradient_sum(const Func& output_gradient, const Pooling& p) {
  const RDom r({{0, overlapping_windows(p)}, {0, overlapping_windows(p)}}, "w");
  const Holder column = holder(x, r.x, p.output_width, p), row = holder(y, r.y, p.output_height, p);
  Stage input_sum("input_sum");
  input_sum(lane, x, y, c, b) = 0.0f;
  input_sum(lane, x, y, c, b) +=
      select(column.exists && row.exists, output_gradient(lane, column.window, row.window, c, b), 0.0f);
  input_sum.variables = {{"wx", r.x}, {"wy", r.y}};
  return input_sum;
}

namespace {

Algorithm build_max_pool2d(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs);
  const Stage pool = max_pool2d(input, extent(shape, "window"), extent(shape, "stride"));
  Stage output("output");
  output(lane, x, y, c, b) = Tuple(pool(lane, x, y, c, b)[0], pool(lane, x, y, c, b)[1]);
  return algorithm_of({output}, {input, pool});
}

Algorithm build_max_pool2d_gradient(const Inputs& inputs, const Shape& shape) {
  const Stage output_gradient("output_gradient", inputs), argmax("argmax", inputs);
  const Stage input_sum = max_pool2d_gradient(output_gradient, argmax, Pooling::from(shape));
  Stage input_gradient("input_gradient");
  input_gradient(lane, x, y, c, b) = input_sum(lane, x, y, c, b);
  return algorithm_of({input_gradient}, {output_gradient, argmax, input_sum});
}

// The weight of each value of a window in its mean.
float share_of(const Pooling& p) { return 1.0f / static_cast<float>(p.window * p.window); }

Algorithm build_avg_pool2d(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs);
  const Pooling p = Pooling::from(shape);
  const Stage sum = avg_pool2d_sum(input, p.window, p.stride);
  Stage output("output");
  output(lane, x, y, c, b) = sum(lane, x, y, c, b) * share_of(p);
  return algorithm_of({output}, {input, sum});
}

Algorithm build_avg_pool2d_gradient(const Inputs& inputs, const Shape& shape) {
  const Stage output_gradient("output_gradient", inputs);
  const Pooling p = Pooling::from(shape);
  const Stage input_sum = avg_pool2d_gradient_sum(output_gradient, p);
  Stage input_gradient("input_gradient");
  input_gradient(lane, x, y, c, b) = input_sum(lane, x, y, c, b) * share_of(p);
  return algorithm_of({input_gradient}, {output_gradient, input_sum});
}

}  // namespace

std::vector<Operator> pooling_operators() {
  return {{"max_pool2d", "direct", build_max_pool2d},
          {"max_pool2d_gradient", "direct", build_max_pool2d_gradient},
          {"avg_pool2d", "direct", build_avg_pool2d},
          {"avg_pool2d_gradient", "direct", build_avg_pool2d_gradient}};
}

}  // namespace nestwright::ops
