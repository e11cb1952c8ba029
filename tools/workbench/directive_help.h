#pragma once

#include <string>

namespace nestwright::workbench {

// Every directive with its one line, aligned.
std::string directive_list();

// All about one directive, in Markdown that reads as plain text: arguments, when it is legal, what it is good for, an
// example, and the loops without and with it, made by applying it. Throws Error with the nearest name where there is
// no such directive.
std::string directive_help(const std::string& name);

// docs/directives.md.
std::string all_directives_markdown();

}  // namespace nestwright::workbench
