#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "generators/records/records.h"
#include "generators/scheduling/apply_schedule.h"

namespace nestwright::tune {

// The fastest schedule that `file` records for a kernel of `bound` on `target`; nothing where it has none. A kernel for
// CUDA takes the records of the device that `gpu` names (as its driver calls it), because the machine that compiles
// seldom has the device that the kernel is for; where `gpu` is empty it takes none. Throws Error for a damaged file.
std::optional<Record> recorded_winner(const std::filesystem::path& file, const BoundAlgorithm& bound,
                                      const Halide::Target& target, const std::string& gpu);

// The schedule that a winner holds, to apply; `file` is what messages call it.
ScheduleSource schedule_of(const Record& winner, const std::filesystem::path& file);

}  // namespace nestwright::tune
