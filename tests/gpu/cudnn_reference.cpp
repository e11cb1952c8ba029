#include "tests/gpu/cudnn_reference.h"

#include <algorithm>

#include "ops/signature/bias_place.h"
#include "tests/gpu/cudnn_ways.h"
#include "tests/gpu/image_layout.h"

namespace nestwright {
namespace {

using reference::Number;
using reference::Tensor;
using reference::Tensors;

const std::map<std::string, Prepare>& all_ways() {
  static const std::map<std::string, Prepare> all = [] {
    std::map<std::string, Prepare> ways = convolution_ways();
    ways.merge(linear_ways());
    ways.merge(network_ways());
    return ways;
  }();
  return all;
}

// The two operators, gradients of weights and of biases, whose results an operator of both gradients gives, for each
// block apart.
struct ParameterGradients {
  std::string weight, bias;
};
const std::map<std::string, ParameterGradients>& parameter_gradients() {
  static const std::map<std::string, ParameterGradients> all = {
      {"linear_parameter_gradients", {"linear_weight_gradient", "linear_bias_gradient"}},
      {"conv2d_max_pool2d_parameter_gradients",
       {"conv2d_max_pool2d_weight_gradient", "conv2d_max_pool2d_bias_gradient"}}};
  return all;
}

// The `count` images from image `first` on.
Tensor part_of(const Tensor& images, std::int64_t first, std::int64_t count) {
  std::vector<std::int64_t> extents = images.extents();
  const std::int64_t of_image = static_cast<std::int64_t>(images.elements().size()) / extents.back();
  extents.back() = count;
  Tensor part(extents);
  std::copy_n(images.elements().begin() + first * of_image, count * of_image, part.elements().begin());
  return part;
}

// The shape of the biases' gradient alone, from that of an operator of both gradients: it has the extents of the
// output's gradient.
Shape bias_shape(const Shape& shape, const Tensor& output_gradient) {
  if (shape.contains("out_features")) {
    return {{"lanes", shape.at("lanes")}, {"out_features", shape.at("out_features")}};
  }
  return {{"lanes", shape.at("lanes")},
          {"width", output_gradient.extent(0)},
          {"height", output_gradient.extent(1)},
          {"channels", output_gradient.extent(2)},
          {"window", shape.at("window")}};
}

// The gradient by the first way of cudnn_evaluate(), with zeros as "previous".
LibraryResult gradient(const cudnn::Setting& setting, const std::string& op, const Shape& shape, Tensors inputs,
                       std::int64_t images) {
  for (const TensorSpec& spec : find_signature(op).inputs(shape)) {
    if (spec.name == "previous") inputs["previous"] = Tensor(image_extents(spec, images));
  }
  return cudnn_evaluate(setting, op, shape, inputs, images).front();
}

// The gradients of weights and biases of each block, side by side in one tensor as ops/signature/bias_place.h says.
LibraryResult by_block(const cudnn::Setting& setting, const ParameterGradients& ops, const std::string& op,
                       const Shape& shape, const Tensors& inputs, std::int64_t images) {
  const std::int64_t lanes = shape.at("lanes"), blocks = (images + lanes - 1) / lanes;
  std::vector<std::int64_t> extents = image_extents(find_signature(op).outputs(shape).at(0), images);
  extents.back() = blocks;
  LibraryResult result = {.plan = {}, .outputs = {{"gradients", Tensor(extents)}}};
  std::vector<Number>& all = result.outputs.at("gradients").elements();
  const auto of_block = static_cast<std::ptrdiff_t>(all.size()) / blocks;
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t first = block * lanes, count = std::min(lanes, images - first);
    Tensors part;
    for (const auto& [name, tensor] : inputs) part[name] = part_of(tensor, first, count);
    const LibraryResult weight = gradient(setting, ops.weight, shape, part, count);
    const LibraryResult bias = gradient(setting, ops.bias, bias_shape(shape, part.at("output_gradient")), part, count);
    const Tensor &weights = weight.outputs.at("weight_gradient"), &biases = bias.outputs.at("bias_gradient");
    const auto outputs = static_cast<std::int64_t>(biases.elements().size());
    const std::int64_t of_output = static_cast<std::int64_t>(weights.elements().size()) / outputs;
    const auto start = all.begin() + block * of_block;
    std::ranges::copy(weights.elements(), start);
    std::ranges::copy(biases.elements(), start + bias_place(of_output, outputs).offset(of_output));
    result.plan = weight.plan + "; " + bias.plan;
  }
  return result;
}

}  // namespace

std::vector<std::string> cudnn_operators() {
  std::vector<std::string> names;
  for (const auto& [name, ways] : all_ways()) names.push_back(name);
  for (const auto& [name, ops] : parameter_gradients()) names.push_back(name);
  std::ranges::sort(names);
  return names;
}

const std::map<std::string, std::string>& operators_without_cudnn() {
  static const char* const moves = "moves values, and computes none";
  static const char* const updates = "cuDNN has no optimisers";
  static const std::map<std::string, std::string> reasons = {
      {"nll_loss", "picks a value of each image, and computes none"},
      {"nll_loss_gradient", "puts one value into each image, and computes none"},
      {"accuracy", "cuDNN does not say which of equal maxima it gives the place of"},
      {"sgd", updates},
      {"momentum", updates},
      {"adadelta", updates},
      {"adam", updates},
      {"adamw", updates},
      {"load_images", moves},
      {"flatten", moves},
      {"nchw_to_blocks", moves},
      {"blocks_to_nchw", moves}};
  return reasons;
}

std::vector<LibraryResult> cudnn_evaluate(const cudnn::Setting& setting, const std::string& op, const Shape& shape,
                                          const Tensors& inputs, std::int64_t images) {
  const auto both = parameter_gradients().find(op);
  if (both != parameter_gradients().end()) return {by_block(setting, both->second, op, shape, inputs, images)};
  LibraryCall call(setting, find_signature(op), shape, inputs, images);
  return call.results(all_ways().at(op)(call));
}

}  // namespace nestwright
