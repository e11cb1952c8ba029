#pragma once

#include <string>
#include <vector>

#include "tools/workbench/comparison.h"

namespace nestwright::workbench {

// The results as JSON text, which `nestwright compare --json` writes and from which the HTML report is made.
std::string comparisons_json(const std::vector<CompareResult>& results);

}  // namespace nestwright::workbench
