#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "dsl/schedule.h"

namespace nestwright::dsl {

// Bytes [begin, end) of a schedule's text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Where the parts of a schedule stand: for every item its span, the end of its Func's name (statements only), and
// the spans of its calls.
struct Layout {
  Span header;
  std::vector<Span> items;
  std::vector<std::size_t> heads;
  std::vector<std::vector<Span>> calls;
};

// The span at `begin` of `size` bytes without the white space, comments and semicolons at its end.
Span code_span(std::string_view text, std::size_t begin, std::size_t size);

// Gives every comment of `text` to the header, item or directive that it stands before or behind.
void attach_comments(std::string_view text, const Layout& layout, Schedule& schedule);

// Where something is missing at byte `offset`, nothing but white space and comments standing before it on its line:
// the end of the code before. Otherwise `position`, the place of that byte.
Position end_of_code_before(std::string_view text, std::size_t offset, Position position);

}  // namespace nestwright::dsl
