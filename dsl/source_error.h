#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/schedule.h"
#include "support/error.h"

namespace nestwright::dsl {

// An Error at a place of a schedule: `file:line:column: what`, then the source line, then a caret below the place.
Error error_at(std::string_view file, std::string_view text, Position position, const std::string& what);
Error error_at(const Schedule& schedule, Position position, const std::string& what);

// The place that where() of such an Error names; nothing for other Errors.
std::optional<Position> position_of(const Error& error);

// "; did you mean `x`?" with the candidate nearest to `name`, or, where none is near, "; there are: ..." with all.
std::string suggestion(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace nestwright::dsl
