// The rival of benchmarks computes relu's gradient on pooled values, before pooling's. Checks in float64, on the
// processor, that this gives the same as the layers one by one.
#include <gtest/gtest.h>

#include "ops/reference/families.h"
#include "ops/reference/sample_inputs.h"

namespace nestwright {
namespace {

using reference::evaluate;
using reference::Number;
using reference::Tensor;
using reference::Tensors;

double sum(const Tensor& tensor) {
  double sum = 0.0;
  for (const Number& element : tensor.elements()) sum += element.value;
  return sum;
}

// The inputs have ties in half of their windows, and values below, at and above zero.
TEST(PooledRelu, HasTheGradientOfReluAndThenOfThePooling) {
  const Shape shape = {{"lanes", 4}, {"width", 28}, {"height", 28}, {"channels", 3}, {"window", 2}, {"stride", 2}};
  const Tensors sample =
      sample_inputs(find_signature("max_pool2d"), shape, {.images = 8, .parameters = 1, .groups = 1}, 1);
  const Tensor convolved = evaluate("relu", {}, {{"input", sample.at("input")}}).at("output");
  const Tensors pooled = evaluate("max_pool2d", shape, {{"input", convolved}});
  Tensor output_gradient = pooled.at("output");
  for (std::size_t n = 0; n < output_gradient.elements().size(); ++n) {
    output_gradient.elements()[n] = static_cast<double>(n % 17) - 8.25;
  }

  const auto through_pooling = [&](const Tensor& gradient) {
    return evaluate("max_pool2d_gradient", shape, {{"output_gradient", gradient}, {"argmax", pooled.at("argmax")}})
        .at("input_gradient");
  };
  const auto through_relu = [](const Tensor& gradient, const Tensor& output) {
    return evaluate("relu_gradient", {}, {{"output_gradient", gradient}, {"output", output}}).at("input_gradient");
  };
  const Tensor layer_by_layer = through_relu(through_pooling(output_gradient), convolved);
  const Tensor of_pooled = through_relu(output_gradient, pooled.at("output"));
  const Tensor rival = through_pooling(of_pooled);

  for (std::size_t n = 0; n < rival.elements().size(); ++n) {
    ASSERT_EQ(rival.elements()[n].value, layer_by_layer.elements()[n].value) << n;
  }
  // The sums are the bias's gradient. They are exact, because all terms are multiples of a quarter.
  EXPECT_EQ(sum(of_pooled), sum(layer_by_layer));
  EXPECT_NE(sum(of_pooled), sum(output_gradient)) << "relu cuts nothing here";
}

}  // namespace
}  // namespace nestwright
