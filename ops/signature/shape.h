#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nestwright {

// The concrete extents of one use of an operator: named integers in a fixed order, for example
// "lanes=16 width=14 height=14 in_channels=6 out_channels=16 kernel_width=5 ...".
//
// A plain value: equality, ordering and text are those of the (name, value) list.
class Shape {
 public:
  using Entry = std::pair<std::string, std::int64_t>;

  Shape() = default;
  Shape(std::initializer_list<Entry> entries) : entries_(entries) {}

  // Parses "name=value name=value ..." (spaces, commas or line ends between), numbers from 0 to
  // 2^31 - 1. Throws Error on anything else.
  static Shape parse(std::string_view written);

  // The value called `name`. Throws Error, naming the shape, when there is none.
  std::int64_t at(std::string_view name) const;
  bool contains(std::string_view name) const;
  // Changes the value called `name`, or appends it.
  void set(std::string_view name, std::int64_t value);

  // "name=value name=value": what parse() reads.
  std::string text() const;
  const std::vector<Entry>& entries() const { return entries_; }

  friend auto operator<=>(const Shape&, const Shape&) = default;
  friend bool operator==(const Shape&, const Shape&) = default;

 private:
  std::vector<Entry> entries_;
};

}  // namespace nestwright
