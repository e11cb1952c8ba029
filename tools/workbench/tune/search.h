#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tools/workbench/tune/space.h"

namespace nestwright::tune {

// A candidate that was made ready to run.
struct Prepared {
  std::function<double()> sample;  // times it once: seconds of a call, with the machine's noise
  std::function<bool()> is_right;  // whether its results are; asked once, and only of candidates that might win
};

// What was tried, and how long it took: infinity where it can't be compiled or is wrong.
struct Trial {
  Point point;
  double seconds = 0.0;
};

// What is searched. `prepare` is called once a point, and once more for a finalist that is known from an earlier run;
// by as many threads at once as the plan has preparers.
struct Problem {
  std::vector<Axis> axes;
  std::vector<Point> starts;  // tried first, in this order
  // Whether a point is worth a try at all: cheap, and asked for thousands.
  std::function<bool(const Point&)> is_allowed;
  // A guess of its time, in any unit: what is tried early.
  std::function<double(const Point&)> guess;
  // Nothing where the candidate can't be compiled.
  std::function<std::optional<Prepared>(const Point&)> prepare;
  std::vector<Trial> known = {};  // from an earlier run
};

struct Plan {
  std::uint64_t seed = 0;
  int preparers = 1;         // how many candidates are made ready at once, by threads of their own
  int finalists = 6;         // how many are timed again, side by side, before one is chosen
  int first_samples = 3;     // of every candidate: the least counts, as noise only adds
  int final_samples = 9;     // in the first of the final rounds, doubled in each that follows
  double final_share = 0.2;  // of the budget, kept for the final rounds
};

// The budget, from 0 to 1 and beyond, and whether to stop at once.
struct Limits {
  std::function<double()> used;
  std::function<bool()> is_stopped = [] { return false; };
};

struct Outcome {
  std::optional<Trial> best;  // none where nothing could be compiled and verified
  int tried = 0;              // candidates that were timed
  int refused = 0;            // that could not be compiled, or were wrong
  int known = 0;              // taken from an earlier run
  bool is_exhausted = false;  // every allowed point was tried
};

// Searches for the fastest point: first the points of least guess; then, in turn, those and neighbours of the best so
// far (one or two axes changed). The best `finalists` are then timed in turn in rounds that halve their number and
// double the samples (successive halving: Jamieson and Talwalkar 2016, algorithm 1), by their medians. A candidate is
// best only after `is_right`. `tell` is called for each new trial, and with the best so far (which it may be).
Outcome search(const Problem& problem, const Plan& plan, const Limits& limits,
               const std::function<void(const Trial& trial, const std::optional<Trial>& best)>& tell);

}  // namespace nestwright::tune
