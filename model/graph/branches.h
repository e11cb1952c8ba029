#pragma once

#include <cstddef>
#include <vector>

namespace nestwright {

// Where a node runs among others: on a branch, whose nodes follow each other, and after nodes of other branches.
struct BranchPlace {
  std::size_t branch = 0;
  std::vector<std::size_t> after;

  friend bool operator==(const BranchPlace&, const BranchPlace&) = default;
};

// Deals nodes to branches that run side by side, by what each waits for (dependencies_of()). A node goes on where one
// that it waits for was the last, or begins a branch.
std::vector<BranchPlace> branches_of(const std::vector<std::vector<std::size_t>>& dependencies);

}  // namespace nestwright
