#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "support/error.h"

namespace nestwright {

// The most characters of a file's text that a message quotes.
inline constexpr std::size_t longest_excerpt = 200;

// `text`, which may come from outside, as a terminal may show it: what would move the cursor, change colours, end the
// line or turn its direction (control and format characters), and bytes that are no UTF-8, stand there as \n or \x1b.
std::string printable(std::string_view text);

// The same of at most longest_excerpt characters: of a longer text the first and the last ones, with ... between.
std::string excerpt(std::string_view text);

// What the error says, as a program may print it. It is one line, but for the error of a schedule, which ends in the
// schedule's own line and a caret below it.
std::string printable_text(const Error& error);
// The same of the text of an error.
std::string printable_complaint(std::string_view text);

// Prints `line` and the line's end on standard error. Where nobody can read it (standard error is closed, or full), the
// line is lost, and nothing else happens.
void say(std::string_view line) noexcept;

}  // namespace nestwright
