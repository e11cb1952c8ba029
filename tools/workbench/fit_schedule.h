#pragma once

#include <string>
#include <vector>

#include "tools/workbench/use.h"

namespace nestwright::workbench {

// The text of a schedule that a program made, `name` for messages, changed as little as lets it be legal at all of the
// uses: directives that go beyond the end of a loop get GuardWithIf, and updates whose sums are added up in another
// order get atomic(). Comments in the text say what was changed. Throws Error, which names `name` and no line of a text
// that nobody has, where that does not suffice.
std::string fitted_schedule(const std::string& name, const std::string& text, const std::vector<Use>& uses);

}  // namespace nestwright::workbench
