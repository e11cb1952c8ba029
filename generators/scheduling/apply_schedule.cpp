#include "generators/scheduling/apply_schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "dsl/check.h"
#include "dsl/parse.h"
#include "dsl/source_error.h"
#include "generators/scheduling/lowering_refusal.h"
#include "generators/scheduling/runnable.h"
#include "generators/scheduling/strict_halide.h"
#include "ops/algorithm/operator.h"
#include "support/error.h"

namespace nestwright {

namespace {

// What `find` gives; the Error that it throws becomes one at a place of the schedule.
template <typename Find>
const auto& found_at(const dsl::Schedule& schedule, dsl::Position position, Find find) {
  try {
    return find();
  } catch (const Error& error) {
    const std::string what = error.what();
    throw dsl::error_at(schedule, position, what.substr(error.where().empty() ? 0 : error.where().size() + 2));
  }
}

const ops::Operator& operator_of(const dsl::Schedule& schedule) {
  found_at(schedule, schedule.op_position, [&]() -> const Signature& { return find_signature(schedule.op); });
  return found_at(schedule, schedule.algorithm_position,
                  [&]() -> const ops::Operator& { return ops::find_operator(schedule.op, schedule.algorithm); });
}

}  // namespace

bool updates_a_tuple(const BoundAlgorithm& bound) {
  return std::ranges::any_of(bound.algorithm.funcs, [](const auto& entry) {
    return entry.second.outputs() > 1 && entry.second.has_update_definition();
  });
}

std::vector<std::string> apply_schedule(const BoundAlgorithm& bound, const ScheduleSource& schedule,
                                        const Halide::Target& target) {
  if (target.has_feature(Halide::Target::StrictFloat) && updates_a_tuple(bound)) {
    throw Error(bound.op,
                fmt::format("can't be compiled for {}: with strict_float, Halide 21 stores the first value of "
                            "an updated Tuple before it computes the second; leave strict_float out",
                            target.to_string()));
  }
  const dsl::Schedule parsed = parse_schedule(schedule);
  const std::string& algorithm = operator_of(parsed).algorithm;
  if (parsed.op == bound.op && algorithm != bound.algorithm_name) {
    throw dsl::error_at(parsed, parsed.op_position,
                        fmt::format("this schedules the algorithm {} of {}; expected one for the algorithm {}",
                                    algorithm, bound.op, bound.algorithm_name));
  }
  make_halide_strict();
  dsl::Applied applied = dsl::apply(dsl::check(parsed, target, schedule.parameters), pipeline_of(bound), target);
  try {
    const std::vector<std::string> limits = require_runnable(bound, parsed, applied, target);
    applied.notes.insert(applied.notes.end(), limits.begin(), limits.end());
  } catch (const Halide::Error& error) {
    throw lowering_refusal(bound, schedule, target, error.what());
  }
  return applied.notes;
}

dsl::Pipeline pipeline_of(const BoundAlgorithm& bound) {
  dsl::Pipeline pipeline{.op = bound.op,
                         .funcs = bound.algorithm.funcs,
                         .reduction_variables = bound.algorithm.reduction_variables,
                         .tensors = {},
                         .in_place = {}};
  for (const TensorSpec& spec : find_signature(bound.op).inputs(bound.shape)) {
    for (const Dimension& dimension : spec.dimensions) pipeline.tensors[spec.name].push_back(dimension.name);
  }
  const std::vector<TensorSpec> specs = find_signature(bound.op).outputs(bound.shape);
  std::size_t index = 0;
  for (const Halide::Func& output : bound.algorithm.outputs) {
    if (!specs.at(index).in_place_of.empty()) pipeline.in_place.insert(output.name());
    index += output.outputs() == 0 ? 1 : static_cast<std::size_t>(output.outputs());
  }
  return pipeline;
}

dsl::Schedule parse_schedule(const ScheduleSource& schedule) {
  dsl::Schedule parsed = dsl::parse(schedule.text, schedule.file);
  operator_of(parsed);
  return parsed;
}

std::string algorithm_of(const ScheduleSource& schedule) { return parse_schedule(schedule).algorithm; }

std::string first_line(const std::string& message) { return message.substr(0, message.find('\n')); }

ScheduleSource read_schedule(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw Error(file, "cannot be read; expected a .nest file");
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad()) throw Error(file, "cannot be read to its end");
  return {.file = file, .text = std::move(text), .parameters = {}};
}

}  // namespace nestwright
