#include "ops/reference/sample_inputs.h"

#include <map>
#include <random>

#include "ops/signature/call_size.h"

namespace nestwright {
namespace {

using reference::Number;
using reference::Tensor;

Tensor empty_tensor(const TensorSpec& spec, const Shape& shape, const DynamicExtents& extents) {
  CallSize size = call_for_batch(shape, extents.images);
  size.parameters = extents.parameters;
  size.groups = extents.groups;
  std::vector<std::int64_t> sizes;
  for (const Dimension& dimension : spec.dimensions) sizes.push_back(extent_of(dimension, size));
  return Tensor(sizes);
}

bool starts_with_any(const std::string& text, std::initializer_list<const char*> starts) {
  for (const char* start : starts) {
    if (text.starts_with(start)) return true;
  }
  return false;
}

// Random values for one input of one operator.
class Source {
 public:
  Source(const Signature& signature, const Shape& shape, const DynamicExtents& extents, std::uint64_t seed)
      : op_(signature.name), shape_(shape), extents_(extents), random_(seed) {}

  // Element `index` of the input called `name`.
  double value(const std::string& name, std::int64_t index) {
    if (name == "labels") return index < extents_.images ? integer(0, shape_.at("classes") - 1) : 255.0;
    if (name == "images") return integer(0, 255);
    if (name == "indices") return index < extents_.images ? integer(-1, extents_.images - 1) : -1.0;
    if (name == "argmax") return integer(0, last_place());
    if (name == "output") return activated();
    // Three layers of weights as large as a network's give logits that softmax tells apart, but not without doubt.
    // Sums that float32 holds exactly, so that there is no doubt which pixel of a window is the largest.
    if (op_ == "feature_extractor") return name == "weight2" ? integer(-1, 1) : integer(-4, 4) * 0.25;
    if (name.starts_with("weight") && op_ == "classifier_step") return real() * 0.125;
    if (name == "input" && op_ == "linear_input_gradient_relu_gradient") return std::max(0.0, real());
    if (starts_with_any(name, {"square", "accumulated", "second_moment"})) return std::abs(real()) * 0.0625;
    const bool compared = op_ == "max_pool2d" || op_ == "accuracy";
    const bool exact_sums = op_ == "conv2d_relu_max_pool2d" || op_ == "conv2d_max_pool2d";
    if (compared || exact_sums || op_ == "relu") return integer(-4, 4) * 0.25;
    const bool wide = starts_with_any(op_, {"tanh", "sigmoid", "log_softmax", "softmax"});
    return wide ? real() * 20.0 : real();
  }

 private:
  double integer(std::int64_t least, std::int64_t greatest) {
    return static_cast<double>(std::uniform_int_distribution<std::int64_t>(least, greatest)(random_));
  }
  // A multiple of 2^-20 in [-1, 1].
  double real() { return integer(-(1 << 20), 1 << 20) * 0x1p-20; }
  // Window^2 is "relu cut it", which only the fused forms know.
  std::int64_t last_place() const {
    const std::int64_t places = shape_.at("window") * shape_.at("window");
    return op_ == "max_pool2d_gradient" ? places - 1 : places;
  }
  double activated() {
    if (op_ == "relu_gradient") return std::max(0.0, real());
    if (op_ == "sigmoid_gradient") return std::abs(real());
    if (op_ == "log_softmax_gradient") return -20.0 * std::abs(real());
    return real();
  }

  std::string op_;
  const Shape& shape_;
  const DynamicExtents& extents_;
  std::mt19937_64 random_;
};

double number(const std::string& name) {
  static const std::map<std::string, double> values = {
      {"learning_rate", 0.125},      {"weight_decay", 0.0625}, {"momentum", 0.75},      {"rho", 0.875},
      {"epsilon", 0x1p-20},          {"beta1", 0.875},         {"beta2", 0.9990234375}, {"first_correction", 0.234375},
      {"second_correction", 0x1p-9}, {"scale", 0.03125},       {"mean", 33.25}};
  return values.at(name);
}

}  // namespace

reference::Tensors sample_inputs(const Signature& signature, const Shape& shape, const DynamicExtents& extents,
                                 std::uint64_t seed) {
  Source source(signature, shape, extents, seed);
  reference::Tensors inputs;
  for (const TensorSpec& spec : signature.inputs(shape)) {
    Tensor tensor = empty_tensor(spec, shape, extents);
    std::int64_t index = 0;
    for (Number& element : tensor.elements()) {
      element = spec.is_scalar() || spec.is_of_step() ? number(spec.name) : source.value(spec.name, index);
      ++index;
    }
    inputs.emplace(spec.name, std::move(tensor));
  }
  return inputs;
}

}  // namespace nestwright
