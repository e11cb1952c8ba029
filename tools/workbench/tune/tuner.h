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
  std::string algorithm = {};                   // empty: the operator's default, or the one that `schedule` is for
  Shape shape;                                  // complete
  std::optional<ScheduleSource> schedule = {};  // whose parameters are searched; none: schedules made by templates are
  // Schedules from elsewhere (of autoschedulers, say), tried first beside those of the templates.
  std::vector<ScheduleSource> seeds = {};
  std::int64_t batch = 64;
  std::int64_t parameters = 0;  // that an optimiser updates
  double budget = 60.0;         // seconds
  std::uint64_t seed = 0;
  std::filesystem::path records = {};  // what was tried is added, and gone on from; empty: nowhere
};

// How far it is.
struct Progress {
  double seconds = 0.0;  // since the start
  int tried = 0;         // of this run, refused ones included
  std::string trying;    // the choices of the latest
  double latest = 0.0;   // its seconds; infinity: refused
  std::optional<double> best;
};

struct Tuned {
  Outcome outcome;
  std::optional<Record> winner;  // none where nothing could be compiled and verified
  double points = 0.0;           // how many there are
};

// Searches, and adds the winner to the records. Stops early when `is_stopped`, with the best so far. Throws Error
// where the request can't be fulfilled: nothing to tune, a damaged file of records.
Tuned tune(const Request& request, const std::function<bool()>& is_stopped,
           const std::function<void(const Progress&)>& tell);

}  // namespace nestwright::tune
