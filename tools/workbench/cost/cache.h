#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nestwright::cost {

// A cache: `ways` lines in each of size / (ways * line) sets, the least recently used one of which is replaced.
struct CacheShape {
  std::string name;
  std::int64_t bytes = 0;
  std::int64_t ways = 0;
  std::int64_t line = 64;
};

struct Traffic {
  std::int64_t accesses = 0;     // lines that are asked for
  std::int64_t misses = 0;       // lines that come from the next level
  std::int64_t write_backs = 0;  // lines that go there, changed
};

// Set-associative caches with LRU replacement, write-back, allocating on writes; a line that one misses is asked for
// from the next. What such a cache misses follows from stack distances (Mattson et al. 1970, "Evaluation techniques for
// storage hierarchies"; per set: Hill and Smith 1989, "Evaluating associativity in CPU caches"), which are found here
// by keeping each set's stack.
class Caches {
 public:
  // The first level first; all with the same line. Throws Error where a size is not ways * line * a whole number.
  explicit Caches(const std::vector<CacheShape>& shapes);

  // One load or store of `bytes` from `address` on, which counts as one access, and as one miss of a level where any
  // of its lines misses it, as cachegrind counts.
  void access(std::int64_t address, std::int64_t bytes, bool is_store);

  const Traffic& traffic(std::size_t level) const { return levels_[level].traffic; }
  // Of the last access: how many levels missed it.
  int last_missed() const { return last_missed_; }
  void reset_counts();
  std::int64_t line() const { return line_; }

 private:
  struct Level {
    std::int64_t sets = 1;
    std::int64_t ways = 1;
    std::vector<std::int64_t> stacks;  // of each set: 2 * line + (1 where changed), the latest first; -1: nothing
    Traffic traffic;
  };
  bool touch(Level& level, std::size_t depth, std::int64_t line, bool is_store);
  void write_back(std::size_t depth, std::int64_t line);

  std::vector<Level> levels_;
  std::int64_t line_ = 64;
  int last_missed_ = 0;
};

}  // namespace nestwright::cost
