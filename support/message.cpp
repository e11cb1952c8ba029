#include "support/message.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <new>
#include <utility>
#include <vector>

namespace nestwright {
namespace {

// The most characters of a message, beside the place that it is about and a schedule's line: a choice, above all that
// this project's own messages take.
constexpr std::size_t longest_message = 1000;

// The code of a character of UTF-8 text, and how many bytes it takes. The code of a byte that is no character is -1.
struct Character {
  std::int32_t code = -1;
  std::size_t bytes = 1;
};

// Decodes the first character (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {static_cast<std::int32_t>(lead), 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
  auto code = static_cast<std::int32_t>(lead & (0x7fU >> bytes));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return {};
    code = code << 6 | static_cast<std::int32_t>(byte(i) & 0x3fU);
  }
  constexpr std::array<std::int32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < least.at(bytes) || is_surrogate || code > 0x10ffff) return {};
  return {code, bytes};
}

// Whether a terminal does something else with the character than show it: Unicode's control characters, line and
// paragraph separators, and the marks that are not seen (zero width, direction, tags).
bool is_unprintable(std::int32_t code) {
  constexpr std::array<std::pair<std::int32_t, std::int32_t>, 9> ranges = {{{0, 0x1f},
                                                                            {0x7f, 0x9f},
                                                                            {0xad, 0xad},
                                                                            {0x61c, 0x61c},
                                                                            {0x200b, 0x200f},
                                                                            {0x2028, 0x202e},
                                                                            {0x2060, 0x206f},
                                                                            {0xfeff, 0xfeff},
                                                                            {0xe0000, 0xe007f}}};
  for (const auto& [first, last] : ranges) {
    if (code >= first && code <= last) return true;
  }
  return code < 0;
}

std::string escaped(std::string_view character) {
  if (character == "\n") return "\\n";
  if (character == "\t") return "\\t";
  if (character == "\r") return "\\r";
  std::string text;
  for (const char byte : character) text += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  return text;
}

// The characters of `text`, each as it may be shown.
std::vector<std::string> printable_characters(std::string_view text) {
  std::vector<std::string> characters;
  while (!text.empty()) {
    const Character first = first_character(text);
    const std::string_view bytes = text.substr(0, first.bytes);
    characters.push_back(is_unprintable(first.code) ? escaped(bytes) : std::string(bytes));
    text.remove_prefix(first.bytes);
  }
  return characters;
}

// `text` as it may be shown; of one that has more than `most` characters the first and the last, with ... between.
std::string shortened(std::string_view text, std::size_t most) {
  // A character takes four bytes at most, so of a much longer text the middle need not be looked at.
  const std::size_t enough = 4 * most;
  std::string ends(text);
  if (text.size() > 2 * enough) ends = std::string(text.substr(0, enough)).append(text.substr(text.size() - enough));
  const std::vector<std::string> characters = printable_characters(ends);
  if (characters.size() <= most) return fmt::format("{}", fmt::join(characters, ""));
  const auto behind = static_cast<std::ptrdiff_t>(most / 4), before = static_cast<std::ptrdiff_t>(most) - behind;
  return fmt::format("{}...{}", fmt::join(characters.begin(), characters.begin() + before, ""),
                     fmt::join(characters.end() - behind, characters.end(), ""));
}

// What `text` begins with: something in quotes, or else a word with the space behind it, or up to a quote.
std::string_view first_part(std::string_view text) {
  const bool is_quoted = text.front() == '"' || text.front() == '`';
  const std::size_t closing = is_quoted ? text.find(text.front(), 1) : std::string_view::npos;
  if (closing != std::string_view::npos) return text.substr(0, closing + 1);
  const std::size_t end = text.find_first_of(" \"`", 1);
  if (end == std::string_view::npos) return text;
  return text.substr(0, text[end] == ' ' ? end + 1 : end);
}

// A message's sentence. Of whatever it quotes of a file, a word or something in quotes, a part is shown.
std::string sentence(std::string_view text) {
  std::string kept;
  while (!text.empty()) {
    const std::string_view part = first_part(text);
    kept += part.size() > longest_excerpt ? excerpt(part) : std::string(part);
    text.remove_prefix(part.size());
  }
  return shortened(kept, longest_message);
}

// A schedule's line, whose tabs stay, so that the caret below stands where it should.
std::string source_line(std::string_view text) {
  std::string line;
  for (std::size_t tab = text.find('\t'); tab != std::string_view::npos; tab = text.find('\t')) {
    line += printable(text.substr(0, tab)) + '\t';
    text.remove_prefix(tab + 1);
  }
  return line + printable(text);
}

}  // namespace

std::string printable(std::string_view text) { return fmt::format("{}", fmt::join(printable_characters(text), "")); }

std::string excerpt(std::string_view text) { return shortened(text, longest_excerpt); }

std::string printable_complaint(std::string_view text) {
  const std::size_t caret = text.rfind('\n');
  const std::size_t line = caret == std::string_view::npos || caret == 0 ? caret : text.rfind('\n', caret - 1);
  const bool has_line = line != std::string_view::npos && line < caret && text.ends_with('^') &&
                        text.find_first_not_of(" \t", caret + 1) == text.size() - 1;
  if (!has_line) return sentence(text);
  return fmt::format("{}\n{}{}", sentence(text.substr(0, line)), source_line(text.substr(line + 1, caret - line - 1)),
                     text.substr(caret));
}

std::string printable_text(const Error& error) {
  const std::string_view what = error.what();
  if (error.where().empty()) return printable_complaint(what);
  return fmt::format("{}: {}", shortened(error.where(), longest_message),
                     printable_complaint(what.substr(error.where().size() + 2)));
}

void say(std::string_view line) noexcept {
  // One write, so that the lines of several threads do not mix. Whether it succeeds nobody can be told.
  try {
    const std::string text = std::string(line) + "\n";
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
  } catch (const std::bad_alloc&) {
    std::fputs("out of memory\n", stderr);
  }
}

}  // namespace nestwright
