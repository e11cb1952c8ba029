#pragma once

#include <functional>

namespace nestwright {

// `call`, a kernel's, that gives a thread at most `registers` registers. Halide's CUDA runtime asks for them when it
// loads the kernel's module, each kernel having one of its own, in the kernel's first call; it takes the number from
// the environment (HL_CUDA_JIT_MAX_REGISTERS), which is as it was before when the call is over. So no other thread may
// read or write the environment during a call: on devices, kernels are called by one thread.
std::function<int(void** arguments)> with_cuda_registers(std::function<int(void** arguments)> call, int registers);

}  // namespace nestwright
