#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "dsl/schedule.h"

namespace nestwright::dsl {

// The bytes from `begin` to before `end` of a schedule's text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Where the parts of a schedule stand in its text. The three vectors have an element for every item, in order.
struct Layout {
  Span header;  // "schedule ... for ..."
  std::vector<Span> items;
  std::vector<std::size_t> heads;        // where the Func's name ends; 0 for an item that is no statement
  std::vector<std::vector<Span>> calls;  // a statement's directives; none for other items
};

// The span of `size` bytes from `begin` on, shortened by the white space, comments and semicolons at its end.
Span code_span(std::string_view text, std::size_t begin, std::size_t size);

// Gives every comment of `text` to the header, item or directive that it stands before or behind.
void attach_comments(std::string_view text, const Layout& layout, Schedule& schedule);

// Where to put the caret of "something is missing" at byte `offset`, whose place is `position`. If only white space and
// comments stand before it on its line, that is the end of the code before it; otherwise it is `position`.
Position end_of_code_before(std::string_view text, std::size_t offset, Position position);

}  // namespace nestwright::dsl
