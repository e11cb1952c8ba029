#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tools/workbench/tune/space.h"

namespace nestwright::tune {

// A candidate that is compiled and ready to run.
struct Prepared {
  std::function<double()> sample;  // takes one sample: the seconds of a call, with the machine's noise
  std::function<bool()> is_right;  // verifies its results; called once, for candidates that might win
};

// A point that was tried, and the seconds of a call of its candidate: infinity where it can't be compiled or is wrong.
struct Trial {
  Point point;
  double seconds = 0.0;
};

// What is searched.
struct Problem {
  std::vector<Axis> axes;
  std::vector<Point> starts;  // tried first, in this order
  // Whether a point is worth a try at all. It must be cheap: it is called for thousands of points.
  std::function<bool(const Point&)> is_allowed;
  // A guess of a candidate's time, in any unit. Points with a small guess are tried early.
  std::function<double(const Point&)> guess;
  // Compiles the candidate of a point; nothing where it can't be compiled. It is called once for each point that is
  // tried, and for finalists that are known from an earlier run, by as many threads at once as the plan has preparers.
  std::function<std::optional<Prepared>(const Point&)> prepare;
  std::vector<Trial> known = {};  // trials of an earlier run
};

// How a search goes about. The numbers of finalists and samples are choices.
struct Plan {
  std::uint64_t seed = 0;
  int preparers = 1;         // how many candidates are prepared at once, each by a thread of its own
  int finalists = 6;         // how many are timed again, side by side, before one is chosen
  int first_samples = 3;     // of every candidate; the least counts, since noise only adds
  int final_samples = 9;     // of every finalist in the first final round, doubled in each that follows
  double final_share = 0.2;  // of the budget, which is kept for the final rounds
};

// How long a search goes on.
struct Limits {
  std::function<double()> used;                             // the share of the budget that is used: 1 is all of it
  std::function<bool()> is_stopped = [] { return false; };  // whether to stop at once
};

struct Outcome {
  std::optional<Trial> best;  // none where nothing could be compiled and verified
  int tried = 0;              // candidates that were timed
  int refused = 0;            // candidates that could not be compiled, or were wrong
  int known = 0;              // trials that were taken from an earlier run
  bool is_exhausted = false;  // every allowed point was tried
};

// Searches for the fastest point. It tries the points of least guess first, and then, in turn, those and neighbours of
// the best so far, which differ from one of them on one or two axes. At the end the best `finalists` are timed side by
// side, in rounds that halve their number and double the samples (successive halving: Jamieson and Talwalkar 2016,
// algorithm 1); their medians count. Only a candidate that `is_right` becomes the best. `tell` is called after each new
// trial, with the trial and with the best so far, which may be the same.
Outcome search(const Problem& problem, const Plan& plan, const Limits& limits,
               const std::function<void(const Trial& trial, const std::optional<Trial>& best)>& tell);

}  // namespace nestwright::tune
