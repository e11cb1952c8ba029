#include "ops/loss/algorithm.h"

#include <fmt/format.h>

#include "ops/algorithm/families.h"
#include "support/error.h"

namespace nestwright::ops {

using Halide::cast;
using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Tuple;
using Halide::Var;

namespace {

const Var lane("lane"), c("c"), b("b");

int class_count(const Shape& shape) { return static_cast<int>(shape.at("classes")); }

// Throws where a label, a byte, could not name every class and the absent lane.
int labelled_class_count(const Shape& shape) {
  const int classes = class_count(shape);
  if (classes > absent_label) {
    throw Error("shape",
                fmt::format("classes is {}; at most {} is possible, for a label is a byte", classes, absent_label));
  }
  return classes;
}

// The value of the lane's label; any value of `input` where the label is no class.
Expr value_of_label(const Func& input, const Func& labels, int classes) {
  return input(lane, min(cast<int>(labels(lane, b)), classes - 1), b);
}

Expr has_label(const Func& labels, int classes) { return labels(lane, b) < cast<uint8_t>(classes); }

}  // namespace

Reduction largest_of_classes(const Func& input, int classes) {
  const RDom k(0, classes, "k");
  Func largest("largest");
  largest(lane, b) = input(lane, 0, b);
  largest(lane, b) = max(largest(lane, b), input(lane, k, b));
  return {largest, {{"k", k.x}}};
}

Reduction sum_of_classes(const Func& exponential, int classes) {
  const RDom k(0, classes, "k_sum");
  Func exp_sum("exp_sum");
  exp_sum(lane, b) = 0.0f;
  exp_sum(lane, b) += exponential(lane, k, b);
  return {exp_sum, {{"k_sum", k.x}}};
}

namespace {

// exp(input - largest), its sum, and the largest: what every softmax is made of. Blanchard, Higham and Higham 2021,
// "Accurately computing the log-sum-exp and softmax functions".
struct Softmax {
  Reduction largest;
  Func exponential;
  Reduction exp_sum;
};

Softmax softmax(const Func& input, int classes) {
  const Reduction largest = largest_of_classes(input, classes);
  Func exponential("exponential");
  exponential(lane, c, b) = exp(input(lane, c, b) - largest.func(lane, b));
  return {largest, exponential, sum_of_classes(exponential, classes)};
}

// The Funcs and variables of a softmax, for a schedule to name.
void add_stages(const Softmax& stages, Algorithm& algorithm) {
  algorithm.funcs.insert(
      {{"largest", stages.largest.func}, {"exponential", stages.exponential}, {"exp_sum", stages.exp_sum.func}});
  for (const auto& variables : {stages.largest.variables, stages.exp_sum.variables}) {
    algorithm.reduction_variables.insert(variables.begin(), variables.end());
  }
}

Algorithm build_log_softmax(const Inputs& inputs, const Shape& shape) {
  const Func input = inputs.at("input").func;
  const Softmax stages = softmax(input, class_count(shape));
  Func log_sum("log_sum"), output("output");
  log_sum(lane, b) = log(stages.exp_sum.func(lane, b));
  output(lane, c, b) = input(lane, c, b) - stages.largest.func(lane, b) - log_sum(lane, b);
  Algorithm algorithm{.outputs = {output},
                      .funcs = {{"input", input}, {"log_sum", log_sum}, {"output", output}},
                      .reduction_variables = {}};
  add_stages(stages, algorithm);
  return algorithm;
}

Algorithm build_log_softmax_gradient(const Inputs& inputs, const Shape& shape) {
  const Func output_gradient = inputs.at("output_gradient").func, output = inputs.at("output").func;
  const RDom k(0, class_count(shape), "k");
  Func gradient_sum("gradient_sum"), input_gradient("input_gradient");
  gradient_sum(lane, b) = 0.0f;
  gradient_sum(lane, b) += output_gradient(lane, k, b);
  input_gradient(lane, c, b) = output_gradient(lane, c, b) - exp(output(lane, c, b)) * gradient_sum(lane, b);
  return {.outputs = {input_gradient},
          .funcs = {{"output_gradient", output_gradient},
                    {"output", output},
                    {"gradient_sum", gradient_sum},
                    {"input_gradient", input_gradient}},
          .reduction_variables = {{"k", k.x}}};
}

Algorithm build_nll_loss(const Inputs& inputs, const Shape& shape) {
  const Func input = inputs.at("input").func, labels = inputs.at("labels").func;
  const int classes = labelled_class_count(shape);
  Func loss("loss");
  loss(lane, b) = select(has_label(labels, classes), -value_of_label(input, labels, classes), 0.0f);
  return {
      .outputs = {loss}, .funcs = {{"input", input}, {"labels", labels}, {"loss", loss}}, .reduction_variables = {}};
}

Algorithm build_nll_loss_gradient(const Inputs& inputs, const Shape& shape) {
  labelled_class_count(shape);
  const Func labels = inputs.at("labels").func, scale = inputs.at("scale").func;
  Func input_gradient("input_gradient");
  input_gradient(lane, c, b) = select(cast<int>(labels(lane, b)) == c, -scale(), 0.0f);
  return {.outputs = {input_gradient},
          .funcs = {{"labels", labels}, {"input_gradient", input_gradient}},
          .reduction_variables = {}};
}

Algorithm build_softmax_cross_entropy(const Inputs& inputs, const Shape& shape) {
  const Func logits = inputs.at("logits").func, labels = inputs.at("labels").func;
  const CrossEntropy entropy = softmax_cross_entropy(logits, labels, inputs.at("scale").func(), shape);
  Algorithm algorithm{.outputs = {entropy.loss, entropy.logits_gradient},
                      .funcs = {{"logits", logits},
                                {"labels", labels},
                                {"loss", entropy.loss},
                                {"logits_gradient", entropy.logits_gradient}},
                      .reduction_variables = entropy.variables};
  algorithm.funcs.insert(entropy.stages.begin(), entropy.stages.end());
  return algorithm;
}

Algorithm build_accuracy(const Inputs& inputs, const Shape& shape) {
  const Func logits = inputs.at("logits").func, labels = inputs.at("labels").func;
  const RDom k(0, labelled_class_count(shape), "k");
  Func best("best"), output("output");
  best(lane, b) = Tuple(logits(lane, 0, b), cast<uint8_t>(0));
  const Expr largest = best(lane, b)[0], candidate = logits(lane, k, b);
  best(lane, b) = Tuple(max(largest, candidate), select(candidate > largest, cast<uint8_t>(k), best(lane, b)[1]));
  const Expr predicted = best(lane, b)[1];
  output(lane, b) = Tuple(predicted, cast<uint8_t>(predicted == labels(lane, b)));
  return {.outputs = {output},
          .funcs = {{"logits", logits}, {"labels", labels}, {"best", best}, {"output", output}},
          .reduction_variables = {{"k", k.x}}};
}

}  // namespace

CrossEntropy softmax_cross_entropy(const Func& logits, const Func& labels, const Expr& scale, const Shape& shape) {
  const int classes = labelled_class_count(shape);
  const Softmax stages = softmax(logits, classes);
  const Expr labelled = has_label(labels, classes);
  Func loss("loss"), normalizer("normalizer"), logits_gradient("logits_gradient");
  loss(lane, b) = select(
      labelled,
      log(stages.exp_sum.func(lane, b)) + stages.largest.func(lane, b) - value_of_label(logits, labels, classes), 0.0f);
  normalizer(lane, b) = select(labelled, scale / stages.exp_sum.func(lane, b), 0.0f);
  logits_gradient(lane, c, b) =
      stages.exponential(lane, c, b) * normalizer(lane, b) - select(cast<int>(labels(lane, b)) == c, scale, 0.0f);
  CrossEntropy entropy = {.loss = loss,
                          .logits_gradient = logits_gradient,
                          .stages = {{"largest", stages.largest.func},
                                     {"exponential", stages.exponential},
                                     {"exp_sum", stages.exp_sum.func},
                                     {"normalizer", normalizer}},
                          .variables = stages.largest.variables};
  entropy.variables.insert(stages.exp_sum.variables.begin(), stages.exp_sum.variables.end());
  return entropy;
}

std::vector<Operator> loss_operators() {
  return {{"log_softmax", "direct", build_log_softmax},
          {"log_softmax_gradient", "direct", build_log_softmax_gradient},
          {"nll_loss", "direct", build_nll_loss},
          {"nll_loss_gradient", "direct", build_nll_loss_gradient},
          {"softmax_cross_entropy", "direct", build_softmax_cross_entropy},
          {"accuracy", "direct", build_accuracy}};
}

}  // namespace nestwright::ops
