#include "ops/reference/block_gradients.h"
#include "ops/reference/families.h"
#include "ops/signature/bias_place.h"

namespace nestwright::reference {
namespace {

Tensor output_of(const Tensors& in) {
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

Tensor input_gradient_of(const Tensors& in) {
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

Tensor weight_gradient_of(const Tensors& in) {
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

Tensor bias_gradient_of(const Tensors& in) {
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

Tensors parameter_gradients(const Shape& s, const Tensors& in) {
  const std::int64_t in_features = s.at("in_features"), out_features = s.at("out_features");
  const std::vector<std::int64_t> extents = {in_features,
                                             gradient_rows(in_features, out_features, linear_gradient_tile)};
  return {{"gradients", block_gradients(in, extents, out_features, [&](Tensors one) {
             one["previous"] = Tensor({in_features, out_features});
             Tensor of_weights = weight_gradient_of(one);
             one["previous"] = Tensor({out_features});
             return std::pair(std::move(of_weights), bias_gradient_of(one));
           })}};
}

Tensors linear(const Shape&, const Tensors& in) { return {{"output", output_of(in)}}; }

Tensors linear_relu(const Shape&, const Tensors& in) {
  Tensor output = output_of(in);
  for (Number& element : output.elements()) element.value = std::max(element.value, 0.0);
  return {{"output", std::move(output)}};
}

Tensors input_gradient(const Shape&, const Tensors& in) { return {{"input_gradient", input_gradient_of(in)}}; }

Tensors input_gradient_relu_gradient(const Shape&, const Tensors& in) {
  Tensor gradient = input_gradient_of(in);
  for (std::size_t n = 0; n < gradient.elements().size(); ++n) {
    if (in.at("input").elements()[n].value <= 0) gradient.elements()[n] = 0.0;
  }
  return {{"input_gradient", std::move(gradient)}};
}

Tensors weight_gradient(const Shape&, const Tensors& in) { return {{"weight_gradient", weight_gradient_of(in)}}; }

Tensors bias_gradient(const Shape&, const Tensors& in) { return {{"bias_gradient", bias_gradient_of(in)}}; }

// The input is a relu's output.
double draw_with_relus_output(Random& random, const std::string& input, const Shape&) {
  return input == "input" ? std::max(0.0, random.real()) : random.real();
}

}  // namespace

References linear_references() {
  return {{"linear", {linear}},
          {"linear_relu", {linear_relu}},
          {"linear_input_gradient", {input_gradient}},
          {"linear_input_gradient_relu_gradient", {input_gradient_relu_gradient, draw_with_relus_output}},
          {"linear_weight_gradient", {weight_gradient}},
          {"linear_bias_gradient", {bias_gradient}},
          {"linear_parameter_gradients", {parameter_gradients}}};
}

}  // namespace nestwright::reference
