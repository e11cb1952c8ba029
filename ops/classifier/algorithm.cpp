// Three linear layers with their loss, forward and back, as one operator: nothing but its input, its parameters and
// what it gives goes through memory.

#include "ops/activation/algorithm.h"

#include "ops/algorithm/families.h"
#include "ops/algorithm/packed.h"
#include "ops/classifier/signature.h"
#include "ops/linear/algorithm.h"
#include "ops/loss/algorithm.h"

namespace nestwright::ops {

using Halide::Expr;
using Halide::Func;
using Halide::Var;

namespace {

const Var lane("lane"), o("o"), b("b"), slot("slot");

int extent(const Shape& shape, const char* name) { return static_cast<int>(shape.at(name)); }

Algorithm build_classifier_step(const Inputs& inputs, const Shape& shape) {
  const auto input = [&](const char* name) { return inputs.at(name).func; };
  const int in_features = extent(shape, "in_features");
  const int hidden1 = extent(shape, "hidden1"), hidden2 = extent(shape, "hidden2"), classes = extent(shape, "classes");

  const Reduction sum1 = linear(input("input"), input("weight1"), input("bias1"), in_features, "k1");
  Func activation1("hidden1"), activation2("hidden2"), gradient1("hidden1_gradient"), gradient2("hidden2_gradient");
  Func input_gradient("input_gradient");
  activation1(lane, o, b) = relu(sum1.func)(lane, o, b);
  const Reduction sum2 = linear(activation1, input("weight2"), input("bias2"), hidden1, "k2");
  activation2(lane, o, b) = relu(sum2.func)(lane, o, b);
  const Reduction logits = linear(activation2, input("weight3"), input("bias3"), hidden2, "k3");

  const CrossEntropy entropy = softmax_cross_entropy(logits.func, input("labels"), input("scale")(), shape);
  const Reduction sum2_gradient = linear_input_gradient(entropy.logits_gradient, input("weight3"), classes, "k_logits");
  gradient2(lane, o, b) = relu_gradient(sum2_gradient.func, activation2)(lane, o, b);
  const Reduction sum1_gradient = linear_input_gradient(gradient2, input("weight2"), hidden2, "k_hidden2");
  gradient1(lane, o, b) = relu_gradient(sum1_gradient.func, activation1)(lane, o, b);
  const Reduction input_sum = linear_input_gradient(gradient1, input("weight1"), hidden1, "k_hidden1");
  input_gradient(lane, o, b) = input_sum.func(lane, o, b);

  const ClassifierValues places = ClassifierValues::from(shape);
  Packed packed({0.0f});
  const auto add = [&](const Func& part, std::int64_t first, int features) {
    packed.add(first, features, [&](const Expr& feature) { return std::vector<Expr>{part(lane, feature, b)}; });
  };
  add(activation1, places.hidden1, hidden1);
  add(activation2, places.hidden2, hidden2);
  add(gradient1, places.hidden1_gradient, hidden1);
  add(gradient2, places.hidden2_gradient, hidden2);
  add(entropy.logits_gradient, places.logits_gradient, classes);
  add(input_gradient, places.input_gradient, in_features);
  packed.add(places.loss, 1, [&](const Expr&) { return std::vector<Expr>{entropy.loss(lane, b)}; });
  Func values("values");
  values(lane, slot, b) = packed.values().front();

  Algorithm algorithm{.outputs = {values},
                      .funcs = {{"input", input("input")},
                                {"sum1", sum1.func},
                                {"hidden1", activation1},
                                {"sum2", sum2.func},
                                {"hidden2", activation2},
                                {"logits", logits.func},
                                {"loss", entropy.loss},
                                {"logits_gradient", entropy.logits_gradient},
                                {"hidden2_gradient_sum", sum2_gradient.func},
                                {"hidden2_gradient", gradient2},
                                {"hidden1_gradient_sum", sum1_gradient.func},
                                {"hidden1_gradient", gradient1},
                                {"input_gradient_sum", input_sum.func},
                                {"input_gradient", input_gradient},
                                {"values", values}},
                      .reduction_variables = entropy.variables};
  for (const char* name : {"weight1", "weight2", "weight3", "labels"}) algorithm.funcs.emplace(name, input(name));
  algorithm.funcs.insert(entropy.stages.begin(), entropy.stages.end());
  for (const Reduction& sum : {sum1, sum2, logits, sum2_gradient, sum1_gradient, input_sum}) {
    algorithm.reduction_variables.insert(sum.variables.begin(), sum.variables.end());
  }
  return algorithm;
}

}  // namespace

std::vector<Operator> classifier_operators() { return {{"classifier_step", "direct", build_classifier_step}}; }

}  // namespace nestwright::ops
