#include "generators/records/recorded_schedule.h"

#include <fmt/format.h>

#include "generators/records/algorithm_key.h"

namespace nestwright::tune {

std::optional<Record> recorded_winner(const std::filesystem::path& file, const BoundAlgorithm& bound,
                                      const Halide::Target& target, const std::string& gpu) {
  if (!target.has_gpu_feature()) return best_record(read_records(file), record_key(bound, target));
  if (gpu.empty() || !target.has_feature(Halide::Target::CUDA)) return std::nullopt;
  return best_record(read_records(file), record_key(bound, target, gpu));
}

ScheduleSource schedule_of(const Record& winner, const std::filesystem::path& file) {
  ScheduleSource schedule = {.file = fmt::format("{} ({})", file.string(), winner.source),
                             .text = winner.schedule,
                             .parameters = winner.parameters};
  schedule.parameters.erase(cuda_registers);
  return schedule;
}

}  // namespace nestwright::tune
