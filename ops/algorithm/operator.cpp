#include "ops/algorithm/operator.h"

#include <fmt/format.h>

#include "ops/algorithm/families.h"
#include "ops/signature/signature.h"
#include "support/error.h"

namespace nestwright::ops {

const std::vector<Operator>& all_operators() {
  static const std::vector<Operator> operators = [] {
    std::vector<Operator> all;
#define NESTWRIGHT_OPERATORS_OF(family) family##_operators(),
    for (const auto& family : {NESTWRIGHT_FAMILIES(NESTWRIGHT_OPERATORS_OF)}) {
#undef NESTWRIGHT_OPERATORS_OF
      all.insert(all.end(), family.begin(), family.end());
    }
    return all;
  }();
  return operators;
}

const Operator& find_operator(std::string_view name, std::string_view algorithm) {
  const Signature& signature = find_signature(name);
  std::vector<std::string> algorithms;
  for (const Operator& candidate : all_operators()) {
    if (candidate.name != signature.name) continue;
    if (algorithm.empty() || candidate.algorithm == algorithm) return candidate;
    algorithms.push_back(candidate.algorithm);
  }
  throw Error(signature.name, fmt::format("no algorithm '{}'; it has: {}", algorithm, fmt::join(algorithms, ", ")));
}

}  // namespace nestwright::ops
