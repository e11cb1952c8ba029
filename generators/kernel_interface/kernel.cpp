#include "generators/kernel_interface/kernel.h"

#include <fmt/format.h>

#include "support/error.h"

namespace nestwright {

std::string to_string(const KernelKey& key) {
  return fmt::format("{} {} [{}] {} {}", key.op, key.algorithm, key.shape.text(), key.target, key.schedule);
}

std::string settings_text(const Kernel& kernel) {
  std::string parameters = kernel.parameters.text();
  if (kernel.cuda_registers == 0) return parameters;
  return fmt::format("{}{}cuda_registers={}", parameters, parameters.empty() ? "" : " ", kernel.cuda_registers);
}

const halide_device_interface_t* KernelProvider::device(const std::string& target) const {
  throw Error("--device", fmt::format("no kernels for {} are here; use --device cpu", target));
}

void KernelProvider::use_cuda(const CudaHandlers&) const {
  throw Error("--device",
              "these kernels' runtime takes no CUDA context and stream; use kernels that are generated ahead "
              "of time");
}

}  // namespace nestwright
