#pragma once

#include <memory>

#include "generators/kernel_interface/kernel.h"
#include "ops/signature/call_size.h"

namespace nestwright {

// A kernel with memory for its arguments, to be called again and again for timing. Inputs of type float32 are uniform
// in
// [-1, 1], all others are 0. An output that may share an input's memory does, as in training.
class RandomCall {
 public:
  // `kernel` must outlive it.
  RandomCall(const Kernel& kernel, const CallSize& size);
  ~RandomCall();
  RandomCall(RandomCall&&) noexcept;
  RandomCall& operator=(RandomCall&&) noexcept;

  // Throws Error when the kernel reports one.
  void operator()() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nestwright
