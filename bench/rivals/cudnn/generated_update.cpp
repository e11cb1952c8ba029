#include "bench/rivals/cudnn/generated_update.h"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace nestwright::cudnn {

GeneratedUpdate::GeneratedUpdate(const OptimizerOptions& options, double learning_rate, cuda::Address parameters,
                                 cuda::Address gradients, std::int64_t count, const KernelProvider& provider,
                                 cuda::Stream stream)
    : kernel_(&provider.find(options.name, optimizer_shape(options), "cuda")) {
  const std::vector<TensorSpec> specs = optimizer_arguments(options);
  const auto number = [&](const TensorSpec& spec) {
    return static_cast<float>(optimizer_number(spec.name, options, learning_rate, 1));
  };
  std::map<std::string, cuda::Address> places = {{"parameter", parameters}, {"gradient", gradients}};
  std::vector<void*> values;
  for (const TensorSpec& spec : specs) {
    values.push_back(spec.is_scalar() ? &scalars_.emplace_back(number(spec)) : nullptr);
    if (spec.is_scalar() || !spec.in_place_of.empty() || places.contains(spec.name)) continue;
    DeviceFloats& memory = memory_.emplace_back(spec.is_of_step() ? 1 : static_cast<std::size_t>(count), stream);
    if (spec.is_of_step()) memory.upload(std::array{number(spec)});
    places[spec.name] = memory.address();
  }
  const std::vector<KernelArguments::DynamicExtent> extents = {{"i", static_cast<std::int32_t>(count)}, {"group", 1}};
  KernelArguments& arguments = arguments_.emplace(specs, values, extents);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (specs[i].is_scalar()) continue;
    const std::string& name = specs[i].in_place_of.empty() ? specs[i].name : specs[i].in_place_of;
    arguments.set_device(i, places.at(name), provider.device("cuda"));
  }
}

}  // namespace nestwright::cudnn
