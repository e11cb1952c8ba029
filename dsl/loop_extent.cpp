#include "dsl/loop_extent.h"

#include <map>
#include <vector>

namespace nestwright::dsl {
namespace {

using Halide::Internal::Split;
using Extents = std::map<std::string, std::int64_t>;  // by Halide's full names; what is not there is not known

Extents fixed_extents(const Halide::Func& output) {
  // Tuples take their extents from the first buffer.
  const Halide::Parameter buffer = output.output_buffers()[0].parameter();
  const std::vector<Halide::Var> dimensions = output.args();
  Extents extents;
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    const auto extent = Halide::Internal::as_const_int(buffer.extent_constraint(static_cast<int>(d)));
    if (extent) extents[dimensions[d].name()] = *extent;
  }
  return extents;
}

void follow(const Split& split, Extents& extents) {
  const auto extent_of = [&](const std::string& loop) {
    const auto found = extents.find(loop);
    return found == extents.end() ? std::optional<std::int64_t>() : found->second;
  };
  if (split.split_type == Split::FuseVars) {
    const auto inner = extent_of(split.inner), outer = extent_of(split.outer);
    if (inner && outer) extents[split.old_var] = *inner * *outer;
    return;
  }
  const auto old = extent_of(split.old_var);
  if (split.split_type == Split::RenameVar) {
    if (old) extents[split.outer] = *old;
    return;
  }
  const auto size = Halide::Internal::as_const_int(split.factor);
  if (size) extents[split.inner] = *size;
  if (old && size) extents[split.outer] = (*old + *size - 1) / *size;
}

std::optional<std::int64_t> extent_after_splits(Extents extents, const Halide::Internal::StageSchedule& stage,
                                                const std::string& name) {
  for (const Split& split : stage.splits()) follow(split, extents);
  for (const Halide::Internal::Dim& dim : stage.dims()) {
    if (dim.var.substr(dim.var.rfind('.') + 1) != name) continue;
    const auto found = extents.find(dim.var);
    if (found != extents.end()) return found->second;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> known_extent(const Halide::Func& output, const Halide::Internal::StageSchedule& stage,
                                         const std::string& name) {
  return extent_after_splits(fixed_extents(output), stage, name);
}

std::optional<std::int64_t> known_extent(const Halide::Internal::StageSchedule& stage, const std::string& name) {
  return extent_after_splits({}, stage, name);
}

}  // namespace nestwright::dsl
