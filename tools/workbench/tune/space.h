#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace nestwright::tune {

// One decision: its name, and the choices as people read them.
struct Axis {
  std::string name;
  std::vector<std::string> options;
};

// A choice on every axis, by index.
using Point = std::vector<int>;

// How many points there are.
double size_of(const std::vector<Axis>& axes);

// The `index`-th point, from 0 on, the last axis running fastest.
Point point_at(const std::vector<Axis>& axes, std::size_t index);

// "tile co=4, tile x=2": axes without a choice are left out.
std::string text_of(const std::vector<Axis>& axes, const Point& point);

}  // namespace nestwright::tune
