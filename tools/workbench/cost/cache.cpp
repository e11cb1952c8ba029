#include "tools/workbench/cost/cache.h"

#include <fmt/format.h>

#include <algorithm>

#include "support/error.h"

namespace nestwright::cost {

Caches::Caches(const std::vector<CacheShape>& shapes) {
  for (const CacheShape& shape : shapes) {
    if (shape.ways < 1 || shape.line < 1 || shape.bytes < 1 || shape.bytes % (shape.ways * shape.line) != 0 ||
        shape.line != shapes.front().line) {
      throw Error(shape.name, fmt::format("cannot have {} bytes in {} ways of {}-byte lines; expected a multiple of "
                                          "ways * line, and the same line in all caches",
                                          shape.bytes, shape.ways, shape.line));
    }
    const std::int64_t sets = shape.bytes / (shape.ways * shape.line);
    levels_.push_back({.sets = sets,
                       .ways = shape.ways,
                       .stacks = std::vector<std::int64_t>(static_cast<std::size_t>(sets * shape.ways), -1),
                       .traffic = {}});
    line_ = shape.line;
  }
}

// A changed line leaves level depth - 1, so the next level that holds it holds a changed line from now on.
void Caches::write_back(std::size_t depth, std::int64_t changed) {
  for (; depth < levels_.size(); ++depth) {
    Level& level = levels_[depth];
    const auto begin = level.stacks.begin() + changed % level.sets * level.ways;
    const auto found =
        std::find_if(begin, begin + level.ways, [&](std::int64_t entry) { return entry >> 1 == changed; });
    if (found != begin + level.ways) {
      *found |= 1;
      return;
    }
    ++level.traffic.write_backs;
  }
}

bool Caches::touch(Level& level, std::size_t depth, std::int64_t touched, bool is_store) {
  const auto begin = level.stacks.begin() + touched % level.sets * level.ways;
  const auto end = begin + level.ways;
  auto found = begin;
  while (found != end && *found >> 1 != touched) ++found;
  const bool is_miss = found == end;
  if (is_miss) {
    --found;
    if (*found >= 0 && (*found & 1) != 0) {
      ++level.traffic.write_backs;
      write_back(depth + 1, *found >> 1);
    }
    *found = touched * 2;
  }
  const std::int64_t entry = *found | (is_store ? 1 : 0);
  std::move_backward(begin, found, found + 1);
  *begin = entry;
  return is_miss;
}

void Caches::access(std::int64_t address, std::int64_t bytes, bool is_store) {
  const std::int64_t first = address / line_;
  const std::int64_t last = (address + bytes - 1) / line_;
  last_missed_ = 0;
  for (std::size_t depth = 0; depth < levels_.size(); ++depth) {
    Level& level = levels_[depth];
    ++level.traffic.accesses;
    bool is_miss = false;
    for (std::int64_t touched = first; touched <= last; ++touched) {
      // A store changes the line in the first level only; the others learn of it when the line is written back.
      is_miss = touch(level, depth, touched, is_store && depth == 0) || is_miss;
    }
    if (!is_miss) return;
    ++level.traffic.misses;
    ++last_missed_;
  }
}

void Caches::reset_counts() {
  for (Level& level : levels_) level.traffic = {};
}

}  // namespace nestwright::cost
