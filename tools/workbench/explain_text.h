#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tools/workbench/cost/explain.h"

namespace nestwright::workbench {

// For a terminal: one explanation, or several side by side.
std::string loops_text(const cost::Explanation& explanation);
std::string summary_text(const std::vector<cost::Explanation>& explanations);

nlohmann::ordered_json to_json(const cost::Explanation& explanation);

}  // namespace nestwright::workbench
