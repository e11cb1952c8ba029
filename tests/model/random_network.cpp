#include "tests/model/random_network.h"

#include "support/error.h"

namespace nestwright {
namespace {

int between(int first, int last) { return *rc::gen::inRange(first, last + 1); }

Layer random_layer() {
  switch (between(0, 7)) {
    case 0:
    case 1:
      return Conv2d{between(1, 5), between(1, 5), between(1, 2), between(0, 2), between(1, 2)};
    case 2:
    case 3:
      return Relu{};
    case 4:
      return MaxPool2d{between(1, 3), between(0, 2)};
    case 5:
      return AvgPool2d{between(1, 3), between(0, 2)};
    case 6:
      return Tanh{};
    default:
      return Linear{between(1, 20)};
  }
}

// A network of `layers`, with a Flatten before the first Linear, and without layers that do not fit those before them.
Sequential fitting(const std::vector<Layer>& layers, const ValueShape& input) {
  std::vector<Layer> kept;
  for (const Layer& layer : layers) {
    const bool is_flat = !kept.empty() && infer_shapes(Sequential(kept), input).back().is_flat;
    std::vector<Layer> extended = kept;
    if (std::holds_alternative<Linear>(layer) && !is_flat) extended.push_back(Flatten{});
    extended.push_back(layer);
    try {
      infer_shapes(Sequential(extended), input);
      kept = extended;
    } catch (const Error&) {
      continue;
    }
  }
  return Sequential(kept);
}

}  // namespace

rc::Gen<RandomNetwork> random_network() {
  return rc::gen::exec([] {
    const ValueShape input = {.width = between(1, 14), .height = between(1, 14)};
    std::vector<Layer> layers;
    for (int i = between(0, 8); i > 0; --i) layers.push_back(random_layer());
    layers.push_back(Linear{between(2, 10)});
    return RandomNetwork{.input = input, .model = {.name = "random", .network = fitting(layers, input)}};
  });
}

}  // namespace nestwright
