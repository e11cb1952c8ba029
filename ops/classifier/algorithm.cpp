// Three linear layers with their loss, forward and backward, as one operator: only its inputs and its output go through
// memory.

#include "ops/activation/algorithm.h"

#include "ops/algorithm/families.h"
#include "ops/algorithm/notation.h"
#include "ops/algorithm/packed.h"
#include "ops/classifier/signature.h"
#include "ops/linear/algorithm.h"
#include "ops/loss/algorithm.h"

namespace nestwright::ops {
namespace {

// Values (lane, o, b) that become `features` features of the output, from feature `first` on.
struct Part {
  Func func;
  std::int64_t first;
  int features;
};

Stage packed_values(const std::vector<Part>& parts, const Func& loss, std::int64_t loss_place) {
  Packed packed({0.0f});
  for (const Part& part : parts) {
    packed.add(part.first, part.features,
               [&](const Expr& feature) { return std::vector<Expr>{part.func(lane, feature, b)}; });
  }
  packed.add(loss_place, 1, [&](const Expr&) { return std::vector<Expr>{loss(lane, b)}; });
  Stage values("values");
  values(lane, slot, b) = packed.values().front();
  return values;
}

Algorithm build_classifier_step(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs), labels("labels", inputs), scale("scale", inputs);
  const Stage weight1("weight1", inputs), weight2("weight2", inputs), weight3("weight3", inputs);
  const Stage bias1("bias1", inputs), bias2("bias2", inputs), bias3("bias3", inputs);
  const int in_features = extent(shape, "in_features"), classes = extent(shape, "classes");
  const int features1 = extent(shape, "hidden1"), features2 = extent(shape, "hidden2");

  const Stage sum1 = linear(input, weight1, bias1, in_features, "k1").renamed("sum1");
  Stage hidden1("hidden1"), hidden2("hidden2");
  Stage hidden1_gradient("hidden1_gradient"), hidden2_gradient("hidden2_gradient"), input_gradient("input_gradient");
  hidden1(lane, o, b) = relu(sum1)(lane, o, b);
  const Stage sum2 = linear(hidden1, weight2, bias2, features1, "k2").renamed("sum2");
  hidden2(lane, o, b) = relu(sum2)(lane, o, b);
  const Stage logits = linear(hidden2, weight3, bias3, features2, "k3").renamed("logits");

  const CrossEntropy entropy = softmax_cross_entropy(logits, labels, scale(), shape);
  const Stage hidden2_gradient_sum =
      linear_input_gradient(entropy.logits_gradient, weight3, classes, "k_logits").renamed("hidden2_gradient_sum");
  hidden2_gradient(lane, o, b) = relu_gradient(hidden2_gradient_sum, hidden2)(lane, o, b);
  const Stage hidden1_gradient_sum =
      linear_input_gradient(hidden2_gradient, weight2, features2, "k_hidden2").renamed("hidden1_gradient_sum");
  hidden1_gradient(lane, o, b) = relu_gradient(hidden1_gradient_sum, hidden1)(lane, o, b);
  const Stage input_gradient_sum =
      linear_input_gradient(hidden1_gradient, weight1, features1, "k_hidden1").renamed("input_gradient_sum");
  input_gradient(lane, o, b) = input_gradient_sum(lane, o, b);

  const ClassifierValues places = ClassifierValues::from(shape);
  const Stage values = packed_values({{hidden1, places.hidden1, features1},
                                      {hidden2, places.hidden2, features2},
                                      {hidden1_gradient, places.hidden1_gradient, features1},
                                      {hidden2_gradient, places.hidden2_gradient, features2},
                                      {entropy.logits_gradient, places.logits_gradient, classes},
                                      {input_gradient, places.input_gradient, in_features}},
                                     entropy.loss, places.loss);
  std::vector<Stage> stages = entropy.stages;
  stages.insert(stages.end(), {input, weight1, weight2, weight3, labels, sum1, hidden1, sum2, hidden2, logits});
  stages.insert(stages.end(), {entropy.loss, entropy.logits_gradient, hidden2_gradient_sum, hidden2_gradient});
  stages.insert(stages.end(), {hidden1_gradient_sum, hidden1_gradient, input_gradient_sum, input_gradient});
  return algorithm_of({values}, stages);
}

}  // namespace

std::vector<Operator> classifier_operators() { return {{"classifier_step", "direct", build_classifier_step}}; }

}  // namespace nestwright::ops
