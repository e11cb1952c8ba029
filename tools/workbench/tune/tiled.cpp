// The decisions of a tiled schedule.
#include "tools/workbench/tune/tiled.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

namespace nestwright::tune::tiled {
namespace {

// The largest tile size that is tried along a loop: no CPU has registers for more accumulators.
constexpr std::int64_t most_tile = 32;

std::int64_t volume(const StageStructure& stage) {
  std::int64_t product = 1;
  for (const auto* loops : {&stage.pure, &stage.reduction}) {
    for (const Loop& loop : *loops) product *= std::max<std::int64_t>(loop.extent, 1);
  }
  return product;
}

std::string vector_option(const VectorLoop& vector) {
  using Kind = VectorLoop::Kind;
  switch (vector.kind) {
    case Kind::none:
      return "none";
    case Kind::shared:
      return vector.is_split ? fmt::format("{}:{}", vector.loop, vector.size) : vector.loop;
    case Kind::sum_only:
      return vector.loop + " of sums";
    case Kind::reduction:
      return vector.loop + " added up";
    case Kind::fused:
      return fmt::format("fused:{}", vector.size);
  }
  return {};
}

// The registers that a whole loop may fill as one vector, at most, and the extents that loops of partial sums and of
// reductions may have as one vector. All are choices.
constexpr std::int64_t most_registers_of_vector = 8;
constexpr std::int64_t least_lanes = 2, most_lanes = 32;
constexpr std::int64_t least_added_up = 4, most_added_up = 64;

// All orders are tried of up to so many loops: of three there are 6, of four already 24.
constexpr std::size_t few_loops = 3;

// How many of the sum's innermost loops may be unrolled, at most: a choice.
constexpr std::size_t most_unrolled_loops = 2;

// Every loop that may run in vectors, the likeliest first.
std::vector<VectorLoop> vector_loops(const Roles& roles, const Registers& registers) {
  using Kind = VectorLoop::Kind;
  std::vector<VectorLoop> found;
  // One register, two, half a register, then the sizes of other machines' registers.
  const std::vector<int> sizes = {registers.floats, 2 * registers.floats, registers.floats / 2, 4, 8, 16, 32};
  const auto add_shared = [&](const Loop& loop) {
    // The whole loop as one vector, which may fill several registers: then no vector is masked.
    if (loop.extent >= 2 && loop.extent <= most_registers_of_vector * registers.floats) {
      found.push_back({Kind::shared, loop.name, static_cast<int>(loop.extent)});
    }
    for (const int size : sizes) {
      const bool is_known = std::ranges::any_of(
          found, [&](const VectorLoop& other) { return other.loop == loop.name && other.size == size; });
      if (is_known || size < 2 || (loop.extent != dynamic_extent && loop.extent <= size)) continue;
      found.push_back({Kind::shared, loop.name, size, true});
    }
  };
  for (const Loop& loop : roles.output->pure) {
    if (loop.name == "b" && loop.extent == dynamic_extent) continue;
    if (roles.sum == nullptr || roles.sum->find(loop.name) != nullptr) add_shared(loop);
  }
  if (roles.sum != nullptr) {
    for (const Loop& loop : roles.sum->pure) {
      if (roles.output->find(loop.name) == nullptr && loop.extent >= least_lanes && loop.extent <= most_lanes) {
        found.push_back({Kind::sum_only, loop.name, static_cast<int>(loop.extent)});
      }
    }
    for (const Loop& loop : roles.sum->reduction) {
      if (loop.extent >= least_added_up && loop.extent <= most_added_up) {
        found.push_back({Kind::reduction, loop.name, static_cast<int>(loop.extent)});
      }
    }
  } else if (roles.output->pure.size() >= 2 && roles.output->pure[1].extent != dynamic_extent) {
    for (const int size : {registers.floats, registers.floats / 2}) found.push_back({Kind::fused, "value", size, true});
  }
  found.push_back({});
  return found;
}

// The loops of the output that may be tiled, and whose order outside the tile is a decision.
std::vector<Loop> tileable(const Roles& roles) {
  std::vector<Loop> loops;
  for (const Loop& loop : roles.output->pure) {
    if (loop.extent != dynamic_extent && loop.name != "lane") loops.push_back(loop);
  }
  return loops;
}

Axis tile_axis(const Loop& loop) {
  Axis axis = {.name = "tile " + loop.name, .options = {}};
  // Sizes that are tried although they may not divide the extent: a choice.
  const std::vector<std::int64_t> common = {1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24};
  for (std::int64_t size = 1; size <= std::min(loop.extent, most_tile); ++size) {
    const bool divides = loop.extent % size == 0;
    if (divides || std::ranges::find(common, size) != common.end()) axis.options.push_back(std::to_string(size));
  }
  return axis;
}

// Orders of loops, each a text of their names, innermost first. Of few_loops or fewer all orders, of more the given one
// and those that move one loop to the inside or to the outside.
std::vector<std::string> orders_of(std::vector<std::string> loops) {
  std::vector<std::string> orders = {fmt::format("{}", fmt::join(loops, " "))};
  const auto add = [&](const std::vector<std::string>& order) {
    std::string text = fmt::format("{}", fmt::join(order, " "));
    if (std::ranges::find(orders, text) == orders.end()) orders.push_back(std::move(text));
  };
  if (loops.size() <= few_loops) {
    std::vector<std::string> sorted = loops;
    std::ranges::sort(sorted);
    do add(sorted);
    while (std::ranges::next_permutation(sorted).found);
    return orders;
  }
  for (std::size_t i = 0; i < loops.size(); ++i) {
    std::vector<std::string> moved = loops;
    std::rotate(moved.begin(), moved.begin() + static_cast<std::ptrdiff_t>(i),
                moved.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    add(moved);
    moved = loops;
    std::rotate(moved.begin() + static_cast<std::ptrdiff_t>(i), moved.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                moved.end());
    add(moved);
  }
  return orders;
}

std::vector<std::string> names_of(const std::vector<Loop>& loops) {
  std::vector<std::string> names;
  for (const Loop& loop : loops) names.push_back(loop.name);
  return names;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

}  // namespace

std::optional<Roles> roles_of(const Structure& structure) {
  Roles roles;
  for (const StageStructure& stage : structure.stages) {
    if (stage.is_output && roles.output != nullptr) return std::nullopt;  // two outputs
    if (stage.is_output) roles.output = &stage;
  }
  for (const StageStructure& stage : structure.stages) {
    if (stage.reduction.empty() || (roles.sum != nullptr && volume(stage) <= volume(*roles.sum))) continue;
    if (!stage.is_output) roles.sum = &stage;
  }
  for (const StageStructure& stage : structure.stages) {
    if (&stage == roles.output || &stage == roles.sum) continue;
    const bool produces = roles.sum == nullptr || structure.depends_on(*roles.sum, stage.name);
    // A producer that adds up has to be complete before it is read, so it does not fit into a tile.
    if (produces && stage.updates > 0) return std::nullopt;
    (produces ? roles.producers : roles.consumers).push_back(&stage);
  }
  if (roles.sum == nullptr) return roles;
  for (const Loop& loop : roles.output->pure) {
    if (roles.sum->find(loop.name) == nullptr) return std::nullopt;
  }
  return roles;
}

std::vector<Axis> axes_of(const Structure& structure, const Roles& roles, const Registers& registers) {
  std::vector<Axis> axes;
  Axis vector = {.name = "vector", .options = {}};
  for (const VectorLoop& loop : vector_loops(roles, registers)) vector.options.push_back(vector_option(loop));
  axes.push_back(std::move(vector));
  for (const Loop& loop : tileable(roles)) {
    if (loop.extent > 1) axes.push_back(tile_axis(loop));
  }
  axes.push_back({"outer", orders_of(names_of(tileable(roles)))});
  for (const StageStructure* producer : roles.producers) {
    axes.push_back({"stage " + producer->name, {"inline", "root", "tile", "outer", "tile unrolled", "outer unrolled"}});
  }
  if (roles.sum == nullptr) return axes;
  Axis unrolled = {.name = "unrolled", .options = {"0"}};
  for (std::size_t i = 1; i <= std::min(most_unrolled_loops, roles.sum->reduction.size()); ++i) {
    unrolled.options.push_back(std::to_string(i));
  }
  axes.push_back(std::move(unrolled));
  axes.push_back({"inside", {"tile", "tile reversed", "taps"}});
  axes.push_back({"sum at", {"tile", "element"}});
  for (const StageStructure& input : structure.inputs) {
    const bool is_read = roles.sum->reads_from(input.name) && input.pure.size() >= 2;
    if (is_read) axes.push_back({"transpose " + input.name, {"no", "yes"}});
  }
  return axes;
}

Choices choices_of(const Roles& roles, const Registers& registers, const std::vector<Axis>& axes, const Point& point) {
  Choices choices = {.inside = "tile", .sum_at = "tile"};
  choices.vector = vector_loops(roles, registers).at(static_cast<std::size_t>(point.at(0)));
  std::map<std::string, std::string> chosen;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    chosen[axes[i].name] = axes[i].options.at(static_cast<std::size_t>(point.at(i)));
  }
  for (const auto& [name, option] : chosen) {
    const std::string what = name.substr(name.find(' ') + 1);
    if (name.starts_with("tile ")) choices.tile[what] = std::stoi(option);
    if (name.starts_with("stage ")) choices.placed[what] = option;
    if (name.starts_with("transpose ")) choices.is_transposed[what] = option == "yes";
  }
  for (const Loop& loop : roles.output->pure) choices.tile.emplace(loop.name, 1);
  choices.outer = words_of(chosen.at("outer"));
  if (roles.sum == nullptr) return choices;
  // The reduction's loops keep the algorithm's order, since a sum of floating-point numbers depends on it.
  choices.reduction = names_of(roles.sum->reduction);
  choices.unrolled = std::stoi(chosen.at("unrolled"));
  choices.inside = chosen.at("inside");
  choices.sum_at = chosen.at("sum at");
  return choices;
}

}  // namespace nestwright::tune::tiled
