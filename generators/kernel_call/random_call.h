#pragma once

#include <memory>

#include "generators/kernel_interface/kernel.h"
#include "ops/signature/call_size.h"

namespace nestwright {

// A kernel and memory for its arguments, to be called again and again: for timing. Floats are uniform in [-1, 1], all
// else is 0; outputs that may take the place of an input do, as in training.
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
