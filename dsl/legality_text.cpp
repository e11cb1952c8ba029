// What a broken dependence reads like.
#include "dsl/legality_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "dsl/print.h"

namespace nestwright::dsl::applying {
namespace {

using polyhedral::Conflict;
using polyhedral::Iteration;
using polyhedral::Reordering;
using polyhedral::StageModel;

// The iteration by the variables in which it differs from the other one.
std::string iteration_text(const Application& application, const StageModel& model, const Iteration& iteration,
                           const Iteration& other) {
  std::vector<std::string> parts;
  for (const polyhedral::Variable& variable : model.variables) {
    const std::int64_t value = iteration.at(variable.name);
    if (value != other.at(variable.name)) {
      parts.push_back(fmt::format("{}={}", application.names.loop(variable.name), value));
    }
  }
  return parts.size() == 1 ? parts[0] : fmt::format("({})", fmt::join(parts, ", "));
}

std::string element_text(const Application& application, const StageModel& model, const Conflict::Element& element) {
  std::vector<std::string> indices;
  for (const auto& index : element) indices.push_back(index ? std::to_string(*index) : "?");
  return fmt::format("{}({})", name_of(application, model.func), fmt::join(indices, ", "));
}

// What the two iterations do to each other.
std::string meeting(const Application& application, const StageModel& model, const Conflict& conflict) {
  const std::string first = iteration_text(application, model, conflict.first, conflict.second);
  const std::string second = iteration_text(application, model, conflict.second, conflict.first);
  if (conflict.first_element == conflict.second_element) {
    const std::string element = element_text(application, model, conflict.first_element);
    const bool may = element.find('?') != std::string::npos;
    return fmt::format("iterations {} and {} {}both update {}", first, second, may ? "may " : "", element);
  }
  return fmt::format("iteration {} updates {} and iteration {} updates {}, and one reads what the other updates", first,
                     element_text(application, model, conflict.first_element), second,
                     element_text(application, model, conflict.second_element));
}

std::string kind_of(Halide::Internal::ForType type) {
  using Halide::Internal::ForType;
  switch (type) {
    case ForType::Vectorized:
      return "vectorized";
    case ForType::GPUBlock:
    case ForType::GPUThread:
    case ForType::GPULane:
      return "GPU";
    default:
      return "parallel";
  }
}

bool makes_concurrent(const Call& call) {
  return call.name == "parallel" || call.name == "vectorize" || call.name.starts_with("gpu_");
}

std::string race_text(const Application& application, const StageModel& model, const Conflict& conflict,
                      const Call& call) {
  const std::string loop = application.names.loop(conflict.loop);
  const std::string what = makes_concurrent(call) ? call_text(call) + " races"
                                                  : fmt::format("with {} the {} loop `{}` races", call_text(call),
                                                                kind_of(conflict.type), loop);
  const std::string remedy =
      model.reordering == Reordering::changes_it ? "" : "; atomic() or rfactor() would let it run so";
  return fmt::format("{}: {}{}", what, meeting(application, model, conflict), remedy);
}

std::string order_text(const Application& application, const StageModel& model, const Conflict& conflict,
                       const Call& call) {
  const std::string why =
      model.reordering == Reordering::changes_it
          ? "which comes first matters to this update"
          : "floating-point numbers round as the order of their sum goes; atomic() or rfactor() allow another one";
  return fmt::format("{} turns an order around: {}, and the second would come first; {}", call_text(call),
                     meeting(application, model, conflict), why);
}

}  // namespace

std::string differing_variables(const Application& application, const Conflict& conflict) {
  std::vector<std::string> names;
  for (const auto& [name, value] : conflict.first) {
    if (conflict.second.at(name) != value) names.push_back(application.names.loop(name));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string conflict_text(const Application& application, const StageModel& model, const Conflict& conflict,
                          const Call& call) {
  if (!conflict.is_certain) {
    return fmt::format(
        "{} can't be proved legal: {}, and which of them share a part of a fused loop depends on an "
        "extent that is not known here; split before fusing, or fuse over a reduction's loop alone",
        call_text(call), meeting(application, model, conflict));
  }
  return conflict.kind == Conflict::Kind::race ? race_text(application, model, conflict, call)
                                               : order_text(application, model, conflict, call);
}

}  // namespace nestwright::dsl::applying
