#include "bench/rivals/cudnn/cublas_linear.h"
#include "ops/classifier/signature.h"
#include "ops/feature_extractor/signature.h"
#include "ops/reference/families.h"
#include "tests/gpu/cudnn_ways.h"
#include "tests/gpu/image_layout.h"

namespace nestwright {
namespace {

using cudnn::Images;
using cudnn::Matrix;
using cudnn::then;
using reference::Tensor;

// Values that the library computed, and the place among an operator's values of an image where they belong.
struct Part {
  Images from;
  std::int64_t first;
};

// A tensor (feature, image) of `count` features, which holds the parts and zeros between them.
Tensor put_together(const LibraryCall& call, std::int64_t count, const std::vector<Part>& parts) {
  Tensor all({count, call.images()});
  for (const auto& [from, first] : parts) {
    const std::vector<float> values = call.download(from);
    const std::int64_t of_image = from.size() / from.images;
    for (std::int64_t n = 0; n < from.size(); ++n) {
      all(first + n % of_image, n / of_image) = static_cast<double>(values[static_cast<std::size_t>(n)]);
    }
  }
  return all;
}

// The output of load_images as images: computed on the processor, in blocks of one image.
Tensor loaded_images(const LibraryCall& call) {
  const Tensor& indices = call.values("indices");
  Tensor in_blocks({1, indices.extent(0)});
  in_blocks.elements() = indices.elements();
  return images_of(reference::evaluate("load_images", call.shape(),
                                       {{"images", call.values("images")},
                                        {"indices", in_blocks},
                                        {"mean", call.values("mean")},
                                        {"scale", call.values("scale")}})
                       .at("output"),
                   call.images());
}

Ways feature_extractor(LibraryCall& call) {
  const FeatureValues places = FeatureValues::from(call.shape());
  const auto room = [&](const FeatureValues::Part& part) {
    return call.make({part.width, part.height, part.channels, call.images()});
  };
  const Images x = call.put(loaded_images(call)), first = room(places.pooled1), second = room(places.pooled2);
  call.output("values", [&call, places, x, first, second] {
    return put_together(call, places.count,
                        {{x, places.input.first}, {first, places.pooled1.first}, {second, places.pooled2.first}});
  });
  const auto layer = [&](const Images& input, const std::string& number) {
    return PooledConvolution{.input = input,
                             .weights = call.input("weight" + number),
                             .bias = call.input("bias" + number),
                             .windows = {},
                             .window = call.shape().at("window" + number)};
  };
  return {then(pooled_convolution(call, layer(x, "1"), first), pooled_convolution(call, layer(first, "2"), second))};
}

// The library's tensors for the values of classifier_step, (feature, image).
struct Classifier {
  explicit Classifier(LibraryCall& call)
      : input(call.input("input")),
        hidden1(make(call, "hidden1")),
        hidden2(make(call, "hidden2")),
        logits(make(call, "classes")),
        log_probabilities(make(call, "classes")),
        logits_gradient(make(call, "classes")),
        after_relu2(make(call, "hidden2")),
        hidden2_gradient(make(call, "hidden2")),
        after_relu1(make(call, "hidden1")),
        hidden1_gradient(make(call, "hidden1")),
        input_gradient(make(call, "in_features")) {}

  static Images make(LibraryCall& call, const char* features) {
    return call.make({call.shape().at(features), call.images()});
  }

  Images input, hidden1, hidden2, logits, log_probabilities;
  Images logits_gradient, after_relu2, hidden2_gradient, after_relu1, hidden1_gradient, input_gradient;
};

Tensor classifier_values(const LibraryCall& call, const Classifier& c) {
  const ClassifierValues places = ClassifierValues::from(call.shape());
  Tensor values = put_together(call, places.count,
                               {{c.hidden1, places.hidden1},
                                {c.hidden2, places.hidden2},
                                {c.hidden1_gradient, places.hidden1_gradient},
                                {c.hidden2_gradient, places.hidden2_gradient},
                                {c.logits_gradient, places.logits_gradient},
                                {c.input_gradient, places.input_gradient}});
  const Tensor loss = losses(call, c.log_probabilities);
  for (std::int64_t image = 0; image < call.images(); ++image) values(places.loss, image) = loss(image);
  return values;
}

Ways classifier_step(LibraryCall& call) {
  const Classifier c(call);
  call.output("values", [&call, c] { return classifier_values(call, c); });
  const cudnn::Setting& s = call.setting();
  const Matrix w1 = as_matrix(call.input("weight1")), w2 = as_matrix(call.input("weight2"));
  const Matrix w3 = as_matrix(call.input("weight3"));
  const auto bias = [&](const char* name) { return call.input(name).address; };
  const Images labels = negative_labels(call, call.shape().at("classes"));
  const auto scale = static_cast<float>(call.values("scale")().value);
  const auto relu_gradient = [&](const Images& output, const Images& after, const Images& before) {
    return activation_gradient(s, CUDNN_ACTIVATION_RELU, output, after, before);
  };
  std::optional<cudnn::Operation> all = linear_relu(s, as_matrix(c.input), w1, bias("bias1"), as_matrix(c.hidden1));
  for (const cudnn::Operation& next :
       {linear_relu(s, as_matrix(c.hidden1), w2, bias("bias2"), as_matrix(c.hidden2)),
        linear(s, as_matrix(c.hidden2), w3, bias("bias3"), as_matrix(c.logits)),
        log_softmax(s, as_matrix(c.logits), as_matrix(c.log_probabilities)),
        log_softmax_gradient(s, as_matrix(c.log_probabilities), as_matrix(labels), scale, as_matrix(c.logits_gradient)),
        linear_input_gradient(s, as_matrix(c.logits_gradient), w3, as_matrix(c.after_relu2)),
        relu_gradient(c.hidden2, c.after_relu2, c.hidden2_gradient),
        linear_input_gradient(s, as_matrix(c.hidden2_gradient), w2, as_matrix(c.after_relu1)),
        relu_gradient(c.hidden1, c.after_relu1, c.hidden1_gradient),
        linear_input_gradient(s, as_matrix(c.hidden1_gradient), w1, as_matrix(c.input_gradient))}) {
    all = then(all, next);
  }
  return {all};
}

}  // namespace

std::map<std::string, Prepare> network_ways() {
  return {{"feature_extractor", feature_extractor}, {"classifier_step", classifier_step}};
}

}  // namespace nestwright
