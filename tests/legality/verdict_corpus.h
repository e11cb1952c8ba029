#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "tests/legality/schedule_drawer.h"

namespace nestwright {

// A line of a file of verdicts: operator, algorithm | what is said | statements.
struct VerdictEntry {
  std::string op, algorithm;
  std::string reason;  // or "legal"
  std::string statements;
};
void PrintTo(const VerdictEntry& entry, std::ostream* stream);
std::vector<VerdictEntry> read_verdicts(const std::string& file);

// The operator at a shape that is small, and large enough for every loop to have two iterations.
DrawnUse small_use(const std::string& op, const std::string& algorithm);

// A schedule file with these statements. `purpose`: cpu, gpu or any.
std::string schedule_of(const DrawnUse& use, const std::string& purpose, const std::string& statements);

}  // namespace nestwright
