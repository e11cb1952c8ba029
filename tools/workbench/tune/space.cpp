#include "tools/workbench/tune/space.h"

namespace nestwright::tune {

double size_of(const std::vector<Axis>& axes) {
  double size = 1.0;
  for (const Axis& axis : axes) size *= static_cast<double>(axis.options.size());
  return size;
}

Point point_at(const std::vector<Axis>& axes, std::size_t index) {
  Point point(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    point[i] = static_cast<int>(index % axes[i].options.size());
    index /= axes[i].options.size();
  }
  return point;
}

std::string text_of(const std::vector<Axis>& axes, const Point& point) {
  std::string text;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].options.size() < 2) continue;
    text += (text.empty() ? "" : ", ") + axes[i].name + "=" + axes[i].options[static_cast<std::size_t>(point[i])];
  }
  return text;
}

}  // namespace nestwright::tune
