#pragma once

#include <string>
#include <vector>

namespace nestwright::bench {

// A table of candidates and their functions, in its order, as `nestwright-choose-candidates` writes them.
struct CompiledCandidates {
  std::string json;  // parse_candidates()
  std::vector<int (*)(void** arguments)> functions;
};

// All that a program was built with, a kernel each.
std::vector<CompiledCandidates> compiled_candidates();

}  // namespace nestwright::bench
