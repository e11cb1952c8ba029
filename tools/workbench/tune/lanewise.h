#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/workbench/tune/space.h"
#include "tools/workbench/tune/structure.h"

namespace nestwright::tune::lanewise {

// Whether every output has images innermost, so that nothing is added up across a vector.
bool fits(const Structure& structure);

std::vector<Axis> axes_of(const Structure& structure);

// The statements; nothing where the choices contradict each other.
std::optional<std::string> statements_of(const Structure& structure, const std::vector<Axis>& axes, const Point& point);

}  // namespace nestwright::tune::lanewise
