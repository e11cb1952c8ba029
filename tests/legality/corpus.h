#pragma once

#include <string>
#include <vector>

#include "tests/legality/schedule_drawer.h"

namespace nestwright {

// A line of verdicts.txt.
struct CorpusEntry {
  std::string op, algorithm;
  std::string reason;  // or "legal"
  std::string statements;
};

std::vector<CorpusEntry> corpus();

// A small shape of the operator, which is large enough for every loop to have two iterations.
DrawnUse small_use(const std::string& op, const std::string& algorithm);

// The text of a schedule file with the statements.
std::string schedule_of(const DrawnUse& use, const std::string& statements);

}  // namespace nestwright
