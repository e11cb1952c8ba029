#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "dsl/schedule.h"

namespace nestwright::bench {

using Parameters = std::map<std::string, int>;

// The schedule's parameters that are worth a look beside `shipped`, which has a value for each: itself, then all that
// differ from it in one parameter, then those that differ in two; those alone that every `require` allows, and at most
// `most`. What ships was tuned by reasoning, one decision after another: what that misses are pairs of decisions.
std::vector<Parameters> points_near(const dsl::Schedule& schedule, const Parameters& shipped, std::size_t most);

}  // namespace nestwright::bench
