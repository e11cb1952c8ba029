#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace nestwright::tune {

// One decision: its name, and its options as people read them.
struct Axis {
  std::string name;
  std::vector<std::string> options;
};

// The index of the chosen option on every axis.
using Point = std::vector<int>;

// How many points there are.
double size_of(const std::vector<Axis>& axes);

// The point with number `index`, counted from 0; the options of the last axis change fastest.
Point point_at(const std::vector<Axis>& axes, std::size_t index);

// The point as text, for example "tile co=4, tile x=2". Axes with a single option are left out.
std::string text_of(const std::vector<Axis>& axes, const Point& point);

}  // namespace nestwright::tune
