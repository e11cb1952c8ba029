#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "tools/workbench/tune/search.h"

namespace nestwright::tune {

// Calls `prepare` for each point, each on a thread of its own, and returns what they give. Returns nothing, within a
// tenth of a second, when `is_stopped` says so: what goes on then, for nothing stops a compiler, is left to itself, and
// may use nothing that its caller has but what the copy of `prepare` holds. Such a program has to end by std::_Exit().
std::optional<std::vector<std::optional<Prepared>>> prepare_all(
    const std::function<std::optional<Prepared>(const Point&)>& prepare, const std::vector<Point>& points,
    const std::function<bool()>& is_stopped);

}  // namespace nestwright::tune
