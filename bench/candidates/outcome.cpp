#include "bench/candidates/outcome.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace nestwright::bench {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

bool are_right(const std::vector<Timing>& timings) { return std::ranges::all_of(timings, &Timing::is_right); }

}  // namespace

std::optional<std::size_t> winner_of(const Timings& timings) {
  std::vector<double> best;
  for (const auto& [index, sizes] : timings) {
    if (!are_right(sizes)) continue;
    best.resize(sizes.size(), infinity);
    for (std::size_t i = 0; i < sizes.size(); ++i) best[i] = std::min(best[i], sizes[i].seconds);
  }
  std::optional<std::size_t> winner;
  double least = infinity;
  for (const auto& [index, sizes] : timings) {
    if (!are_right(sizes)) continue;
    double sum = 0.0;
    for (std::size_t i = 0; i < sizes.size(); ++i) sum += sizes[i].seconds / best[i];
    if (sum < least) {
      least = sum;
      winner = index;
    }
  }
  return winner;
}

tune::Record trial_record(const CandidateTable& table, std::size_t index, const Timing& timing,
                          const std::string& gpu) {
  const Candidate& candidate = table.candidates.at(index);
  tune::Record record = {.kind = tune::Record::Kind::trial,
                         .key = table.key,
                         .source = table.source,
                         .schedule_hash = tune::hash_of(table.schedule),
                         .schedule = "",
                         .parameters = candidate.parameters,
                         .choices = "",
                         .seconds = timing.is_right() ? timing.seconds : infinity,
                         .batch = timing.batch};
  record.key.processor = gpu;
  record.parameters[tune::cuda_registers] = candidate.cuda_registers;
  return record;
}

tune::Record winner_record(const CandidateTable& table, std::size_t index, const Timing& timing,
                           const std::string& gpu) {
  tune::Record record = trial_record(table, index, timing, gpu);
  record.kind = tune::Record::Kind::winner;
  record.schedule = table.schedule;
  return record;
}

std::optional<std::vector<Timing>> recorded_timings(const std::vector<tune::Record>& records,
                                                    const CandidateTable& table, std::size_t index,
                                                    const std::vector<std::int64_t>& batches, const std::string& gpu) {
  std::vector<Timing> timings;
  for (const std::int64_t batch : batches) {
    const tune::Record wanted = trial_record(table, index, {.batch = batch, .seconds = 1.0, .complaint = ""}, gpu);
    const auto found = std::ranges::find_if(records, [&](const tune::Record& record) {
      return record.kind == tune::Record::Kind::trial && record.key == wanted.key && record.batch == batch &&
             record.schedule_hash == wanted.schedule_hash && record.parameters == wanted.parameters;
    });
    if (found == records.end()) return std::nullopt;
    timings.push_back({.batch = batch,
                       .seconds = found->seconds,
                       .complaint = found->seconds < infinity ? "" : "refused in an earlier run"});
  }
  return timings;
}

std::string row_of(const CandidateTable& table, std::size_t index, const Timing& timing, const std::string& gpu) {
  const Candidate& candidate = table.candidates.at(index);
  nlohmann::ordered_json row = {{"gpu", gpu},
                                {"operator", table.key.op},
                                {"layer", table.layer},
                                {"candidate", index},
                                {"parameters", candidate.parameters},
                                {"cuda_registers", candidate.cuda_registers},
                                {"registers", candidate.registers},
                                {"estimate", candidate.estimate},
                                {"batch", timing.batch},
                                {"microseconds", nullptr}};
  if (timing.is_right()) row["microseconds"] = 1e6 * timing.seconds;
  if (!timing.is_right()) row["complaint"] = timing.complaint;
  return row.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace nestwright::bench
