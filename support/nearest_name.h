#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nestwright {

// The name among `candidates` that is the fewest edits of single characters away from `name`, for "did you mean ...?".
// Empty where even that one is more than 2 edits away, and more than a third of the length of `name`.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace nestwright
