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

// As a line of a kernel manifest: operator, algorithm, schedule, shape, settings.
std::string manifest_line(const KernelKey& key, const std::string& settings) {
  const std::string extents = key.shape.text();
  return fmt::format("{} {} {}{}{}{}{}", key.op, key.algorithm, key.schedule, extents.empty() ? "" : " ", extents,
                     settings.empty() ? "" : " with ", settings);
}

void print_registered() {
  fmt::print("# The kernels in this program: operator, algorithm, schedule, shape, parameters, # target.\n");
  for (const Kernel& kernel : ahead_of_time_kernels().kernels()) {
    fmt::print("{}  # {}\n", manifest_line(kernel.key, settings_text(kernel)), kernel.key.target);
  }
}

// A required kernel says nothing of algorithm and schedule: those of the one that the runtime would find are shown.
void print_required(const Model& model, const std::string& device) {
  const std::deque<Kernel>& kernels = ahead_of_time_kernels().kernels();
  const bool is_cpu = device == "cpu";
  fmt::print("# What trains{} tests{} {}: operator, algorithm, schedule, shape, parameters, # target.\n",
             is_cpu ? "," : " and", is_cpu ? " and runs" : "", model.name);
  for (const RequiredKernel& required :
       is_cpu ? required_kernels(model, ImageSize{}) : required_device_kernels(model, ImageSize{})) {
    const auto kernel = std::ranges::find_if(kernels, [&](const Kernel& k) {
      return k.key.op == required.op && k.key.shape == required.shape && k.key.target == device;
    });
    if (kernel == kernels.end()) {
      const KernelKey key = {.op = required.op,
                             .algorithm = "direct",
                             .shape = required.shape,
                             .target = device,
                             .schedule = is_cpu ? "cpu" : "gpu"};
      fmt::print("{}  # {}, not in this program\n", manifest_line(key, {}), device);
    } else {
      fmt::print("{}  # {}\n", manifest_line(kernel->key, settings_text(*kernel)), kernel->key.target);
    }
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
