#include "bench/rivals/cudnn/cublas_linear.h"
#include "tests/gpu/cudnn_ways.h"

namespace nestwright {
namespace {

using cudnn::Images;
using cudnn::then;
using reference::Tensor;

Ways linear(LibraryCall& call, bool with_relu) {
  const cudnn::Matrix x = as_matrix(call.input("input")), w = as_matrix(call.input("weight"));
  const cuda::Address b = call.input("bias").address;
  const cudnn::Matrix y = as_matrix(call.output("output"));
  return {with_relu ? linear_relu(call.setting(), x, w, b, y) : linear(call.setting(), x, w, b, y)};
}

Ways linear_input_gradient(LibraryCall& call) {
  const Images dy = call.input("output_gradient"), w = call.input("weight"), dx = call.output("input_gradient");
  return {linear_input_gradient(call.setting(), as_matrix(dy), as_matrix(w), as_matrix(dx))};
}

Ways linear_input_gradient_relu_gradient(LibraryCall& call) {
  const Images dy = call.input("output_gradient"), w = call.input("weight"), y = call.input("input");
  const Images product = call.make(call.values("input").extents()), dx = call.output("input_gradient");
  return {then(linear_input_gradient(call.setting(), as_matrix(dy), as_matrix(w), as_matrix(product)),
               activation_gradient(call.setting(), CUDNN_ACTIVATION_RELU, y, product, dx))};
}

Ways linear_weight_gradient(LibraryCall& call) {
  const Images x = call.input("input"), dy = call.input("output_gradient"), dw = call.output("weight_gradient");
  return {linear_weight_gradient(call.setting(), as_matrix(x), as_matrix(dy), as_matrix(dw))};
}

Ways activate(LibraryCall& call, cudnnActivationMode_t mode) {
  return {activation(call.setting(), mode, call.input("input"), call.output("output"))};
}

Ways activate_gradient(LibraryCall& call, cudnnActivationMode_t mode) {
  const Images y = call.input("output"), dy = call.input("output_gradient"), dx = call.output("input_gradient");
  return {activation_gradient(call.setting(), mode, y, dy, dx)};
}

Ways log_softmax(LibraryCall& call) {
  return {log_softmax(call.setting(), as_matrix(call.input("input")), as_matrix(call.output("output")))};
}

Ways log_softmax_gradient(LibraryCall& call) {
  const Images y = call.input("output"), dy = call.input("output_gradient"), dx = call.output("input_gradient");
  return {log_softmax_gradient(call.setting(), as_matrix(y), as_matrix(dy), 1.0F, as_matrix(dx))};
}

Ways softmax_cross_entropy(LibraryCall& call) {
  const Images x = call.input("logits"), dy = negative_labels(call, call.shape().at("classes"));
  const Images y = call.make(call.values("logits").extents()), dx = call.output("logits_gradient");
  call.output("loss", [&call, y] { return losses(call, y); });
  const auto scale = static_cast<float>(call.values("scale")().value);
  return {then(log_softmax(call.setting(), as_matrix(x), as_matrix(y)),
               log_softmax_gradient(call.setting(), as_matrix(y), as_matrix(dy), scale, as_matrix(dx)))};
}

}  // namespace

Images negative_labels(LibraryCall& call, std::int64_t classes) {
  Tensor negative({classes, call.images()});
  for (std::int64_t image = 0; image < call.images(); ++image) {
    negative(call.values("labels")(image).value, image) = -1.0;
  }
  return call.put(negative);
}

Tensor losses(const LibraryCall& call, const Images& log_probabilities) {
  const std::vector<float> values = call.download(log_probabilities);
  const Tensor& labels = call.values("labels");
  Tensor losses(labels.extents());
  for (std::int64_t image = 0; image < labels.extent(0); ++image) {
    const auto label = static_cast<std::int64_t>(labels(image).value);
    losses(image) = -static_cast<double>(values[static_cast<std::size_t>(image * log_probabilities.channels + label)]);
  }
  return losses;
}

std::map<std::string, Prepare> linear_ways() {
  return {
      {"linear", [](LibraryCall& c) { return linear(c, false); }},
      {"linear_relu", [](LibraryCall& c) { return linear(c, true); }},
      {"linear_input_gradient", linear_input_gradient},
      {"linear_input_gradient_relu_gradient", linear_input_gradient_relu_gradient},
      {"linear_weight_gradient", linear_weight_gradient},
      {"linear_bias_gradient", [](LibraryCall& c) { return bias_gradient_ways(c, c.input("output_gradient")); }},
      {"relu", [](LibraryCall& c) { return activate(c, CUDNN_ACTIVATION_RELU); }},
      {"tanh", [](LibraryCall& c) { return activate(c, CUDNN_ACTIVATION_TANH); }},
      {"sigmoid", [](LibraryCall& c) { return activate(c, CUDNN_ACTIVATION_SIGMOID); }},
      {"relu_gradient", [](LibraryCall& c) { return activate_gradient(c, CUDNN_ACTIVATION_RELU); }},
      {"tanh_gradient", [](LibraryCall& c) { return activate_gradient(c, CUDNN_ACTIVATION_TANH); }},
      {"sigmoid_gradient", [](LibraryCall& c) { return activate_gradient(c, CUDNN_ACTIVATION_SIGMOID); }},
      {"log_softmax", log_softmax},
      {"log_softmax_gradient", log_softmax_gradient},
      {"softmax_cross_entropy", softmax_cross_entropy},
  };
}

}  // namespace nestwright
