#pragma once

#include <string>
#include <vector>

namespace nestwright::bench {

// The candidates of one kernel, as `nestwright-choose-candidates` writes them.
struct CompiledCandidates {
  std::string json;                                  // the table, for parse_candidates()
  std::vector<int (*)(void** arguments)> functions;  // the function of each candidate, in the table's order
};

// The candidates of every kernel that this program was built with.
std::vector<CompiledCandidates> compiled_candidates();

}  // namespace nestwright::bench
