#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dsl/polyhedral/kernel_memory.h"

namespace nestwright::polyhedral {

// Two threads of a GPU and an element of private memory that one of them computes and keeps, and the other reads.
struct ThreadConflict {
  PrivateMemory memory;
  // Whether all indices, conditions and extents could be told, and a group is known to have these threads; else the two
  // may be none.
  bool is_certain = true;
  std::vector<int> dimensions;               // of the loops over threads within the memory
  std::vector<std::int64_t> writer, reader;  // the threads' numbers in these dimensions
  std::int64_t element = 0;                  // counted from the first that is kept
  // The iteration of the producer's loops in which it is computed, and values of what stands around the memory, of the
  // kernel's arguments and of other expressions; by Halide's names and texts.
  std::vector<std::pair<std::string, std::int64_t>> iteration = {};
  std::map<std::string, std::int64_t> around = {};
};

// The first element that a thread reads, but does not compute itself, if there is one. `updates_of`: how many updates a
// Func has, by Halide's name; the thread that reads an element has to do all of its updates.
std::optional<ThreadConflict> find_thread_conflict(const PrivateMemory& memory,
                                                   const std::function<int(const std::string&)>& updates_of);

}  // namespace nestwright::polyhedral
