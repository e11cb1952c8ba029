#include "support/nearest_name.h"

#include <algorithm>
#include <numeric>

namespace nestwright {

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  // Levenshtein distance, one row at a time (Wagner and Fischer, 1974).
  const auto distance = [&](std::string_view other) {
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < name.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i + 1;
      for (std::size_t j = 0; j < other.size(); ++j) {
        const std::size_t substituted = diagonal + (name[i] == other[j] ? 0 : 1);
        diagonal = row[j + 1];
        row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substituted});
      }
    }
    return row.back();
  };
  std::string nearest;
  std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    if (const std::size_t d = distance(candidate); d < least) {
      least = d;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace nestwright
