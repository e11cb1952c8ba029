#include "bench/cudnn/generated_update.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "error/error.h"
#include "model/runtime/kernel_error.h"

namespace nestwright::cudnn {

GeneratedUpdate::GeneratedUpdate(const OptimizerOptions& options, cuda::Address parameters, cuda::Address gradients,
                                 std::int64_t count, const KernelProvider& provider, cuda::Stream stream)
    : options_(options), kernel_(&provider.find(options.name, optimizer_shape(options), "cuda")) {
  const std::vector<TensorSpec> specs = optimizer_arguments(options);
  std::map<std::string, cuda::Address> places = {{"parameter", parameters}, {"gradient", gradients}};
  std::vector<void*> values;
  for (const TensorSpec& spec : specs) {
    values.push_back(spec.is_scalar() ? &scalars_.emplace_back(Scalar{.name = spec.name}).value : nullptr);
    if (spec.is_scalar() || !spec.in_place_of.empty() || places.contains(spec.name)) continue;
    places[spec.name] = states_.emplace_back(static_cast<std::size_t>(count), stream).address();
  }
  const std::vector<KernelArguments::DynamicExtent> extents = {{"i", static_cast<std::int32_t>(count)}, {"group", 1}};
  KernelArguments& arguments = arguments_.emplace(specs, values, extents);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (specs[i].is_scalar()) continue;
    const std::string& name = specs[i].in_place_of.empty() ? specs[i].name : specs[i].in_place_of;
    arguments.set_device(i, places.at(name), provider.device("cuda"));
  }
}

void GeneratedUpdate::issue(double learning_rate, std::int64_t step) {
  for (Scalar& scalar : scalars_) {
    scalar.value = static_cast<float>(optimizer_scalar(scalar.name, options_, learning_rate, step));
  }
  if (const int code = kernel_->call(arguments_->pointers()); code != 0) {
    throw Error("cudnn",
                fmt::format("kernel {} failed with code {}: {}", to_string(kernel_->key), code, take_kernel_error()));
  }
}

}  // namespace nestwright::cudnn
