#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/options.h"
#include "model/graph/models.h"
#include "model/runtime/registry.h"
#include "model/runtime/required_kernels.h"

namespace nestwright {
namespace {

// As a line of a kernel manifest: operator, algorithm, schedule, shape.
std::string manifest_line(const std::string& op, const std::string& algorithm, const std::string& schedule,
                          const Shape& shape) {
  const std::string extents = shape.text();
  return fmt::format("{} {} {}{}{}", op, algorithm, schedule, extents.empty() ? "" : " ", extents);
}

void print_registered() {
  fmt::print("# The kernels in this program: operator, algorithm, schedule, shape, # target.\n");
  for (const Kernel& kernel : ahead_of_time_kernels().kernels()) {
    const KernelKey& key = kernel.key;
    fmt::print("{}  # {}\n", manifest_line(key.op, key.algorithm, key.schedule, key.shape), key.target);
  }
}

// A required kernel says nothing of algorithm and schedule: those of the one that the runtime would find are shown.
void print_required(const Model& model) {
  const std::deque<Kernel>& kernels = ahead_of_time_kernels().kernels();
  fmt::print("# What trains, tests and runs {}: operator, algorithm, schedule, shape, # target.\n", model.name);
  for (const RequiredKernel& required : required_kernels(model, ImageSize{})) {
    const auto kernel = std::ranges::find_if(kernels, [&](const Kernel& k) {
      return k.key.op == required.op && k.key.shape == required.shape && k.key.target == "cpu";
    });
    if (kernel == kernels.end()) {
      fmt::print("{}  # cpu, not in this program\n", manifest_line(required.op, "direct", "cpu", required.shape));
    } else {
      const KernelKey& key = kernel->key;
      fmt::print("{}  # {}\n", manifest_line(key.op, key.algorithm, key.schedule, key.shape), key.target);
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
  return [name] {
    if (name->empty()) {
      print_registered();
    } else {
      print_required(find_model(*name));
    }
    return 0;
  };
}

}  // namespace nestwright
