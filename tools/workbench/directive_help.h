#pragma once

#include <string>

namespace nestwright::workbench {

// A line for each directive: its name and its summary, in two columns.
std::string directive_list();

// Everything about one directive, in Markdown that reads as plain text: its arguments, when it is legal, what it is
// good for, an example, and the example's loops without and with it, which are made by applying it. Throws Error that
// suggests the nearest name where there is no such directive.
std::string directive_help(const std::string& name);

// The text of docs/directives.md.
std::string all_directives_markdown();

}  // namespace nestwright::workbench
