#include "ops/loss/algorithm.h"

#include <fmt/format.h>

#include "ops/algorithm/families.h"
#include "ops/algorithm/notation.h"
#include "support/error.h"

namespace nestwright::ops {
namespace {

// Throws where a label, a byte, could not name every class and the absent lane.
int labelled_class_count(const Shape& shape) {
  const int classes = extent(shape, "classes");
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

Stage largest_of_classes(const Func& input, int classes) {
  const RDom k(0, classes, "k");
  Stage largest("largest");
  largest(lane, b) = input(lane, 0, b);
  largest(lane, b) = max(largest(lane, b), input(lane, k, b));
  largest.variables = {{"k", k.x}};
  return largest;
}

Stage sum_of_classes(const Func& exponential, int classes) {
  const RDom k(0, classes, "k_sum");
  Stage exp_sum("exp_sum");
  exp_sum(lane, b) = 0.0f;
  exp_sum(lane, b) += exponential(lane, k, b);
  exp_sum.variables = {{"k_sum", k.x}};
  return exp_sum;
}

namespace {

// exp(input - largest), its sum, and the largest: what every softmax is made of. Blanchard, Higham and Higham 2021,
// "Accurately computing the log-sum-exp and softmax functions".
struct Softmax {
  Stage largest, exponential, exp_sum;
};

Softmax softmax(const Func& input, int classes) {
  const Stage largest = largest_of_classes(input, classes);
  Stage exponential("exponential");
  exponential(lane, c, b) = exp(input(lane, c, b) - largest(lane, b));
  return {largest, exponential, sum_of_classes(exponential, classes)};
}

Algorithm build_log_softmax(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs);
  const auto [largest, exponential, exp_sum] = softmax(input, extent(shape, "classes"));
  Stage log_sum("log_sum"), output("output");
  log_sum(lane, b) = log(exp_sum(lane, b));
  output(lane, c, b) = input(lane, c, b) - largest(lane, b) - log_sum(lane, b);
  return algorithm_of({output}, {input, largest, exponential, exp_sum, log_sum});
}

Algorithm build_log_softmax_gradient(const Inputs& inputs, const Shape& shape) {
  const Stage output_gradient("output_gradient", inputs), output("output", inputs);
  const RDom k(0, extent(shape, "classes"), "k");
  Stage gradient_sum("gradient_sum"), input_gradient("input_gradient");
  gradient_sum(lane, b) = 0.0f;
  gradient_sum(lane, b) += output_gradient(lane, k, b);
  gradient_sum.variables = {{"k", k.x}};
  input_gradient(lane, c, b) = output_gradient(lane, c, b) - exp(output(lane, c, b)) * gradient_sum(lane, b);
  return algorithm_of({input_gradient}, {output_gradient, output, gradient_sum});
}

Algorithm build_nll_loss(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs), labels("labels", inputs);
  const int classes = labelled_class_count(shape);
  Stage loss("loss");
  loss(lane, b) = select(has_label(labels, classes), -value_of_label(input, labels, classes), 0.0f);
  return algorithm_of({loss}, {input, labels});
}

Algorithm build_nll_loss_gradient(const Inputs& inputs, const Shape& shape) {
  labelled_class_count(shape);
  const Stage labels("labels", inputs), scale("scale", inputs);
  Stage input_gradient("input_gradient");
  input_gradient(lane, c, b) = select(cast<int>(labels(lane, b)) == c, -scale(), 0.0f);
  return algorithm_of({input_gradient}, {labels});
}

Algorithm build_softmax_cross_entropy(const Inputs& inputs, const Shape& shape) {
  const Stage logits("logits", inputs), labels("labels", inputs), scale("scale", inputs);
  auto [loss, logits_gradient, stages] = softmax_cross_entropy(logits, labels, scale(), shape);
  stages.insert(stages.end(), {logits, labels});
  return algorithm_of({loss, logits_gradient}, stages);
}

Algorithm build_accuracy(const Inputs& inputs, const Shape& shape) {
  const Stage logits("logits", inputs), labels("labels", inputs);
  const RDom k(0, labelled_class_count(shape), "k");
  Stage best("best"), output("output");
  best(lane, b) = Tuple(logits(lane, 0, b), cast<uint8_t>(0));
  const Expr largest = best(lane, b)[0], candidate = logits(lane, k, b);
  best(lane, b) = Tuple(max(largest, candidate), select(candidate > largest, cast<uint8_t>(k), best(lane, b)[1]));
  best.variables = {{"k", k.x}};
  const Expr predicted = best(lane, b)[1];
  output(lane, b) = Tuple(predicted, cast<uint8_t>(predicted == labels(lane, b)));
  return algorithm_of({output}, {logits, labels, best});
}

}  // namespace

CrossEntropy softmax_cross_entropy(const Func& logits, const Func& labels, const Expr& scale, const Shape& shape) {
  const int classes = labelled_class_count(shape);
  const auto [largest, exponential, exp_sum] = softmax(logits, classes);
  const Expr labelled = has_label(labels, classes);
  Stage loss("loss"), normalizer("normalizer"), logits_gradient("logits_gradient");
  loss(lane, b) =
      select(labelled, log(exp_sum(lane, b)) + largest(lane, b) - value_of_label(logits, labels, classes), 0.0f);
  normalizer(lane, b) = select(labelled, scale / exp_sum(lane, b), 0.0f);
  logits_gradient(lane, c, b) =
      exponential(lane, c, b) * normalizer(lane, b) - select(cast<int>(labels(lane, b)) == c, scale, 0.0f);
  return {loss, logits_gradient, {largest, exponential, exp_sum, normalizer}};
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
