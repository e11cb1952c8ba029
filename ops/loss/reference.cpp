#include "ops/loss/reference.h"

namespace nestwright::reference {
namespace {

// The label of a lane that holds no image.
constexpr double absent = 255;

// Calls visit(lane, block) for every image of `values`, (lane, class, block).
template <typename Visit>
void for_each_image(const Tensor& values, Visit visit) {
  for (std::int64_t block = 0; block < values.extent(2); ++block) {
    for (std::int64_t lane = 0; lane < values.extent(0); ++lane) visit(lane, block);
  }
}

// The first class with the largest value.
std::int64_t best_class(const Tensor& values, std::int64_t lane, std::int64_t block) {
  std::int64_t best = 0;
  for (std::int64_t k = 1; k < values.extent(1); ++k) {
    if (values(lane, k, block).value > values(lane, best, block).value) best = k;
  }
  return best;
}

Number exponential_sum(const Tensor& values, std::int64_t lane, std::int64_t block, const Number& largest) {
  Sum sum;
  for (std::int64_t k = 0; k < values.extent(1); ++k) sum.add(exp(values(lane, k, block) - largest));
  return sum.number();
}

Tensors log_softmax(const Shape&, const Tensors& in) {
  const Tensor& input = in.at("input");
  Tensor output(input.extents());
  for_each_image(input, [&](auto lane, auto block) {
    const Number largest = input(lane, best_class(input, lane, block), block);
    const Number log_sum = log(exponential_sum(input, lane, block, largest));
    for (std::int64_t k = 0; k < input.extent(1); ++k) {
      Sum sum;
      sum.add(input(lane, k, block));
      sum.add(-largest);
      sum.add(-log_sum);
      output(lane, k, block) = sum.number();
    }
  });
  return {{"output", std::move(output)}};
}

Tensors log_softmax_gradient(const Shape&, const Tensors& in) {
  const Tensor &gradient = in.at("output_gradient"), &output = in.at("output");
  Tensor result(output.extents());
  for_each_image(output, [&](auto lane, auto block) {
    Sum sum;
    for (std::int64_t k = 0; k < output.extent(1); ++k) sum.add(gradient(lane, k, block));
    for (std::int64_t k = 0; k < output.extent(1); ++k) {
      result(lane, k, block) = gradient(lane, k, block) - exp(output(lane, k, block)) * sum.number();
    }
  });
  return {{"input_gradient", std::move(result)}};
}

Tensors nll_loss(const Shape&, const Tensors& in) {
  const Tensor &input = in.at("input"), &labels = in.at("labels");
  Tensor loss(labels.extents());
  for_each_image(input, [&](auto lane, auto block) {
    const double label = labels(lane, block).value;
    if (label != absent) loss(lane, block) = -input(lane, label, block);
  });
  return {{"loss", std::move(loss)}};
}

Tensors nll_loss_gradient(const Shape& s, const Tensors& in) {
  const Tensor& labels = in.at("labels");
  Tensor result({labels.extent(0), s.at("classes"), labels.extent(1)});
  for_each_image(result, [&](auto lane, auto block) {
    const double label = labels(lane, block).value;
    if (label != absent) result(lane, label, block) = -in.at("scale")();
  });
  return {{"input_gradient", std::move(result)}};
}

Tensors softmax_cross_entropy(const Shape&, const Tensors& in) {
  const Tensor &logits = in.at("logits"), &labels = in.at("labels");
  Tensor loss(labels.extents()), gradient(logits.extents());
  for_each_image(logits, [&](auto lane, auto block) {
    const double label = labels(lane, block).value;
    if (label == absent) return;
    const Number largest = logits(lane, best_class(logits, lane, block), block);
    const Number exp_sum = exponential_sum(logits, lane, block, largest);
    Sum sum;
    sum.add(log(exp_sum));
    sum.add(largest);
    sum.add(-logits(lane, label, block));
    loss(lane, block) = sum.number();
    for (std::int64_t k = 0; k < logits.extent(1); ++k) {
      const Number probability = exp(logits(lane, k, block) - largest) / exp_sum;
      const Number target = static_cast<double>(k) == label ? 1.0 : 0.0;
      gradient(lane, k, block) = in.at("scale")() * probability - in.at("scale")() * target;
    }
  });
  return {{"loss", std::move(loss)}, {"logits_gradient", std::move(gradient)}};
}

Tensors accuracy(const Shape&, const Tensors& in) {
  const Tensor &logits = in.at("logits"), &labels = in.at("labels");
  Tensor predicted(labels.extents()), correct(labels.extents());
  for_each_image(logits, [&](auto lane, auto block) {
    const auto best = static_cast<double>(best_class(logits, lane, block));
    predicted(lane, block) = best;
    correct(lane, block) = best == labels(lane, block).value ? 1.0 : 0.0;
  });
  return {{"predicted", std::move(predicted)}, {"correct", std::move(correct)}};
}

// Logits are drawn between -20 and 20 so that softmax tells them apart, and the smallest exponentials vanish in float32
// beside the largest.
constexpr double widest_logit = 20.0;

double draw_wide(Random& random, const std::string& input, const Shape&) {
  return input == "scale" ? sample_loss_scale : random.real() * widest_logit;
}

double draw_scale(Random& random, const std::string& input, const Shape&) {
  return input == "scale" ? sample_loss_scale : random.real();
}

// The input `output` is a logarithm of probabilities, which is at most 0.
double draw_with_output(Random& random, const std::string& input, const Shape&) {
  return input == "output" ? -widest_logit * std::abs(random.real()) : random.real() * widest_logit;
}

}  // namespace

References loss_references() {
  return {{"log_softmax", {log_softmax, draw_wide}},
          {"log_softmax_gradient", {log_softmax_gradient, draw_with_output}},
          {"nll_loss", {nll_loss}},
          {"nll_loss_gradient", {nll_loss_gradient, draw_scale}},
          {"softmax_cross_entropy", {softmax_cross_entropy, draw_wide}},
          {"accuracy", {accuracy, draw_quarters}}};
}

}  // namespace nestwright::reference
