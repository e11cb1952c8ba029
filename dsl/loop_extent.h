#pragma once

#include <Halide.h>

#include <cstdint>
#include <optional>
#include <string>

namespace nestwright::dsl {

// How many iterations the loop `name` of a stage of `output` has, where the output's fixed extents and the stage's
// splits so far say so. A loop keeps its last name: "x.xo" is "xo".
std::optional<std::int64_t> known_extent(const Halide::Func& output, const Halide::Internal::StageSchedule& stage,
                                         const std::string& name);

// The same where nothing is known of the Func's extents: of loops that a split made an inner one of.
std::optional<std::int64_t> known_extent(const Halide::Internal::StageSchedule& stage, const std::string& name);

}  // namespace nestwright::dsl
