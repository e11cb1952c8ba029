// Schedules that compute each stage once for every block of images, in vectors along images.
#include "tools/workbench/tune/lanewise.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace nestwright::tune::lanewise {
namespace {

// The longest loop, in iterations, that may be unrolled: a choice.
constexpr std::int64_t most_unrolled = 16;

// The output with the most dimensions. The other outputs are computed within its loop over blocks.
const StageStructure& main_output(const Structure& structure) {
  return *std::ranges::max_element(structure.stages, {}, [](const StageStructure& stage) {
    return stage.is_output ? static_cast<int>(stage.pure.size()) : -1;
  });
}

bool is_short(const Loop& loop) { return loop.extent > 1 && loop.extent <= most_unrolled; }

std::vector<const Loop*> short_loops(const StageStructure& stage) {
  std::vector<const Loop*> loops;
  for (const Loop& loop : stage.updates > 0 ? stage.reduction : stage.pure) {
    if (is_short(loop) && loop.name != "lane") loops.push_back(&loop);
  }
  return loops;
}

}  // namespace

bool fits(const Structure& structure) {
  return std::ranges::all_of(structure.stages, [](const StageStructure& stage) {
    return !stage.is_output || (!stage.pure.empty() && stage.pure.front().name == "lane" && stage.find("b") != nullptr);
  });
}

std::vector<Axis> axes_of(const Structure& structure) {
  std::vector<Axis> axes;
  int outputs = 0;
  for (const StageStructure& stage : structure.stages) {
    if (!stage.is_output && stage.updates == 0) axes.push_back({"stage " + stage.name, {"inline", "block"}});
    if (!short_loops(stage).empty()) axes.push_back({"unroll " + stage.name, {"no", "yes"}});
    outputs += stage.is_output ? 1 : 0;
  }
  if (outputs > 1) axes.push_back({"outputs", {"together", "apart"}});
  return axes;
}

std::optional<std::string> statements_of(const Structure& structure, const std::vector<Axis>& axes,
                                         const Point& point) {
  std::map<std::string, std::string> chosen;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    chosen[axes[i].name] = axes[i].options.at(static_cast<std::size_t>(point.at(i)));
  }
  const StageStructure& output = main_output(structure);
  const bool is_apart = chosen.contains("outputs") && chosen.at("outputs") == "apart";
  std::string text;
  for (const StageStructure& stage : structure.stages) {
    const auto place = chosen.find("stage " + stage.name);
    const auto unroll = chosen.find("unroll " + stage.name);
    const bool unrolls = unroll != chosen.end() && unroll->second == "yes";
    const bool has_lanes = stage.find("lane") != nullptr && stage.find("lane")->extent > 1;
    const std::string vector = has_lanes ? ".vectorize(lane)" : "";
    if (place != chosen.end() && place->second == "inline") {
      if (unrolls) return std::nullopt;
      continue;
    }
    std::string unrolled;
    for (const Loop* loop : short_loops(stage)) unrolled += fmt::format(".unroll({})", loop->name);
    if (!unrolls) unrolled.clear();
    std::string at;
    if (stage.is_output) {
      at = &stage == &output || is_apart ? ".compute_root()" : fmt::format(".compute_with({}, b)", output.name);
    } else {
      at = is_apart ? ".compute_root()" : fmt::format(".compute_at({}, b)", output.name);
    }
    text += fmt::format("{}{}{}{}\n", stage.name, at, vector, stage.updates == 0 ? unrolled : "");
    for (int update = 0; update < stage.updates; ++update) {
      std::vector<std::string> order;
      if (has_lanes) order.emplace_back("lane");
      for (const Loop& loop : stage.reduction) order.push_back(loop.name);
      text +=
          fmt::format("{}.update({}){}{}{}\n", stage.name, update,
                      order.size() > 1 ? fmt::format(".reorder({})", fmt::join(order, ", ")) : "", vector, unrolled);
    }
  }
  return text;
}

}  // namespace nestwright::tune::lanewise
