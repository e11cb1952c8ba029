#include "generators/kernel_interface/registry.h"

#include <fmt/format.h>

#include <algorithm>

#include "generators/kernel_interface/cuda_registers.h"
#include "ops/signature/signature.h"
#include "support/error.h"

namespace nestwright {
namespace {

// A kernel for another target is further away than one for another shape, however many parameters differ.
constexpr std::int64_t distance_of_target = 1000;

// How many parameters of `a` are missing in `b` or have another value there.
std::int64_t differences(const Shape& a, const Shape& b) {
  std::int64_t count = 0;
  for (const auto& [name, value] : a.entries()) count += !b.contains(name) || b.at(name) != value;
  return count;
}

// Says which kernel is nearest to the one that is missing, for an error's text.
std::string nearest_kernel(const std::deque<Kernel>& kernels, const std::string& op, const Shape& shape,
                           const std::string& target) {
  if (kernels.empty()) return "no kernel is registered at all";
  const Kernel* nearest = nullptr;
  std::int64_t least = 0;
  for (const Kernel& kernel : kernels) {
    if (kernel.key.op != op) continue;
    const std::int64_t distance =
        differences(shape, kernel.key.shape) + (kernel.key.target == target ? 0 : distance_of_target);
    if (nearest == nullptr || distance < least) {
      nearest = &kernel;
      least = distance;
    }
  }
  return nearest == nullptr ? fmt::format("none of the {} that are there is a '{}'", kernels.size(), op)
                            : fmt::format("the nearest is {}", to_string(nearest->key));
}

// The command that compiles the kernel by itself, with the schedule that every operator ships for such a target.
std::string generate_command(const std::string& op, const Shape& shape, const std::string& target) {
  std::string extents = shape.text();
  std::ranges::replace(extents, ' ', ',');
  return fmt::format("./nestwright generate --op {0}{1} --schedule {0}/{2}{3} --out kernels", op,
                     extents.empty() ? "" : " --shape " + extents, target == "cpu" ? "cpu" : "gpu",
                     target == "cpu" ? "" : " --target host-" + target);
}

}  // namespace

void KernelRegistry::add(Kernel kernel) {
  const auto same = [&](const Kernel& other) { return other.key == kernel.key; };
  if (std::ranges::any_of(kernels_, same)) {
    throw Error("kernels", fmt::format("{} is registered twice", to_string(kernel.key)));
  }
  if (kernel.key.target == "cuda" && kernel.cuda_registers != 0) {
    kernel.call = with_cuda_registers(std::move(kernel.call), kernel.cuda_registers);
  }
  kernels_.push_back(std::move(kernel));
}

const Kernel* KernelRegistry::look_up(const std::string& op, const Shape& shape, const std::string& target) const {
  const auto kernel = std::ranges::find_if(
      kernels_, [&](const Kernel& k) { return k.key.op == op && k.key.target == target && k.key.shape == shape; });
  return kernel == kernels_.end() ? nullptr : &*kernel;
}

bool KernelRegistry::can_run(const std::string& op, const Shape& shape, const std::string& target) const {
  return look_up(op, shape, target) != nullptr;
}

const Kernel& KernelRegistry::find(const std::string& op, const Shape& shape, const std::string& target) const {
  if (const Kernel* const kernel = look_up(op, shape, target)) return *kernel;
  throw Error("kernels", fmt::format("no kernel for {} [{}] on {}; {}; give data of its size, or list this kernel in "
                                     "generators/kernels/*.kernels; '{}' compiles it",
                                     op, shape.text(), target, nearest_kernel(kernels_, op, shape, target),
                                     generate_command(op, shape, target)));
}

const halide_device_interface_t* KernelRegistry::device(const std::string& target) const {
  const auto found = devices_.find(target);
  return found == devices_.end() ? KernelProvider::device(target) : found->second();
}

void KernelRegistry::use_cuda(const CudaHandlers& handlers) const {
  if (cuda_user_ == nullptr) return KernelProvider::use_cuda(handlers);
  cuda_user_(handlers);
}

KernelRegistry& ahead_of_time_kernels() {
  static KernelRegistry registry;
  return registry;
}

}  // namespace nestwright
