#include "tools/workbench/comparison_json.h"

#include <nlohmann/json.hpp>

#include "support/machine.h"

namespace nestwright::workbench {
namespace {

using Json = nlohmann::ordered_json;

Json entry_json(const CompareResult& result, const Entry& entry) {
  Json json = {{"name", entry.name}, {"rival", entry.is_rival}};
  if (!entry.parameters.empty()) json["parameters"] = entry.parameters;
  if (!entry.is_timed()) {
    json["reason"] = entry.reason;
    return json;
  }
  const double seconds = entry.timing.median_seconds;
  json["median_seconds"] = seconds;
  json["spread"] = entry.timing.spread;
  json["gflops"] = result.flops / seconds / 1e9;
  json["percentage_of_peak"] = 100.0 * result.flops / seconds / result.peak;
  if (entry.is_rival) return json;
  json["largest_error"] = entry.errors.largest_error;
  json["largest_error_of_allowed"] = entry.errors.largest_share;
  if (const auto rival = result.best_rival_seconds()) json["ratio_to_best_rival"] = *rival / seconds;
  if (entry.prediction) {
    json["predicted_seconds"] = entry.prediction->seconds;
    for (const auto& [level, bytes] : entry.prediction->bytes) json["predicted_bytes_beyond"][level] = bytes;
  }
  json["loop_nest"] = entry.loop_nest;
  return json;
}

Json result_json(const CompareResult& result) {
  Json entries = Json::array();
  for (const Entry& entry : result.entries) entries.push_back(entry_json(result, entry));
  return {{"op", result.use.op},
          {"where", result.use.where},
          {"shape", result.use.shape.text()},
          {"batch", result.batch},
          {"flops", result.flops},
          {"peak_gflops", result.peak / 1e9},
          {"least_bytes", result.least_bytes},
          {"memory_gbytes_per_second", result.bandwidth / 1e9},
          {"entries", std::move(entries)}};
}

}  // namespace

std::string comparisons_json(const std::vector<CompareResult>& results) {
  Json list = Json::array();
  for (const CompareResult& result : results) list.push_back(result_json(result));
  const Json json = {{"report", "nestwright compare"},
                     {"version", 1},
                     {"machine", {{"cpu", processor_name()}, {"threads", 1}}},
                     {"comparisons", std::move(list)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace nestwright::workbench
