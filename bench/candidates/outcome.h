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

// The timings of a table's candidates, by the candidate's index in the table: one timing for each batch size, in
// ascending order of the sizes. A candidate that there was no time for is missing.
using Timings = std::map<std::size_t, std::vector<Timing>>;

// The index of the candidate that is best over all batch sizes: at each size its time is divided by the best time of
// any candidate, and the sum of these ratios is the least. A candidate that is wrong at any size can't win. Nothing
// where every candidate is wrong at some size.
std::optional<std::size_t> winner_of(const Timings& timings);

// The records of candidate `index` on the GPU that is called `gpu`: one of its time at a batch size, and one that it
// won. A winner's `timing` is that at the largest batch size, as one schedule is built for all sizes.
tune::Record trial_record(const CandidateTable& table, std::size_t index, const Timing& timing, const std::string& gpu);
tune::Record winner_record(const CandidateTable& table, std::size_t index, const Timing& timing,
                           const std::string& gpu);

// The timings of candidate `index` at `batches`, in that order, from the records of an earlier run on the same GPU.
// Nothing where the records lack one of these batch sizes.
std::optional<std::vector<Timing>> recorded_timings(const std::vector<tune::Record>& records,
                                                    const CandidateTable& table, std::size_t index,
                                                    const std::vector<std::int64_t>& batches, const std::string& gpu);

// The timing of candidate `index` as one line of JSON, without the line's end.
std::string row_of(const CandidateTable& table, std::size_t index, const Timing& timing, const std::string& gpu);

}  // namespace nestwright::bench
