#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "generators/records/records.h"
#include "generators/scheduling/apply_schedule.h"

namespace nestwright::tune {

// The winner that a file has for a kernel; nothing where it has none. `gpu`: the device, as its driver names it, whose
// records kernels for CUDA take; where none is named they take none, as the machine that compiles them has no such
// device, or another one. Throws Error for a damaged file.
std::optional<Record> recorded_winner(const std::filesystem::path& file, const BoundAlgorithm& bound,
                                      const Halide::Target& target, const std::string& gpu);

// The winner's schedule, to apply.
ScheduleSource schedule_of(const Record& winner, const std::filesystem::path& file);

}  // namespace nestwright::tune
