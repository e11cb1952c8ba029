#include "dsl/comments.h"

#include <algorithm>

namespace nestwright::dsl {
namespace {

constexpr std::string_view white_space = " \t\r\n\f\v";

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(white_space);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(white_space) + 1 - begin));
}

// Where the code of `text` ends: strings may hold '#', so that it has to be walked from its begin.
std::size_t end_of_code(std::string_view text) {
  std::size_t end = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"' || c == '\n') in_string = false;
      end = std::min(i + 1, text.size());
    } else if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
    } else if (white_space.find(c) == std::string_view::npos && c != ';') {
      in_string = c == '"';
      end = i + 1;
    }
  }
  return end;
}

// The comments within code.
std::vector<std::string> comments_within(std::string_view code) {
  std::vector<std::string> found;
  bool in_string = false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (in_string && code[i] == '\\') {
      ++i;
    } else if (code[i] == '"') {
      in_string = !in_string;
    } else if (code[i] == '#' && !in_string) {
      const std::size_t end = std::min(code.find('\n', i), code.size());
      found.push_back(trimmed(code.substr(i, end - i)));
      i = end;
    }
  }
  return found;
}

// The comments between two parts: the one that ends the first part's line, and the lines after it.
Comments read_gap(std::string_view gap, bool follows_code) {
  Comments comments;
  bool first = follows_code;
  while (true) {
    const std::size_t end = gap.find('\n');
    std::string line = trimmed(gap.substr(0, end));
    line.erase(0, std::min(line.find_first_not_of(" \t\r\f\v;"), line.size()));
    const bool last = end == std::string_view::npos;
    if (first) {
      comments.trailing = line;
    } else if (!line.empty()) {
      comments.before.push_back(line);
    } else if (!last && (comments.before.empty() || !comments.before.back().empty())) {
      comments.before.emplace_back();
    }
    if (last) return comments;
    gap.remove_prefix(end + 1);
    first = false;
  }
}

void append(std::vector<std::string>& lines, const std::vector<std::string>& more) {
  std::ranges::copy_if(more, std::back_inserter(lines), [](const std::string& line) { return !line.empty(); });
}

void attach_within(std::string_view text, std::size_t head, const std::vector<Span>& spans, Span item,
                   Statement& statement) {
  const auto between = [&](std::size_t begin, std::size_t end) { return text.substr(begin, end - begin); };
  for (std::size_t i = 0; i < spans.size(); ++i) {
    std::vector<std::string>& before = statement.calls[i].comments.before;
    if (i == 0) {
      append(before, comments_within(between(head, spans[0].begin)));
    } else {
      const Comments gap = read_gap(between(spans[i - 1].end, spans[i].begin), true);
      statement.calls[i - 1].comments.trailing = gap.trailing;
      append(before, gap.before);
    }
    append(before, comments_within(between(spans[i].begin, spans[i].end)));
  }
  append(statement.calls.back().comments.before, comments_within(between(spans.back().end, item.end)));
}

}  // namespace

Span code_span(std::string_view text, std::size_t begin, std::size_t size) {
  return {begin, begin + end_of_code(text.substr(begin, size))};
}

void attach_comments(std::string_view text, const Layout& layout, Schedule& schedule) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  std::size_t end = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  std::vector<std::string>& first = schedule.comments.before;
  first = read_gap(text.substr(end, layout.header.begin - end), false).before;
  if (!first.empty() && first.front().empty()) first.erase(first.begin());
  append(first, comments_within(text.substr(layout.header.begin, layout.header.end - layout.header.begin)));
  end = layout.header.end;
  Comments* previous = &schedule.comments;
  for (std::size_t i = 0; i < layout.items.size(); ++i) {
    const Span span = layout.items[i];
    Item& item = schedule.items[i];
    Comments gap = read_gap(text.substr(end, span.begin - end), true);
    previous->trailing = gap.trailing;
    item.comments.before = std::move(gap.before);
    if (auto* statement = std::get_if<Statement>(&item.what)) {
      attach_within(text, layout.heads[i], layout.calls[i], span, *statement);
    } else {
      append(item.comments.before, comments_within(text.substr(span.begin, span.end - span.begin)));
    }
    previous = &item.comments;
    end = span.end;
  }
  Comments gap = read_gap(text.substr(end), true);
  previous->trailing = gap.trailing;
  schedule.end = std::move(gap.before);
  while (!schedule.end.empty() && schedule.end.back().empty()) schedule.end.pop_back();
}

Position end_of_code_before(std::string_view text, std::size_t offset, Position position) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const std::size_t end = end_of_code(before);
  if (end == 0 || before.find('\n', end) == std::string_view::npos) return position;
  const std::string_view code = before.substr(0, end);
  const std::size_t line_start = code.rfind('\n') == std::string_view::npos ? 0 : code.rfind('\n') + 1;
  return {static_cast<int>(std::count(code.begin(), code.end(), '\n')) + 1, static_cast<int>(end - line_start) + 1};
}

}  // namespace nestwright::dsl
