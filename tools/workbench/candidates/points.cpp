#include "tools/workbench/candidates/points.h"

#include <algorithm>

#include "dsl/check.h"

namespace nestwright::bench {
namespace {

// The sets that differ from `point` in one parameter: `tunes[first]` or a later one, with each of its other values.
std::vector<Parameters> one_changed(const std::vector<dsl::Tune>& tunes, std::size_t first, const Parameters& point) {
  std::vector<Parameters> changed;
  for (std::size_t i = first; i < tunes.size(); ++i) {
    for (const int value : tunes[i].candidates) {
      if (value == point.at(tunes[i].name)) continue;
      changed.push_back(point);
      changed.back()[tunes[i].name] = value;
    }
  }
  return changed;
}

// At most `most` of `all`, evenly spread.
std::vector<Parameters> thinned(const std::vector<Parameters>& all, std::size_t most) {
  if (all.size() <= most) return all;
  std::vector<Parameters> kept;
  for (std::size_t i = 0; i < most; ++i) kept.push_back(all[i * all.size() / most]);
  return kept;
}

}  // namespace

std::vector<Parameters> points_near(const dsl::Schedule& schedule, const Parameters& shipped, std::size_t most) {
  const std::vector<dsl::Tune> tunes = dsl::tunes(schedule);
  std::vector<Parameters> near = one_changed(tunes, 0, shipped), pairs;
  for (const Parameters& point : near) {
    const auto changed = std::ranges::find_if(
        tunes, [&](const dsl::Tune& tune) { return point.at(tune.name) != shipped.at(tune.name); });
    const auto further = one_changed(tunes, static_cast<std::size_t>(changed - tunes.begin()) + 1, point);
    pairs.insert(pairs.end(), further.begin(), further.end());
  }
  const auto is_refused = [&](const Parameters& point) { return !dsl::fulfils_requirements(schedule, point); };
  std::erase_if(near, is_refused);
  std::erase_if(pairs, is_refused);
  std::vector<Parameters> points = {shipped};
  for (const auto* group : {&near, &pairs}) {
    const std::vector<Parameters> some = thinned(*group, most - std::min(most, points.size()));
    points.insert(points.end(), some.begin(), some.end());
  }
  return points;
}

}  // namespace nestwright::bench
