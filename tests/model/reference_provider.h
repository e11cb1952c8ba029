#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "generators/kernel_interface/kernel.h"

namespace nestwright {

// Has a kernel for every operator and shape: the plain float64 loops that operators are tested against, with results
// rounded to float32. The kernels are slow, and need no Halide.
class ReferenceProvider : public KernelProvider {
 public:
  const Kernel& find(const std::string& op, const Shape& shape, const std::string& target) const override;
  bool can_run(const std::string&, const Shape&, const std::string&) const override { return true; }

  // The operators and shapes that find() was asked for, in that order.
  const std::vector<std::pair<std::string, Shape>>& requests() const { return requests_; }

  // Makes every call of a kernel for `op` fail with this message, until mend().
  void break_operator(const std::string& op, const std::string& message) { broken_ = {op, message}; }
  void mend() { broken_ = {}; }

 private:
  int call(const Kernel& kernel, void** arguments) const;

  mutable std::deque<Kernel> kernels_;
  mutable std::vector<std::pair<std::string, Shape>> requests_;
  std::pair<std::string, std::string> broken_;  // the operator that fails, and its message; empty: none fails
};

}  // namespace nestwright
