#pragma once

#include "generators/kernel_interface/registry.h"

namespace nestwright {

// Adds every kernel that this program was built with (generators/kernels/*.kernels) to `registry`.
void register_generated_kernels(KernelRegistry& registry);

}  // namespace nestwright
