#include "ops/signature/families.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright {
namespace {

// All parameters of a network, one after another.
TensorSpec parameters(std::string name) { return {.name = std::move(name), .dimensions = {{"i", dynamic_extent}}}; }

// Partial gradients, one row a group of blocks; an update first adds them up, in order.
TensorSpec partial_gradients() {
  return {.name = "gradient", .dimensions = {{"i", dynamic_extent}, {"group", dynamic_extent}}};
}

// An update of `parameter` and of each state in `states`, in place, by the numbers named in `of_step`, which change
// with the steps, and in `scalars`.
Signature update(std::string name, std::string summary, std::vector<ShapeParameter> shape_parameters,
                 const std::vector<std::string>& states, const std::vector<std::string>& of_step,
                 const std::vector<std::string>& scalars) {
  const auto inputs = [states, of_step, scalars](const Shape&) {
    std::vector<TensorSpec> specs = {parameters("parameter"), partial_gradients()};
    for (const std::string& state : states) specs.push_back(parameters(state));
    for (const std::string& name : of_step) specs.push_back(number_of_step(name));
    for (const std::string& name : scalars) specs.push_back(scalar(name));
    return specs;
  };
  const auto outputs = [states](const Shape&) {
    std::vector<TensorSpec> specs = {in_place(parameters("new_parameter"), "parameter")};
    for (const std::string& state : states) specs.push_back(in_place(parameters("new_" + state), state));
    return specs;
  };
  return {.name = std::move(name),
          .summary = std::move(summary),
          .parameters = std::move(shape_parameters),
          .inputs = inputs,
          .outputs = outputs,
          .flops = [](const Shape&) { return std::int64_t{0}; }};
}

}  // namespace

// Updates as PyTorch's torch.optim computes them, weight decay included; g is the sum of the partial gradients.
std::vector<Signature> optimizer_signatures() {
  return {
      update("sgd", "parameter -= learning_rate * (g + weight_decay * parameter)", {}, {}, {"learning_rate"},
             {"weight_decay"}),
      update("momentum",
             "d = g + weight_decay * parameter; velocity = momentum * velocity + d; parameter -= learning_rate * "
             "(nesterov ? d + momentum * velocity : velocity)",
             {{"nesterov", 0, true, 0}}, {"velocity"}, {"learning_rate"}, {"momentum", "weight_decay"}),
      update("adadelta",
             "Zeiler 2012, algorithm 1: d = g + weight_decay * parameter; square_average = rho * square_average + (1 "
             "- rho) * d^2; delta = sqrt(accumulated_delta + epsilon) / sqrt(square_average + epsilon) * d; "
             "accumulated_delta = rho * accumulated_delta + (1 - rho) * delta^2; parameter -= learning_rate * delta",
             {}, {"square_average", "accumulated_delta"}, {"learning_rate"}, {"rho", "epsilon", "weight_decay"}),
      update("adam",
             "Kingma and Ba 2015, algorithm 1, with weight decay added to the gradient; the corrections are 1 - "
             "beta^step",
             {}, {"first_moment", "second_moment"}, {"learning_rate", "first_correction", "second_correction"},
             {"beta1", "beta2", "epsilon", "weight_decay"}),
      update("adamw", "Loshchilov and Hutter 2019, algorithm 2: adam with decoupled weight decay", {},
             {"first_moment", "second_moment"}, {"learning_rate", "first_correction", "second_correction"},
             {"beta1", "beta2", "epsilon", "weight_decay"}),
  };
}

}  // namespace nestwright
