#pragma once

#include <functional>

namespace nestwright {

// A kernel's `call`, changed so that a thread of the kernel gets at most `registers` registers. Halide's CUDA runtime
// sets that cap when it loads the kernel's module, in the kernel's first call (each kernel has a module of its own). It
// reads the number from the environment variable HL_CUDA_JIT_MAX_REGISTERS, which every call sets and puts back
// afterwards. So no other thread may read or write the environment during a call: kernels on devices are called by one
// thread.
std::function<int(void** arguments)> with_cuda_registers(std::function<int(void** arguments)> call, int registers);

}  // namespace nestwright
