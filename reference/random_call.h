#pragma once

#include <cstdint>
#include <memory>

#include "model/runtime/kernel.h"

namespace nestwright {

// A kernel and memory for its arguments, to be called again and again: for timing. Floats are uniform in [-1, 1], all
// else is 0; outputs that may take the place of an input do, as in training. `blocks`, `images` and `parameters` are
// the extents that a kernel takes when it is called.
struct CallExtents {
  std::int64_t blocks = 1;
  std::int64_t images = 16;
  std::int64_t parameters = 61706;  // LeNet-5's
  std::int64_t groups = 1;
};

class RandomCall {
 public:
  // `kernel` must outlive it.
  RandomCall(const Kernel& kernel, const CallExtents& extents);
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
