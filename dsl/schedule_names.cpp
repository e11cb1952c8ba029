#include "dsl/schedule_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <regex>

namespace nestwright::dsl {
namespace {

constexpr std::string_view outermost = "__outermost";  // Halide's name for the loop around all of a stage's

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

std::string_view without_last_part(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

// Whether a directive made the loop under a name that a schedule gave it.
bool is_named_by_schedule(std::string_view part) { return part.starts_with('_') && part != outermost; }

std::string without_number(const std::string& name) { return name.substr(0, name.find('$')); }

// A Func that a schedule made: "conv" + what lies between + "sum" and a number, as in "conv_clone_in_sum$0".
std::optional<std::string> made_func(const ScheduleNames& names, const std::string& halide_name) {
  const std::string bare = halide_name.substr(0, halide_name.rfind('$'));
  for (const auto& [ending, call] : {std::pair("_global_wrapper", "{}.in()"),
                                     {"_wrapper", "{}.in(...)"},
                                     {"_clone", "{}.clone_in(...)"},
                                     {"_intm", "{}.rfactor(...)"}}) {
    if (bare.ends_with(ending)) {
      return fmt::format(fmt::runtime(call), names.func(bare.substr(0, bare.size() - std::string(ending).size())));
    }
  }
  for (const auto& [between, call] : {std::pair("_clone_in_", "{}.clone_in({})"), {"_in_", "{}.in({})"}}) {
    for (std::size_t at = bare.find(between); at != std::string::npos; at = bare.find(between, at + 1)) {
      const std::string made_of = bare.substr(0, at), caller = bare.substr(at + std::string(between).size());
      if (!names.funcs.contains(made_of) && !made_func(names, made_of)) continue;
      return fmt::format(fmt::runtime(call), names.func(made_of), names.func(caller));
    }
  }
  return std::nullopt;
}

// The parts of a name after that of a Func: "s1.r$x", "extent.0", "b".
std::string within_func(const ScheduleNames& names, const std::string& func, const std::string& rest) {
  static const std::regex stage("s([0-9]+)(?:\\.(.*))?"), field("(min|max|extent|stride)\\.([0-9])");
  std::smatch match;
  if (std::regex_match(rest, match, stage)) {
    const int index = std::stoi(match[1]);
    const std::string name = index == 0 ? func : fmt::format("{}.update({})", func, index - 1);
    return match[2].matched ? fmt::format("{} of {}", names.loop(match[2].str()), name) : name;
  }
  if (std::regex_match(rest, match, field)) {
    return fmt::format("the {} of {} in {}", match[1].str() == "min" ? "first index" : match[1].str(), func,
                       names.dimension(func, match[2]));
  }
  if (rest == "update" || rest == "buffer") return func + "." + rest;
  return fmt::format("{} of {}", names.loop(rest), func);
}

// A word of Halide's text: a Func, a loop of one, a loop alone, or an ordinary word.
std::string word_in_schedule(const ScheduleNames& names, const std::string& word) {
  const auto known = names.reductions.find(word);
  if (known != names.reductions.end()) return known->second;
  const std::size_t dot = word.find('.');
  const std::string first = word.substr(0, dot);
  static const std::regex numbered(".*\\$[0-9]+");
  const bool is_func =
      names.funcs.contains(first) || names.dimensions.contains(first) || std::regex_match(first, numbered);
  if (is_func)
    return dot == std::string::npos ? names.func(first) : within_func(names, names.func(first), word.substr(dot + 1));
  static const std::regex made_by_halide("[vrt][0-9]+");
  const std::string last(last_part(word));
  const bool is_loop = word.find('$') != std::string::npos || is_named_by_schedule(last) ||
                       (dot != std::string::npos && (first == last || std::regex_match(last, made_by_halide)));
  return is_loop ? names.loop(word) : word;
}

}  // namespace

std::string halide_loop(const std::string& name) { return "_" + name; }

bool has_schedule_name(std::string_view halide_name) {
  const std::string_view last = last_part(halide_name), parent = without_last_part(halide_name);
  if (last == outermost) return false;
  // unroll(x, 2) makes "x.x" and, of a name that Halide finds, "x.v3".
  return is_named_by_schedule(last) || parent.empty() || last_part(parent) == last;
}

std::string loop_in_schedule(std::string_view halide_name) {
  const std::string_view last = last_part(halide_name);
  if (last == outermost) return "outermost";
  if (!has_schedule_name(halide_name)) return loop_in_schedule(without_last_part(halide_name));
  return std::string(is_named_by_schedule(last) ? last.substr(1) : last);
}

std::string ScheduleNames::func(const std::string& halide_name) const {
  const auto found = funcs.find(halide_name);
  if (found != funcs.end()) return found->second;
  return made_func(*this, halide_name).value_or(without_number(halide_name));
}

std::string ScheduleNames::loop(std::string_view halide_name) const {
  if (!has_schedule_name(halide_name) && last_part(halide_name) != outermost) {
    return loop(without_last_part(halide_name));
  }
  const std::string shown = loop_in_schedule(halide_name);
  const auto found = reductions.find(shown);
  return found != reductions.end() ? found->second : shown.substr(shown.find('$') + 1);
}

std::string ScheduleNames::loop_of_stage(std::string_view full_name) const {
  const std::size_t stage = full_name.find('.'), loop_begin = full_name.find('.', stage + 1);
  return stage == full_name.npos || loop_begin == full_name.npos ? loop(full_name)
                                                                 : loop(full_name.substr(loop_begin + 1));
}

std::string ScheduleNames::dimension(const std::string& func, const std::string& number) const {
  const auto found = dimensions.find(func);
  const bool is_digit = number.size() == 1 && number[0] >= '0' && number[0] <= '9';
  const std::size_t index = is_digit ? static_cast<std::size_t>(number[0] - '0') : 0;
  if (found == dimensions.end() || !is_digit || index >= found->second.size()) return "dimension " + number;
  return fmt::format("`{}`", found->second[index]);
}

std::string in_schedule_words(const std::string& text, const ScheduleNames& names) {
  static const std::regex word("[A-Za-z_][A-Za-z0-9_$]*(?:\\.[A-Za-z0-9_][A-Za-z0-9_$]*)*");
  std::string result;
  std::size_t end = 0;
  for (std::sregex_iterator at(text.begin(), text.end(), word), last; at != last; ++at) {
    const auto begin = static_cast<std::size_t>(at->position());
    result += text.substr(end, begin - end) + word_in_schedule(names, at->str());
    end = begin + static_cast<std::size_t>(at->length());
  }
  return result + text.substr(end);
}

}  // namespace nestwright::dsl
