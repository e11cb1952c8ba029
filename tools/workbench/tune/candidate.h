#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "generators/kernel_interface/kernel.h"
#include "generators/scheduling/apply_schedule.h"
#include "ops/reference/tensor.h"
#include "ops/signature/call_size.h"
#include "ops/signature/shape.h"
#include "tools/workbench/tune/search.h"

namespace nestwright::tune {

// An operator's results for sample inputs, evaluated once by the float64 loops, for any number of kernels.
class Verifier {
 public:
  Verifier(const std::string& op, const Shape& shape);

  // Empty where the kernel is right on a whole block and on one that lacks images; else what is wrong.
  std::string complaint(const Kernel& kernel) const;

 private:
  struct Case {
    reference::Tensors inputs, expected;
  };
  std::vector<Case> cases_;
};

// What times a kernel: calls of this size, with memory of its own. A sample is as many calls as last `sample_seconds`,
// and gives the seconds of one.
std::function<double()> sampler(const std::shared_ptr<const Kernel>& kernel, const CallSize& size,
                                double sample_seconds = 1e-3);

// Compiles the schedule for the machine that this runs on, and makes it ready for search(). Throws Error where the
// schedule is not legal.
Prepared prepare(const std::string& op, const std::string& algorithm, const Shape& shape, const CallSize& size,
                 const ScheduleSource& schedule, const std::shared_ptr<const Verifier>& verifier);

}  // namespace nestwright::tune
