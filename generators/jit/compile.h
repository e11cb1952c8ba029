#pragma once

#include <Halide.h>

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "generators/kernel_interface/kernel.h"
#include "generators/scheduling/apply_schedule.h"

namespace nestwright::jit {

// What to compile at run time.
struct Source {
  std::string op;
  std::string algorithm = {};  // empty: the one that the schedule is for
  Shape shape;
  std::string schedule_name;  // in the kernel's key
  ScheduleSource schedule;
  std::optional<Halide::Target> target = {};  // nothing: the machine that this runs on
};

// Compiles the operator with its schedule, in memory; the kernel keeps its code alive. Throws Error for a shape or a
// schedule that is wrong.
Kernel compile(const Source& source);

// Compiles, for a target that runs on this machine, an algorithm that was scheduled by other means than a .nest file.
// Throws Halide::Error.
Kernel compile_scheduled(const BoundAlgorithm& bound, const std::string& schedule_name,
                         const Halide::Target& target = Halide::get_jit_target_from_environment());

// Provides any kernel by compiling it, once, when it is first asked for, with the file
// <operator>/<schedule_name>.nest in `schedule_folder`. All its kernels are for the device of `target` ("cpu" where it
// has none), which must run on this machine.
class Provider : public KernelProvider {
 public:
  Provider(std::string schedule_folder, std::string schedule_name,
           const Halide::Target& target = Halide::get_jit_target_from_environment());
  const Kernel& find(const std::string& op, const Shape& shape, const std::string& target) const override;
  // Lowers the kernel to see how much of a block's shared memory it takes.
  bool can_run(const std::string& op, const Shape& shape, const std::string& target) const override;
  const halide_device_interface_t* device(const std::string& target) const override;

 private:
  Source source_of(const std::string& op, const Shape& shape) const;

  std::string schedule_folder_;
  std::string schedule_name_;
  Halide::Target target_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Kernel> compiled_;  // by operator and shape
  mutable std::map<std::string, bool> can_run_;     // likewise
};

}  // namespace nestwright::jit
