#include "ops/reference/block_gradients.h"

#include <algorithm>

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

}  // namespace

Tensor block_gradients(const Tensors& inputs, std::vector<std::int64_t> extents, std::int64_t outputs,
                       const std::function<ParameterGradients(Tensors one)>& gradients_of) {
  const std::int64_t blocks = inputs.begin()->second.extents().back();
  std::int64_t weights_of_output = 1;
  for (std::size_t d = 0; d + 1 < extents.size(); ++d) weights_of_output *= extents[d];
  const std::int64_t bias = bias_place(weights_of_output, outputs).offset(weights_of_output);
  const std::int64_t of_block = weights_of_output * extents.back();
  extents.push_back(blocks);
  Tensor result(extents);
  for (std::int64_t block = 0; block < blocks; ++block) {
    Tensors one;
    for (const auto& [name, tensor] : inputs) one[name] = block_of(tensor, block);
    const auto [weight_gradient, bias_gradient] = gradients_of(std::move(one));
    const auto first = result.elements().begin() + block * of_block;
    std::ranges::copy(weight_gradient.elements(), first);
    std::ranges::copy(bias_gradient.elements(), first + bias);
  }
  return result;
}

}  // namespace nestwright::reference
