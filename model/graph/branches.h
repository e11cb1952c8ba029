#pragma once

#include <cstddef>
#include <vector>

namespace nestwright {

// Where a node runs: on a branch, after the nodes that the branch has before it, and after some of other branches.
struct BranchPlace {
  std::size_t branch = 0;
  std::vector<std::size_t> after;  // the nodes of other branches that have to be done first

  friend bool operator==(const BranchPlace&, const BranchPlace&) = default;
};

// Deals nodes to branches that run side by side, and gives the place of each. `dependencies` says for each node which
// earlier ones it waits for (dependencies_of()). A node continues a branch whose last node it waits for; where there is
// none, it begins a branch.
std::vector<BranchPlace> branches_of(const std::vector<std::vector<std::size_t>>& dependencies);

}  // namespace nestwright
