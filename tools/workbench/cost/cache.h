#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nestwright::cost {

// A cache of bytes / (ways * line) sets. Each set holds `ways` lines, of which the least recently used is replaced.
struct CacheShape {
  std::string name;
  std::int64_t bytes = 0;
  std::int64_t ways = 0;
  std::int64_t line = 64;  // bytes of a line
};

// What one level of the caches counts.
struct Traffic {
  std::int64_t accesses = 0;     // loads and stores that ask this level
  std::int64_t misses = 0;       // those of them that ask the next level, too
  std::int64_t write_backs = 0;  // changed lines that go to the next level
};

// Levels of set-associative caches with LRU replacement, which write changed lines back when they are replaced, and
// fetch a line that is stored to. A line that one level misses is asked for from the next. What such a cache misses
// follows from stack distances (Mattson et al. 1970, "Evaluation techniques for storage hierarchies"; per set: Hill and
// Smith 1989, "Evaluating associativity in CPU caches"), which are found here by keeping each set's stack.
class Caches {
 public:
  // `shapes`: the first level first, all with lines of the same size. Throws Error where the bytes of one are no whole
  // multiple of ways * line.
  explicit Caches(const std::vector<CacheShape>& shapes);

  // Makes one load or store of `bytes` from `address` on. It counts as one access of a level, and as one miss where the
  // level lacks any of its lines, as cachegrind counts.
  void access(std::int64_t address, std::int64_t bytes, bool is_store);

  const Traffic& traffic(std::size_t level) const { return levels_[level].traffic; }
  // How many levels missed the last access: 0 where the first level had all of its lines.
  int last_missed() const { return last_missed_; }
  // Sets the counts of all levels to 0. The lines stay in the caches.
  void reset_counts();
  std::int64_t line() const { return line_; }  // bytes

 private:
  struct Level {
    std::int64_t sets = 1;
    std::int64_t ways = 1;
    // `ways` entries for each set, the most recently used first: 2 * the line's number, + 1 if the line was changed; -1
    // for no line.
    std::vector<std::int64_t> stacks;
    Traffic traffic;
  };
  // Makes the line with the number `touched` the most recently used of its set. Returns whether the level, `depth`
  // levels below the first, missed it.
  bool touch(Level& level, std::size_t depth, std::int64_t touched, bool is_store);
  // Passes the line with the number `changed` to level `depth`, or, where that does not hold it, on to the levels
  // below.
  void write_back(std::size_t depth, std::int64_t changed);

  std::vector<Level> levels_;
  std::int64_t line_ = 64;
  int last_missed_ = 0;
};

}  // namespace nestwright::cost
