#include "ops/reference/families.h"
#include "ops/signature/bias_place.h"

namespace nestwright::reference {
namespace {

// Block `block` of a tensor whose outermost dimension is blocks.
Tensor block_of(const Tensor& all, std::int64_t block) {
  std::vector<std::int64_t> extents = all.extents();
  extents.back() = 1;
  Tensor one(extents);
  const auto count = static_cast<std::ptrdiff_t>(one.elements().size());
  std::copy_n(all.elements().begin() + block * count, count, one.elements().begin());
  return one;
}

// Of each block the gradients of the weights, `rows` of `weights_of_output`, and those of the biases behind them.
// `gradients_of`: the two for the inputs of one block.
template <typename GradientsOf>
Tensor by_block(const Tensors& in, std::vector<std::int64_t> extents, std::int64_t outputs, GradientsOf gradients_of) {
  const std::int64_t blocks = in.at("input").extents().back();
  std::int64_t weights_of_output = 1;
  for (std::size_t d = 0; d + 1 < extents.size(); ++d) weights_of_output *= extents[d];
  const std::int64_t bias = bias_place(weights_of_output, outputs).offset(weights_of_output);
  const std::int64_t of_block = weights_of_output * extents.back();
  extents.push_back(blocks);
  Tensor result(extents);
  for (std::int64_t block = 0; block < blocks; ++block) {
    Tensors one;
    for (const auto& [name, tensor] : in) one[name] = block_of(tensor, block);
    const auto [weight_gradient, bias_gradient] = gradients_of(one);
    const auto first = result.elements().begin() + block * of_block;
    std::ranges::copy(weight_gradient.elements(), first);
    std::ranges::copy(bias_gradient.elements(), first + bias);
  }
  return result;
}

Tensors linear_parameter_gradients(const Shape& s, const Tensors& in) {
  const std::int64_t in_features = s.at("in_features"), out_features = s.at("out_features");
  return {{"gradients",
           by_block(in, {in_features, gradient_rows(in_features, out_features, 4)}, out_features, [&](Tensors one) {
             one["previous"] = Tensor({in_features, out_features});
             Tensor weight = evaluate("linear_weight_gradient", s, one).at("weight_gradient");
             one["previous"] = Tensor({out_features});
             return std::pair(std::move(weight), evaluate("linear_bias_gradient", s, one).at("bias_gradient"));
           })}};
}

Tensors conv2d_max_pool2d_parameter_gradients(const Shape& s, const Tensors& in) {
  const std::string op = "conv2d_max_pool2d_";
  std::vector<std::int64_t> weights = {s.at("kernel_width"), s.at("kernel_height"), s.at("in_channels"),
                                       s.at("out_channels")};
  const std::int64_t outputs = s.at("out_channels");
  std::vector<std::int64_t> extents = weights;
  extents.back() = gradient_rows(weights[0] * weights[1] * weights[2], outputs, 2);
  return {{"gradients", by_block(in, extents, outputs, [&](Tensors one) {
             one["previous"] = Tensor(weights);
             Tensor weight = evaluate(op + "weight_gradient", s, one).at("weight_gradient");
             one["previous"] = Tensor({outputs});
             return std::pair(std::move(weight), evaluate(op + "bias_gradient", s, one).at("bias_gradient"));
           })}};
}

}  // namespace

References parameter_gradient_references() {
  return {{"linear_parameter_gradients", linear_parameter_gradients},
          {"conv2d_max_pool2d_parameter_gradients", conv2d_max_pool2d_parameter_gradients}};
}

}  // namespace nestwright::reference
