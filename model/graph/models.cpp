#include "model/graph/models.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/error.h"
#include "support/message.h"
#include "support/nearest_name.h"

namespace nestwright {
namespace {

// LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition" (1998), section II.B,
// with relu and max-pooling, and all of C3's connections, as it is used today. 28x28 images are padded to its 32x32.
Model lenet5() {
  return {.name = "lenet5",
          .network = {Conv2d{6, 5}, Relu{}, MaxPool2d{2}, Conv2d{16, 5}, Relu{}, MaxPool2d{2}, Flatten{}, Linear{120},
                      Relu{}, Linear{84}, Relu{}, Linear{10}},
          .padding = 2};
}

// Caffe's examples/mnist/lenet_train_test.prototxt, which cuDNN's mnistCUDNN sample runs too.
Model lenet_caffe() {
  return {.name = "lenet_caffe",
          .network = {Conv2d{20, 5}, MaxPool2d{2}, Conv2d{50, 5}, MaxPool2d{2}, Flatten{}, Linear{500}, Relu{},
                      Linear{10}}};
}

}  // namespace

const std::vector<Model>& shipped_models() {
  static const std::vector<Model> models = {lenet5(), lenet_caffe()};
  return models;
}

const Model& find_model(std::string_view name) {
  std::vector<std::string> names;
  for (const Model& model : shipped_models()) {
    if (model.name == name) return model;
    names.push_back(model.name);
  }
  const std::string nearest = nearest_name(name, names);
  throw Error("model", fmt::format("no model '{}'; {}", excerpt(name),
                                   nearest.empty() ? fmt::format("there are: {}", fmt::join(names, ", "))
                                                   : fmt::format("did you mean '{}'?", nearest)));
}

}  // namespace nestwright
