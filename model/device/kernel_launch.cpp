#include "model/device/kernel_launch.h"

#include <fmt/format.h>

#include "generators/kernel_interface/kernel_error.h"
#include "support/error.h"

namespace nestwright {

void launch(const Kernel& kernel, KernelArguments& arguments) {
  // Forgets errors that were reported before: they are not this kernel's.
  take_kernel_error();
  const int code = kernel.call(arguments.pointers());
  const std::string message = take_kernel_error();
  if (code == 0 && message.empty()) return;
  throw Error("device", fmt::format("kernel {} was not launched: {}", to_string(kernel.key),
                                    message.empty() ? fmt::format("code {}", code) : message));
}

}  // namespace nestwright
