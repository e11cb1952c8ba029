#include "ops/signature/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "support/error.h"
#include "support/message.h"

namespace nestwright {

Shape Shape::parse(std::string_view written) {
  constexpr std::string_view separators = " ,\t\n";
  Shape shape;
  for (std::size_t begin = written.find_first_not_of(separators); begin != std::string_view::npos;) {
    const std::size_t end = std::min(written.find_first_of(separators, begin), written.size());
    const std::string_view entry = written.substr(begin, end - begin);
    const std::size_t equals = std::min(entry.find('='), entry.size());
    const std::string_view name = entry.substr(0, equals);
    const std::string_view digits = entry.substr(std::min(equals + 1, entry.size()));
    if (name.empty() || digits.empty() ||
        digits.find_first_not_of("0123456789", digits[0] == '-' ? 1 : 0) < digits.size()) {
      throw Error("shape",
                  fmt::format("cannot read '{}': expected name=number, as in 'lanes=16 width=28'", excerpt(entry)));
    }
    if (shape.contains(name)) throw Error("shape", fmt::format("'{}' is given twice; give it once", excerpt(name)));
    // Kernels count in Halide's 32 bits, in which a larger number would wrap around.
    constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
    std::int32_t value = 0;
    const auto [rest, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (failure != std::errc{} || rest != digits.data() + digits.size() || value < 0) {
      throw Error("shape", fmt::format("'{}' is out of range: expected a number from 0 to {}", excerpt(entry), most));
    }
    shape.entries_.emplace_back(name, value);
    begin = written.find_first_not_of(separators, end);
  }
  return shape;
}

bool Shape::contains(std::string_view name) const {
  return std::ranges::any_of(entries_, [&](const Entry& entry) { return entry.first == name; });
}

std::int64_t Shape::at(std::string_view name) const {
  const auto entry = std::ranges::find_if(entries_, [&](const Entry& e) { return e.first == name; });
  if (entry == entries_.end()) throw Error("shape", fmt::format("'{}' is missing from '{}'", name, text()));
  return entry->second;
}

void Shape::set(std::string_view name, std::int64_t value) {
  const auto entry = std::ranges::find_if(entries_, [&](const Entry& e) { return e.first == name; });
  if (entry != entries_.end()) {
    entry->second = value;
  } else {
    entries_.emplace_back(name, value);
  }
}

std::string Shape::text() const {
  std::string result;
  for (const auto& [name, value] : entries_) {
    if (!result.empty()) result += ' ';
    result += fmt::format("{}={}", name, value);
  }
  return result;
}

}  // namespace nestwright
