#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/workbench/tune/space.h"
#include "tools/workbench/tune/structure.h"

namespace nestwright::tune::lanewise {

// Whether every output has images as its innermost loop, so that vectors run along images and no sum runs across one.
bool fits(const Structure& structure);

// The decisions that a lane-wise schedule of the algorithm leaves open.
std::vector<Axis> axes_of(const Structure& structure);

// The statements of the .nest text for the choices of `point`; nothing where they contradict each other.
std::optional<std::string> statements_of(const Structure& structure, const std::vector<Axis>& axes, const Point& point);

}  // namespace nestwright::tune::lanewise
