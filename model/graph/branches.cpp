#include "model/graph/branches.h"

#include <algorithm>

namespace nestwright {

std::vector<BranchPlace> branches_of(const std::vector<std::vector<std::size_t>>& dependencies) {
  std::vector<BranchPlace> places;
  std::vector<std::size_t> last;  // [branch]: its last node so far
  for (std::size_t node = 0; node < dependencies.size(); ++node) {
    const std::vector<std::size_t>& earlier = dependencies[node];
    const auto branch = std::ranges::find_if(
        last, [&](std::size_t of_branch) { return std::ranges::find(earlier, of_branch) != earlier.end(); });
    BranchPlace& place = places.emplace_back(BranchPlace{.branch = static_cast<std::size_t>(branch - last.begin())});
    for (const std::size_t other : earlier) {
      if (places[other].branch != place.branch) place.after.push_back(other);
    }
    if (branch == last.end()) last.push_back(node);
    last[place.branch] = node;
  }
  return places;
}

}  // namespace nestwright
