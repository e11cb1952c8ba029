#include "tests/legality/verdict_corpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>

namespace nestwright {

void PrintTo(const VerdictEntry& entry, std::ostream* stream) { *stream << entry.op << ": " << entry.statements; }

std::vector<VerdictEntry> read_verdicts(const std::string& file) {
  std::ifstream stream(file);
  std::vector<VerdictEntry> entries;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with('#')) continue;
    const std::size_t space = line.find(' '), first = line.find(" | "), second = line.find(" | ", first + 1);
    entries.push_back({.op = line.substr(0, space),
                       .algorithm = line.substr(space + 1, first - space - 1),
                       .reason = line.substr(first + 3, second - first - 3),
                       .statements = line.substr(second + 3)});
  }
  return entries;
}

DrawnUse small_use(const std::string& op, const std::string& algorithm) {
  static const std::map<std::string, std::int64_t> extents = {
      {"lanes", 4},        {"width", 6},         {"height", 5},    {"in_channels", 2}, {"out_channels", 3},
      {"kernel_width", 2}, {"kernel_height", 2}, {"window", 2},    {"channels", 2},    {"in_features", 6},
      {"out_features", 4}, {"classes", 5},       {"size", 6},      {"stride", 1},      {"nesterov", 0},
      {"hidden1", 4},      {"hidden2", 3},       {"channels1", 2}, {"kernel1", 2},     {"channels2", 2},
      {"kernel2", 2},      {"window2", 1}};
  Shape shape;
  for (const ShapeParameter& parameter : find_signature(op).parameters) {
    const auto found = extents.find(parameter.name);
    if (found != extents.end()) {
      shape.set(parameter.name, found->second);
    } else if (!parameter.has_default) {
      shape.set(parameter.name, std::max<std::int64_t>(parameter.minimum, 3));
    }
  }
  return {op, algorithm, complete_shape(find_signature(op), shape)};
}

std::string schedule_of(const DrawnUse& use, const std::string& purpose, const std::string& statements) {
  return fmt::format("schedule {} using {} for {}\n{}", use.op, use.algorithm, purpose, statements);
}

}  // namespace nestwright
