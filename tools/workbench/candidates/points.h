#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "dsl/schedule.h"

namespace nestwright::bench {

using Parameters = std::map<std::string, int>;

// Sets of the schedule's parameters near `shipped`, which has a value for each: `shipped` itself, then sets that differ
// from it in one parameter, then sets that differ in two. Sets that a `require` of the schedule forbids are left out;
// where more than `most` remain, some are taken, evenly spread. Pairs are tried because the shipped values were chosen
// by reasoning about one parameter after another, which misses what two can do together.
std::vector<Parameters> points_near(const dsl::Schedule& schedule, const Parameters& shipped, std::size_t most);

}  // namespace nestwright::bench
