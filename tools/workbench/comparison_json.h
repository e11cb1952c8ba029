#pragma once

#include <string>
#include <vector>

#include "tools/workbench/comparison.h"

namespace nestwright::workbench {

// The results as JSON: what `nestwright compare --json` writes, and what the HTML report is made of.
std::string comparisons_json(const std::vector<CompareResult>& results);

}  // namespace nestwright::workbench
