#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "generators/records/records.h"
#include "generators/scheduling/apply_schedule.h"
#include "tools/workbench/tune/search.h"

namespace nestwright::tune {

// What to tune, and for how long.
struct Request {
  std::string op;
  std::string algorithm = {};  // empty: the operator's default, or the one that `schedule` is for
  Shape shape;                 // complete
  std::optional<ScheduleSource> schedule =
      {};  // its parameters are searched; none: a template's schedules are searched
  // Schedules from elsewhere, for example of autoschedulers, which are tried first.
  std::vector<ScheduleSource> seeds = {};
  std::int64_t batch = 64;      // images that a timed call takes
  std::int64_t parameters = 0;  // that an optimiser's kernel updates in a timed call
  double budget = 60.0;         // seconds
  std::uint64_t seed = 0;
  std::filesystem::path records = {};  // trials are added here, and those of earlier runs taken over; empty: none
};

// How far a search is.
struct Progress {
  double seconds = 0.0;        // since the start
  int tried = 0;               // candidates of this run, refused ones among them
  std::string trying;          // the choices of the latest candidate
  double latest = 0.0;         // seconds of its call; infinity where it was refused
  std::optional<double> best;  // seconds of the best candidate's call so far
};

struct Tuned {
  Outcome outcome;
  std::optional<Record> winner;  // none where nothing could be compiled and verified
  double points = 0.0;           // how many points the space has
};

// Searches for the fastest schedule, and adds trials and winner to the records. Stops early, with the best so far, when
// `is_stopped` returns true. Calls `tell` after each trial. Throws Error where there is nothing to tune, and where the
// file of records is damaged.
Tuned tune(const Request& request, const std::function<bool()>& is_stopped,
           const std::function<void(const Progress&)>& tell);

}  // namespace nestwright::tune
