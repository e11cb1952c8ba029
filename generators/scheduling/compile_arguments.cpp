#include "generators/scheduling/compile_arguments.h"

namespace nestwright {

std::vector<Halide::Argument> compile_arguments(const BoundAlgorithm& bound) {
  std::vector<Halide::Argument> arguments;
  for (const auto& [name, parameter] : bound.inputs) {
    const auto kind = parameter.is_buffer() ? Halide::Argument::InputBuffer : Halide::Argument::InputScalar;
    arguments.emplace_back(parameter.name(), kind, parameter.type(), parameter.dimensions(),
                           Halide::ArgumentEstimates{});
  }
  return arguments;
}

}  // namespace nestwright
