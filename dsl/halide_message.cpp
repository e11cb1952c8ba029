#include "dsl/halide_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <sstream>
#include <vector>

#include "dsl/halide_complaints.h"

namespace nestwright::dsl {
namespace {

// The line that says what is wrong.
std::string telling_line(const std::string& text) {
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    for (const std::string prefix : {"Error: ", "User error: ", "Internal Error ", "Warning: "}) {
      if (line.starts_with(prefix)) line.erase(0, prefix.size());
    }
    // "Internal Error at FILE:LINE triggered by user code at ..." and "Condition failed: ..." say nothing to a user.
    if (!line.starts_with("at ") && !line.starts_with("Condition failed") && !line.empty()) return line;
  }
  return {};
}

// The arguments of a call that Halide printed, without the quotes around strings.
std::vector<std::string> arguments_of(const std::string& text) {
  std::vector<std::string> arguments = {""};
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ',' && depth == 0) {
      arguments.emplace_back();
    } else if (c != '"' && !(c == ' ' && arguments.back().empty())) {
      arguments.back() += c;
    }
  }
  return arguments;
}

// The sentence for an assertion that Halide prints as a call of a function of its runtime.
std::string assertion_sentence(const ScheduleNames& names, const std::string& what, const std::vector<std::string>& a) {
  if (what == "access_out_of_bounds" && a.size() == 6) {
    // The parts of a Tuple are called after it and a number: "Output buffer argmax.1".
    const std::string tensor = a[0].substr(a[0].rfind(' ') + 1),
                      buffer = names.func(tensor.substr(0, tensor.find('.')));
    return fmt::format("`{}` would be {} from {} to {} in {}, where it has {} to {}", buffer,
                       a[0].starts_with("Output") ? "written" : "read", a[2], a[3], names.dimension(buffer, a[1]), a[4],
                       a[5]);
  }
  if (what == "constraint_violated" && a.size() == 4) {
    return fmt::format("{} would not be {}, as it has to be", in_schedule_words(a[0], names), a[3]);
  }
  std::string words = what;
  std::ranges::replace(words, '_', ' ');
  return fmt::format("the kernel's check for \"{}\" would fail", words);
}

std::string as_sentence(const std::string& line, const ScheduleNames& names) {
  static const std::regex assertion(R"(^(.*?)halide_error_([a-z_]+)\((.*)\)\s*$)");
  std::smatch match;
  if (std::regex_match(line, match, assertion)) {
    return match[1].str() + assertion_sentence(names, match[2], arguments_of(match[3]));
  }
  return in_schedule_words(line, names);
}

}  // namespace

std::string halide_message(const std::string& text, const ScheduleNames& names) {
  std::string line = telling_line(text);
  // What Halide's C++ programs can do about a race, schedules can't; and of several lines one is shown.
  for (const char* const rest : {" It is possible to parallelize this by", " The loop nest is:"}) {
    line = line.substr(0, line.find(rest));
  }
  std::string message = as_sentence(line, names);
  std::ranges::replace_if(
      message, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  message.erase(std::find_if_not(message.rbegin(), message.rend(), [](char c) { return c == ' ' || c == '.'; }).base(),
                message.end());
  message = own_words(message);
  return message.empty() ? "it is not legal here" : message;
}

}  // namespace nestwright::dsl
