#include "ops/optimizer/algorithm.h"

#include <string>
#include <vector>

#include "ops/algorithm/families.h"
#include "ops/algorithm/notation.h"

namespace nestwright::ops {

Stage sum_of_groups(const Func& gradient, const Expr& groups) {
  const RDom group(0, groups, "group");
  Stage gradient_sum("gradient_sum");
  gradient_sum(i) = 0.0f;
  gradient_sum(i) += gradient(i, group);
  gradient_sum.variables = {{"group", group.x}};
  return gradient_sum;
}

namespace {

// What an update rule reads of one element i of its inputs.
struct Rule {
  const Inputs& inputs;
  Expr gradient;             // summed over groups
  std::vector<Expr> values;  // the parameter, then the states, before the update

  // An input that is passed by value, and one that changes with the steps, a tensor of one element.
  Expr scalar(const char* name) const { return inputs.at(name).func(); }
  Expr of_step(const char* name) const { return inputs.at(name).func(0); }
  const Expr& parameter() const { return values[0]; }
  const Expr& state(std::size_t index) const { return values[index + 1]; }
};

// Gives the parameter and the states after the update.
using NewValues = std::vector<Expr> (*)(const Rule& rule, const Shape& shape);

// The gradient with weight decay as in L2 regularisation: weight_decay * parameter added.
Expr decayed(const Rule& rule) { return rule.gradient + rule.scalar("weight_decay") * rule.parameter(); }

std::vector<Expr> sgd(const Rule& rule, const Shape&) {
  return {rule.parameter() - rule.of_step("learning_rate") * decayed(rule)};
}

std::vector<Expr> momentum(const Rule& rule, const Shape& shape) {
  const Expr factor = rule.scalar("momentum"), direction = decayed(rule);
  const Expr velocity = factor * rule.state(0) + direction;
  const Expr step = shape.at("nesterov") != 0 ? direction + factor * velocity : velocity;
  return {rule.parameter() - rule.of_step("learning_rate") * step, velocity};
}

std::vector<Expr> adadelta(const Rule& rule, const Shape&) {
  const Expr rho = rule.scalar("rho"), epsilon = rule.scalar("epsilon"), direction = decayed(rule);
  const Expr square_average = rho * rule.state(0) + (1.0f - rho) * direction * direction;
  // The root of the quotient, not the quotient of the roots: roots and divisions are what the update spends its time
  // on.
  const Expr delta = sqrt((rule.state(1) + epsilon) / (square_average + epsilon)) * direction;
  const Expr accumulated_delta = rho * rule.state(1) + (1.0f - rho) * delta * delta;
  return {rule.parameter() - rule.of_step("learning_rate") * delta, square_average, accumulated_delta};
}

// Adam's step from `parameter` along `direction`, with the corrections placed as in torch.optim.Adam.
std::vector<Expr> adam_step(const Rule& rule, const Expr& parameter, const Expr& direction) {
  const Expr beta1 = rule.scalar("beta1"), beta2 = rule.scalar("beta2");
  const Expr first = beta1 * rule.state(0) + (1.0f - beta1) * direction;
  const Expr second = beta2 * rule.state(1) + (1.0f - beta2) * direction * direction;
  const Expr denominator = sqrt(second) / sqrt(rule.of_step("second_correction")) + rule.scalar("epsilon");
  const Expr step = rule.of_step("learning_rate") / rule.of_step("first_correction");
  return {parameter - step * first / denominator, first, second};
}

std::vector<Expr> adam(const Rule& rule, const Shape&) { return adam_step(rule, rule.parameter(), decayed(rule)); }

std::vector<Expr> adamw(const Rule& rule, const Shape&) {
  const Expr shrink = 1.0f - rule.of_step("learning_rate") * rule.scalar("weight_decay");
  return adam_step(rule, rule.parameter() * shrink, rule.gradient);
}

// `state`(i) is a Tuple of the parameter and the states: its definition has them before the update, its update
// definition after it. `updated` copies it.
Algorithm build_update(const Inputs& inputs, const Shape& shape, const std::vector<std::string>& names,
                       NewValues new_values) {
  const Stage gradient("gradient", inputs);
  const Stage gradient_sum = sum_of_groups(gradient, outermost_extent(inputs, "gradient"));
  Stage state("state"), updated("updated");
  std::vector<Expr> before, current, after;
  for (const std::string& name : names) before.push_back(inputs.at(name).func(i));
  state(i) = Tuple(before);
  for (std::size_t n = 0; n < names.size(); ++n) {
    current.push_back(names.size() == 1 ? Expr(state(i)) : Expr(state(i)[static_cast<int>(n)]));
  }
  state(i) = Tuple(new_values({inputs, gradient_sum(i), current}, shape));
  for (std::size_t n = 0; n < names.size(); ++n) {
    after.push_back(names.size() == 1 ? Expr(state(i)) : Expr(state(i)[static_cast<int>(n)]));
  }
  updated(i) = Tuple(after);
  return algorithm_of({updated}, {gradient, gradient_sum, state});
}

Operator update(const char* name, std::vector<std::string> states, NewValues new_values) {
  states.insert(states.begin(), "parameter");
  return {name, "direct", [states, new_values](const Inputs& inputs, const Shape& shape) {
            return build_update(inputs, shape, states, new_values);
          }};
}

}  // namespace

std::vector<Operator> optimizer_operators() {
  return {update("sgd", {}, sgd), update("momentum", {"velocity"}, momentum),
          update("adadelta", {"square_average", "accumulated_delta"}, adadelta),
          update("adam", {"first_moment", "second_moment"}, adam),
          update("adamw", {"first_moment", "second_moment"}, adamw)};
}

}  // namespace nestwright::ops
