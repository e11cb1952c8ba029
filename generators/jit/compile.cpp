#include "generators/jit/compile.h"

#include <Halide.h>
#include <fmt/format.h>

#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "generators/jit/shared_memory.h"
#include "generators/kernel_interface/kernel_error.h"
#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/block_limits.h"
#include "generators/scheduling/bound_algorithm.h"
#include "generators/scheduling/checked_pipeline.h"
#include "generators/scheduling/compile_arguments.h"
#include "generators/scheduling/lowering_refusal.h"
#include "generators/scheduling/strict_halide.h"
#include "support/error.h"

namespace nestwright::jit {
namespace {

// No operator takes more; a call then needs no allocation.
constexpr std::size_t most_arguments = 24;

// The kernel key's word for where the target's kernels run.
std::string device_of(const Halide::Target& target) {
  if (target.has_feature(Halide::Target::CUDA)) return "cuda";
  return target.has_feature(Halide::Target::OpenCL) ? "opencl" : "cpu";
}

// Null for processors.
const halide_device_interface_t* device_interface(const Halide::Target& target) {
  if (!target.has_gpu_feature()) return nullptr;
  const auto api = target.has_feature(Halide::Target::CUDA) ? Halide::DeviceAPI::CUDA : Halide::DeviceAPI::OpenCL;
  return Halide::get_device_interface_for_device_api(api, target, "nestwright");
}

Halide::Target target_of(const Source& source) {
  return source.target.value_or(Halide::get_jit_target_from_environment());
}

// The algorithm with its schedule.
BoundAlgorithm scheduled(const Source& source) {
  const Halide::Target target = target_of(source);
  const std::string algorithm = source.algorithm.empty() ? algorithm_of(source.schedule) : source.algorithm;
  BoundAlgorithm bound = bind_algorithm(source.op, algorithm, source.shape, block_stride_of(target));
  make_halide_strict();
  apply_schedule(bound, source.schedule, target);
  return bound;
}

bool fits_shared_memory(const Source& source) {
  const BoundAlgorithm bound = scheduled(source);
  try {
    return shared_bytes(bound, target_of(source)) <= most_block_shared_bytes;
  } catch (const Halide::Error& error) {
    throw lowering_refusal(bound, source.schedule, target_of(source), error.what());
  }
}

// Halide's own handler would throw through the compiled code.
void record_error(Halide::JITUserContext*, const char* message) { record_kernel_error(message); }

int call(const Halide::Callable& callable, std::size_t count, void** arguments) {
  Halide::JITUserContext context;
  context.handlers.custom_error = record_error;
  const Halide::JITUserContext* const context_pointer = &context;
  std::array<const void*, most_arguments + 1> pointers;
  pointers[0] = &context_pointer;
  std::memcpy(pointers.data() + 1, arguments, count * sizeof(void*));
  return callable.call_argv_fast(count + 1, pointers.data());
}

}  // namespace

Kernel compile(const Source& source) {
  const Halide::Target target = target_of(source);
  const BoundAlgorithm bound = scheduled(source);
  try {
    return compile_scheduled(bound, source.schedule_name, target);
  } catch (const Halide::Error& error) {
    throw lowering_refusal(bound, source.schedule, target, error.what());
  }
}

Kernel compile_scheduled(const BoundAlgorithm& bound, const std::string& schedule_name, const Halide::Target& target) {
  make_halide_strict();
  const Halide::Callable callable = checked_pipeline(bound).compile_to_callable(compile_arguments(bound), target);
  const Signature& signature = find_signature(bound.op);
  const std::size_t count = signature.inputs(bound.shape).size() + signature.outputs(bound.shape).size();
  if (count > most_arguments) throw Error(bound.op, fmt::format("has more than {} arguments", most_arguments));
  return {.key = {.op = bound.op,
                  .algorithm = bound.algorithm_name,
                  .shape = bound.shape,
                  .target = device_of(target),
                  .schedule = schedule_name},
          .device = device_interface(target),
          .call = [callable, count](void** arguments) { return call(callable, count, arguments); }};
}

Provider::Provider(std::string schedule_folder, std::string schedule_name, const Halide::Target& target)
    : schedule_folder_(std::move(schedule_folder)), schedule_name_(std::move(schedule_name)), target_(target) {}

const Kernel& Provider::find(const std::string& op, const Shape& shape, const std::string& target) const {
  if (target != device_of(target_)) {
    throw Error(op, fmt::format("is compiled at run time for {} here, not for {}", device_of(target_), target));
  }
  const std::lock_guard lock(mutex_);
  const std::string key = op + " " + shape.text();
  const auto found = compiled_.find(key);
  if (found != compiled_.end()) return found->second;
  return compiled_.emplace(key, compile(source_of(op, shape))).first->second;
}

bool Provider::can_run(const std::string& op, const Shape& shape, const std::string& target) const {
  if (target != device_of(target_)) return false;
  const std::lock_guard lock(mutex_);
  const std::string key = op + " " + shape.text();
  const auto found = can_run_.find(key);
  if (found != can_run_.end()) return found->second;
  return can_run_[key] = fits_shared_memory(source_of(op, shape));
}

Source Provider::source_of(const std::string& op, const Shape& shape) const {
  const std::string file = fmt::format("{}/{}/{}.nest", schedule_folder_, op, schedule_name_);
  return {
      .op = op, .shape = shape, .schedule_name = schedule_name_, .schedule = read_schedule(file), .target = target_};
}

const halide_device_interface_t* Provider::device(const std::string& target) const {
  const bool is_ours = target == device_of(target_) && target_.has_gpu_feature();
  if (!is_ours || !Halide::host_supports_target_device(target_)) {
    throw Error("--device", fmt::format("no {} device is here; use --device cpu", target));
  }
  return device_interface(target_);
}

}  // namespace nestwright::jit
