#include "generators/kernel_interface/kernel.h"

#include <fmt/format.h>

#include "support/error.h"

namespace nestwright {

std::string to_string(const KernelKey& key) {
  return fmt::format("{} {} [{}] {} {}", key.op, key.algorithm, key.shape.text(), key.target, key.schedule);
}

std::string settings_text(const Shape& parameters, int cuda_registers) {
  std::string text = parameters.text();
  if (cuda_registers == 0) return text;
  return fmt::format("{}{}cuda_registers={}", text, text.empty() ? "" : " ", cuda_registers);
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
