#include "generators/kernel_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "generators/records/recorded_schedule.h"
#include "support/message.h"

namespace nestwright {
namespace {

constexpr double microseconds = 1e6;  // in a second

// Empty if `request` has no value of that name.
std::string value_of(const KernelRequest& request, const std::string& name) {
  const auto found = request.find(name);
  return found == request.end() ? std::string() : found->second;
}

Shape parse_shape(std::string text) {
  std::replace(text.begin(), text.end(), ':', '=');
  return Shape::parse(text);
}

std::map<std::string, int> parse_parameters(const std::string& text) {
  std::map<std::string, int> parameters;
  if (text.empty()) return parameters;
  const Shape values = parse_shape(text);
  for (const auto& [name, value] : values.entries()) parameters[name] = static_cast<int>(value);
  return parameters;
}

}  // namespace

BoundAlgorithm bind_request(const KernelRequest& request, const Halide::Target& target) {
  const std::string algorithm = value_of(request, "algorithm");
  return bind_algorithm(value_of(request, "op"),
                        algorithm.empty() ? algorithm_of(read_schedule(value_of(request, "schedule"))) : algorithm,
                        parse_shape(value_of(request, "shape")), block_stride_of(target));
}

ScheduleSource chosen_schedule(const KernelRequest& request, const BoundAlgorithm& bound,
                               const Halide::Target& target) {
  const std::string records = value_of(request, "records"), gpu = value_of(request, "gpu");
  const std::string file = value_of(request, "schedule");
  if (!records.empty()) {
    const std::string kernel = fmt::format("{} {} [{}]", bound.op, bound.algorithm_name, bound.shape.text());
    const auto best = tune::recorded_winner(records, bound, target, gpu);
    if (best) {
      say(fmt::format("{}: takes the record of {} ({}, {:.4g} us for {} images)", kernel, printable(records),
                      excerpt(best->source), microseconds * best->seconds, best->batch));
      return tune::schedule_of(*best, records);
    }
    say(fmt::format("{}: no record in {} for this {} and target; takes {}", kernel, printable(records),
                    target.has_gpu_feature() ? "gpu (" + gpu + ")" : "processor", printable(file)));
  }
  ScheduleSource schedule = read_schedule(file);
  schedule.parameters = parse_parameters(value_of(request, "tune"));
  return schedule;
}

}  // namespace nestwright
