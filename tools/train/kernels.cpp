#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "generators/kernel_interface/registry.h"
#include "model/graph/models.h"
#include "model/runtime/required_kernels.h"
#include "support/options.h"
#include "tools/train/command.h"

namespace nestwright {
namespace {

// A kernel as a line of a kernel manifest: operator, algorithm, schedule, shape, settings.
std::string manifest_line(const KernelKey& key, const std::string& settings) {
  const std::string extents = key.shape.text();
  return fmt::format("{} {} {}{}{}{}{}", key.op, key.algorithm, key.schedule, extents.empty() ? "" : " ", extents,
                     settings.empty() ? "" : " with ", settings);
}

void print_registered() {
  fmt::print("# The kernels in this program: operator, algorithm, schedule, shape, parameters, # target.\n");
  for (const Kernel& kernel : ahead_of_time_kernels().kernels()) {
    fmt::print("{}  # {}\n", manifest_line(kernel.key, settings_text(kernel.parameters, kernel.cuda_registers)),
               kernel.key.target);
  }
}

// The kernels that the model needs on the device. `can_run` says which fused operators the device can run.
std::vector<RequiredKernel> required_on(const std::string& device, const Model& model, const CanRun& can_run) {
  return device == "cpu" ? required_kernels(model, ImageSize{}) : required_device_kernels(model, ImageSize{}, can_run);
}

// The manifest's line of a kernel that this program does not have, with the usual algorithm and schedule.
std::string missing_line(const RequiredKernel& required, const std::string& device) {
  const KernelKey key = {.op = required.op,
                         .algorithm = "direct",
                         .shape = required.shape,
                         .target = device,
                         .schedule = device == "cpu" ? "cpu" : "gpu"};
  return manifest_line(key, {});
}

// Prints the kernels that the model needs on the device. A need names no algorithm and no schedule, so those of the
// kernel that the runtime would find are shown.
void print_required(const Model& model, const std::string& device) {
  const std::deque<Kernel>& kernels = ahead_of_time_kernels().kernels();
  const bool is_cpu = device == "cpu";
  const CanRun is_here = [&](const std::string& op, const Shape& shape) {
    return ahead_of_time_kernels().can_run(op, shape, device);
  };
  const std::vector<RequiredKernel> all_required = required_on(device, model, is_here);
  fmt::print("# What trains{} tests{} {}: operator, algorithm, schedule, shape, parameters, # target.\n",
             is_cpu ? "," : " and", is_cpu ? " and runs" : "", model.name);
  for (const RequiredKernel& required : all_required) {
    const auto kernel = std::ranges::find_if(kernels, [&](const Kernel& k) {
      return k.key.op == required.op && k.key.shape == required.shape && k.key.target == device;
    });
    if (kernel == kernels.end()) {
      fmt::print("{}  # {}, not in this program\n", missing_line(required, device), device);
    } else {
      fmt::print("{}  # {}\n", manifest_line(kernel->key, settings_text(kernel->parameters, kernel->cuda_registers)),
                 kernel->key.target);
    }
  }
  // Fused kernels that would replace some of these if this program had them. Whether one fits a device is known only
  // once it is compiled.
  for (const RequiredKernel& fused : required_on(device, model, [](const auto&, const auto&) { return true; })) {
    if (std::ranges::find(all_required, fused) != all_required.end()) continue;
    fmt::print("# {}  # {}: would be one launch instead of several\n", missing_line(fused, device), device);
  }
}

}  // namespace

std::function<int()> add_kernels(CLI::App& app) {
  std::vector<std::string> names;
  for (const Model& model : shipped_models()) names.push_back(model.name);
  const auto name = std::make_shared<std::string>();
  add_choice(app, "--model", *name, names,
             "Those that this model needs, whether they are in this program or not [all that are in it]");
  const auto device = std::make_shared<std::string>("cpu");
  add_choice(app, "--device", *device, {"cpu", "opencl", "cuda"}, "What the model's kernels are for [cpu]");
  return [name, device] {
    if (name->empty()) {
      print_registered();
    } else {
      print_required(find_model(*name), *device);
    }
    return 0;
  };
}

}  // namespace nestwright
