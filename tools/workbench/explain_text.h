#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tools/workbench/cost/explain.h"

namespace nestwright::workbench {

// The loops and their footprints as a table for a terminal.
std::string loops_text(const cost::Explanation& explanation);
// The figures of the whole call, for a terminal: a line for each figure, a column for each explanation.
std::string summary_text(const std::vector<cost::Explanation>& explanations);

nlohmann::ordered_json to_json(const cost::Explanation& explanation);

}  // namespace nestwright::workbench
