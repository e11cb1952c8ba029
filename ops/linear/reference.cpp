#include "ops/reference/families.h"

namespace nestwright::reference {
namespace {

Tensor linear(const Tensors& in) {
  const Tensor &input = in.at("input"), &weight = in.at("weight");
  Tensor output({input.extent(0), weight.extent(1), input.extent(2)});
  for (std::int64_t block = 0; block < output.extent(2); ++block) {
    for (std::int64_t o = 0; o < output.extent(1); ++o) {
      for (std::int64_t lane = 0; lane < output.extent(0); ++lane) {
        Sum sum;
        sum.add(in.at("bias")(o));
        for (std::int64_t i = 0; i < weight.extent(0); ++i) sum.add_product(weight(i, o), input(lane, i, block));
        output(lane, o, block) = sum.number();
      }
    }
  }
  return output;
}

Tensor input_gradient(const Tensors& in) {
  const Tensor &gradient = in.at("output_gradient"), &weight = in.at("weight");
  Tensor result({gradient.extent(0), weight.extent(0), gradient.extent(2)});
  for (std::int64_t block = 0; block < result.extent(2); ++block) {
    for (std::int64_t i = 0; i < result.extent(1); ++i) {
      for (std::int64_t lane = 0; lane < result.extent(0); ++lane) {
        Sum sum;
        for (std::int64_t o = 0; o < weight.extent(1); ++o) sum.add_product(weight(i, o), gradient(lane, o, block));
        result(lane, i, block) = sum.number();
      }
    }
  }
  return result;
}

Tensor weight_gradient(const Tensors& in) {
  const Tensor &input = in.at("input"), &gradient = in.at("output_gradient"), &previous = in.at("previous");
  Tensor result(previous.extents());
  for (std::int64_t o = 0; o < previous.extent(1); ++o) {
    for (std::int64_t i = 0; i < previous.extent(0); ++i) {
      Sum sum;
      sum.add(previous(i, o));
      for (std::int64_t block = 0; block < input.extent(2); ++block) {
        for (std::int64_t lane = 0; lane < input.extent(0); ++lane) {
          sum.add_product(input(lane, i, block), gradient(lane, o, block));
        }
      }
      result(i, o) = sum.number();
    }
  }
  return result;
}

Tensor bias_gradient(const Tensors& in) {
  const Tensor &gradient = in.at("output_gradient"), &previous = in.at("previous");
  Tensor result(previous.extents());
  for (std::int64_t o = 0; o < previous.extent(0); ++o) {
    Sum sum;
    sum.add(previous(o));
    for (std::int64_t block = 0; block < gradient.extent(2); ++block) {
      for (std::int64_t lane = 0; lane < gradient.extent(0); ++lane) sum.add(gradient(lane, o, block));
    }
    result(o) = sum.number();
  }
  return result;
}

}  // namespace

References linear_references() {
  return {
      {"linear",
       [](const Shape&, const Tensors& in) -> Tensors {
         return {{"output", linear(in)}};
       }},
      {"linear_relu",
       [](const Shape&, const Tensors& in) -> Tensors {
         Tensor output = linear(in);
         for (Number& element : output.elements()) element.value = std::max(element.value, 0.0);
         return {{"output", std::move(output)}};
       }},
      {"linear_input_gradient",
       [](const Shape&, const Tensors& in) -> Tensors {
         return {{"input_gradient", input_gradient(in)}};
       }},
      {"linear_input_gradient_relu_gradient",
       [](const Shape&, const Tensors& in) -> Tensors {
         Tensor gradient = input_gradient(in);
         for (std::size_t n = 0; n < gradient.elements().size(); ++n) {
           if (in.at("input").elements()[n].value <= 0) gradient.elements()[n] = 0.0;
         }
         return {{"input_gradient", std::move(gradient)}};
       }},
      {"linear_weight_gradient",
       [](const Shape&, const Tensors& in) -> Tensors {
         return {{"weight_gradient", weight_gradient(in)}};
       }},
      {"linear_bias_gradient",
       [](const Shape&, const Tensors& in) -> Tensors {
         return {{"bias_gradient", bias_gradient(in)}};
       }},
  };
}

}  // namespace nestwright::reference
