#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "generators/kernel_interface/kernel.h"

namespace nestwright {

// Any kernel, as the plain float64 loops that operators are tested against; its results are rounded to float32. Slow,
// and without Halide.
class ReferenceProvider : public KernelProvider {
 public:
  const Kernel& find(const std::string& op, const Shape& shape, const std::string& target) const override;
  bool can_run(const std::string&, const Shape&, const std::string&) const override { return true; }

  // What was asked for, in order.
  const std::vector<std::pair<std::string, Shape>>& requests() const { return requests_; }

  // From now on, each kernel for `op` fails, with this message.
  void break_operator(const std::string& op, const std::string& message) { broken_ = {op, message}; }
  void mend() { broken_ = {}; }

 private:
  int call(const Kernel& kernel, void** arguments) const;

  mutable std::deque<Kernel> kernels_;
  mutable std::vector<std::pair<std::string, Shape>> requests_;
  std::pair<std::string, std::string> broken_;
};

}  // namespace nestwright
