#include "tools/workbench/tune/template.h"

#include <fmt/format.h>

#include "tools/workbench/cost/vector_registers.h"
#include "tools/workbench/tune/lanewise.h"
#include "tools/workbench/tune/tiled.h"

namespace nestwright::tune {

std::optional<std::string> Template::text(const Point& point) const {
  std::string statements;
  if (name == "lane-wise") {
    const auto found = lanewise::statements_of(structure, axes, point);
    if (!found) return std::nullopt;
    statements = *found;
  } else {
    const tiled::Roles roles = *tiled::roles_of(structure);
    const tiled::Choices choices = tiled::choices_of(roles, registers, axes, point);
    if (!tiled::is_sensible(roles, choices, registers)) return std::nullopt;
    statements = tiled::statements_of(structure, roles, choices);
  }
  return fmt::format("schedule {}{} for cpu\n\n{}", structure.op,
                     structure.algorithm.empty() ? "" : " using " + structure.algorithm, statements);
}

double Template::guess(const Point& point) const {
  if (name == "lane-wise") return 1.0;
  const tiled::Roles roles = *tiled::roles_of(structure);
  return tiled::guess_of(roles, tiled::choices_of(roles, registers, axes, point), registers);
}

std::vector<Template> templates_for(const Structure& structure, const Halide::Target& target) {
  const Registers registers = {.count = cost::vector_registers(target), .floats = target.natural_vector_size<float>()};
  std::vector<Template> templates;
  if (const auto roles = tiled::roles_of(structure)) {
    const std::vector<Axis> axes = tiled::axes_of(structure, *roles, registers);
    templates.push_back({"tiled", structure, registers, axes, Point(axes.size(), 0)});
  }
  // Where the tiled template fits, a lane-wise schedule has nothing to gain.
  if (lanewise::fits(structure) && templates.empty()) {
    const std::vector<Axis> axes = lanewise::axes_of(structure);
    templates.push_back({"lane-wise", structure, registers, axes, Point(axes.size(), 0)});
  }
  return templates;
}

}  // namespace nestwright::tune
