#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/candidates/candidate.h"
#include "bench/candidates/timing.h"
#include "generators/records/records.h"

namespace nestwright::bench {

// What became of a table's candidates, by their places in it: a timing for each batch size, in ascending order. Those
// that time did not suffice for are missing.
using Timings = std::map<std::size_t, std::vector<Timing>>;

// The candidate that is best over all batch sizes: the one with the least sum, over them, of its time beside the best
// time at that size. One that is wrong at any is none. Nothing where all are.
std::optional<std::size_t> winner_of(const Timings& timings);

// The records of a candidate on a GPU: what it took at a batch size, and that it won. A winner's time is that at the
// last, the largest batch size: one schedule is built for all.
tune::Record trial_record(const CandidateTable& table, std::size_t index, const Timing& timing, const std::string& gpu);
tune::Record winner_record(const CandidateTable& table, std::size_t index, const Timing& timing,
                           const std::string& gpu);

// What an earlier run recorded of the candidate at these batch sizes; nothing unless it is all of them.
std::optional<std::vector<Timing>> recorded_timings(const std::vector<tune::Record>& records,
                                                    const CandidateTable& table, std::size_t index,
                                                    const std::vector<std::int64_t>& batches, const std::string& gpu);

// A line of JSON, without its end.
std::string row_of(const CandidateTable& table, std::size_t index, const Timing& timing, const std::string& gpu);

}  // namespace nestwright::bench
