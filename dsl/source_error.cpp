#include "dsl/source_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <utility>

#include "support/message.h"
#include "support/nearest_name.h"

namespace nestwright::dsl {
namespace {

// The text of the line, without its end; control characters, which would upset a terminal, as '?'.
std::string source_line(std::string_view text, int line) {
  for (int skipped = 1; skipped < line; ++skipped) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  std::string shown(text.substr(0, text.find('\n')));
  if (!shown.empty() && shown.back() == '\r') shown.pop_back();
  for (char& c : shown) {
    const auto byte = static_cast<unsigned char>(c);
    if (c != '\t' && (byte < 0x20 || byte == 0x7f)) c = '?';
  }
  return shown;
}

// Of a long line the part around the column, and where the column is in it: a message quotes no more of a file.
std::pair<std::string, int> part_around(const std::string& line, int column) {
  constexpr int before = 120;
  if (line.size() <= longest_excerpt) return {line, column};
  std::size_t begin = column > before ? static_cast<std::size_t>(column - before) : 0;
  // The part begins with a character of UTF-8, not within one.
  while (begin < line.size() && (static_cast<unsigned char>(line[begin]) & 0xc0) == 0x80) ++begin;
  std::string part = line.substr(std::min(begin, line.size()), longest_excerpt);
  while (!part.empty() && (static_cast<unsigned char>(part.back()) & 0xc0) == 0x80) part.pop_back();
  return {part, column - static_cast<int>(begin)};
}

// As much white space as puts the next character below the column: tabs stay, bytes within a UTF-8 character count
// for nothing.
std::string indent_to(const std::string& line, int column) {
  std::string indent;
  for (int i = 0; i < column - 1; ++i) {
    const char c = static_cast<std::size_t>(i) < line.size() ? line[static_cast<std::size_t>(i)] : ' ';
    if ((static_cast<unsigned char>(c) & 0xc0) == 0x80) continue;
    indent += c == '\t' ? '\t' : ' ';
  }
  return indent;
}

}  // namespace

Error error_at(std::string_view file, std::string_view text, Position position, const std::string& what) {
  const std::string line = source_line(text, position.line);
  const auto [shown, column] = part_around(line, position.column);
  return Error(fmt::format("{}:{}:{}", file, position.line, position.column),
               fmt::format("{}\n{}\n{}^", what, shown, indent_to(shown, column)));
}

Error error_at(const Schedule& schedule, Position position, const std::string& what) {
  return error_at(schedule.file, schedule.text, position, what);
}

std::optional<Position> position_of(const Error& error) {
  static const std::regex place(".*:([0-9]{1,9}):([0-9]{1,9})");
  std::smatch match;
  if (!std::regex_match(error.where(), match, place)) return std::nullopt;
  return Position{.line = std::stoi(match[1]), .column = std::stoi(match[2])};
}

std::string suggestion(const std::string& name, const std::vector<std::string>& candidates) {
  if (candidates.empty()) return {};
  // A name of two letters is within two edits of every other: only those that share a letter are near.
  std::vector<std::string> likely;
  std::ranges::copy_if(candidates, std::back_inserter(likely), [&](const std::string& candidate) {
    return candidate.find_first_of(name) != std::string::npos;
  });
  const std::string nearest = nearest_name(name, likely);
  if (!nearest.empty()) return fmt::format("; did you mean `{}`?", nearest);
  return fmt::format("; there {}: {}", candidates.size() == 1 ? "is" : "are", fmt::join(candidates, ", "));
}

}  // namespace nestwright::dsl
