#include "tools/workbench/explain_text.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

namespace nestwright::workbench {
namespace {

using cost::ExplainedLevel;
using cost::Explanation;

std::string bytes_text(double bytes) {
  if (bytes < 10'000.0) return fmt::format("{:.0f} B", bytes);
  if (bytes < 10e6) return fmt::format("{:.1f} kB", bytes / 1e3);
  return fmt::format("{:.1f} MB", bytes / 1e6);
}

std::string time_text(double seconds) {
  return seconds < 1e-3 ? fmt::format("{:.2f} us", seconds * 1e6) : fmt::format("{:.3f} ms", seconds * 1e3);
}

// The name of a cache's traffic, made of the two levels between which it moves.
std::string link_name(const Explanation& explanation, std::size_t level) {
  const bool is_last = level + 1 == explanation.levels.size();
  return explanation.levels[level].cache.name + " - " + (is_last ? "memory" : explanation.levels[level + 1].cache.name);
}

std::string level_text(const ExplainedLevel& level) {
  if (level.bound.bytes <= 0.0) return fmt::format("{} (least possible: 0)", bytes_text(level.bytes()));
  return fmt::format("{} ({:.1f} x the least possible)", bytes_text(level.bytes()), level.bytes() / level.bound.bytes);
}

std::string intensity_text(const Explanation& explanation) {
  const double bytes = explanation.levels.front().bytes();
  if (bytes <= 0.0) return "no traffic beyond L1";
  return fmt::format("{:.1f} operations a byte beyond {}", explanation.flops / bytes,
                     explanation.levels.front().cache.name);
}

// The lines that describe an explanation. Every explanation has the same lines, so that several can stand side by side.
std::vector<std::pair<std::string, std::string>> lines_of(const Explanation& explanation) {
  std::vector<std::pair<std::string, std::string>> lines = {
      {"operations", fmt::format("{:.4g} million in {:.4g} million instructions", explanation.flops / 1e6,
                                 explanation.instructions / 1e6)},
      {"registers - L1", fmt::format("{} ({} loads, {} stores)", bytes_text(explanation.register_bytes),
                                     explanation.loads, explanation.stores)}};
  for (std::size_t i = 0; i < explanation.levels.size(); ++i) {
    lines.emplace_back(link_name(explanation, i), level_text(explanation.levels[i]));
  }
  lines.emplace_back("arithmetic intensity", intensity_text(explanation));
  lines.emplace_back("vector lanes",
                     fmt::format("{:.1f} used of {:.0f}", std::min(explanation.lanes, explanation.target_lanes),
                                 explanation.target_lanes));
  lines.emplace_back("registers",
                     fmt::format("{} live of {}", explanation.live_registers, explanation.vector_registers));
  lines.emplace_back("spills in the code",
                     fmt::format("{} stores, {} reloads; {} of them in loops", explanation.spills.stores,
                                 explanation.spills.reloads, explanation.spills.in_loops));
  lines.emplace_back("parallel tasks", fmt::format("{:.0f}", explanation.parallel_tasks));
  for (const cost::Resource& resource : explanation.time.resources) {
    lines.emplace_back("time of " + resource.name, time_text(resource.seconds));
  }
  const cost::Resource& binding = explanation.time.binding();
  lines.emplace_back("roofline bound", fmt::format("{} by {}", time_text(binding.seconds), binding.name));
  lines.emplace_back("predicted time",
                     fmt::format("{}, {:.1f} GFLOP/s on one thread", time_text(explanation.time.seconds),
                                 explanation.flops / explanation.time.seconds / 1e9));
  return lines;
}

}  // namespace

std::string loops_text(const Explanation& explanation) {
  std::string text =
      fmt::format("{:<46} {:>8} {:>12} {:>12} {:>7}\n", "loop", "trips", "one trip's", "all trips'", "reuse");
  for (const cost::ExplainedLoop& loop : explanation.loops) {
    const auto bytes = [&](double lines) { return bytes_text(lines * static_cast<double>(explanation.line)); };
    const std::string name = std::string(static_cast<std::size_t>(2 * loop.depth), ' ') + loop.name;
    text += fmt::format("{:<46} {:>8.4g} {:>12} {:>12} {:>7.1f}\n", name + (loop.is_parallel ? " (parallel)" : ""),
                        loop.footprint.trips(), bytes(loop.footprint.iteration_lines), bytes(loop.footprint.loop_lines),
                        loop.footprint.reuse());
  }
  return text;
}

std::string summary_text(const std::vector<Explanation>& explanations) {
  constexpr std::size_t column = 44;
  std::string text;
  if (explanations.size() > 1) {
    text += fmt::format("{:<30}", "");
    for (const Explanation& explanation : explanations) {
      text += fmt::format("{:<{}}", std::filesystem::path(explanation.schedule).filename().string(), column);
    }
    text += "\n";
  }
  const auto first = lines_of(explanations.front());
  for (std::size_t i = 0; i < first.size(); ++i) {
    text += fmt::format("{:<30}", first[i].first);
    for (const Explanation& explanation : explanations) {
      text += fmt::format("{:<{}}", lines_of(explanation)[i].second, column);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  return text;
}

nlohmann::ordered_json to_json(const Explanation& explanation) {
  nlohmann::ordered_json loops = nlohmann::ordered_json::array();
  for (const cost::ExplainedLoop& loop : explanation.loops) {
    const auto line = static_cast<double>(explanation.line);
    loops.push_back({{"name", loop.name},
                     {"depth", loop.depth},
                     {"parallel", loop.is_parallel},
                     {"trips", loop.footprint.trips()},
                     {"executions", loop.footprint.executions},
                     {"iteration_bytes", loop.footprint.iteration_lines * line},
                     {"loop_bytes", loop.footprint.loop_lines * line},
                     {"reuse", loop.footprint.reuse()}});
  }
  nlohmann::ordered_json levels = nlohmann::ordered_json::array();
  for (const ExplainedLevel& level : explanation.levels) {
    levels.push_back({{"cache", level.cache.name},
                      {"cache_bytes", level.cache.bytes},
                      {"ways", level.cache.ways},
                      {"line", level.cache.line},
                      {"misses", level.traffic.misses},
                      {"write_backs", level.traffic.write_backs},
                      {"bytes", level.bytes()},
                      {"least_bytes", level.bound.bytes},
                      {"least_bytes_source", level.bound.source}});
  }
  nlohmann::ordered_json resources = nlohmann::ordered_json::object();
  for (const cost::Resource& resource : explanation.time.resources) resources[resource.name] = resource.seconds;
  return {{"op", explanation.op},
          {"shape", explanation.shape.text()},
          {"schedule", explanation.schedule},
          {"target", explanation.target},
          {"loops", loops},
          {"operations", explanation.flops},
          {"instructions", explanation.instructions},
          {"loads", explanation.loads},
          {"stores", explanation.stores},
          {"register_bytes", explanation.register_bytes},
          {"levels", levels},
          {"lanes", explanation.lanes},
          {"target_lanes", explanation.target_lanes},
          {"live_registers", explanation.live_registers},
          {"vector_registers", explanation.vector_registers},
          {"predicted_spills", explanation.time.spills},
          {"spill_stores", explanation.spills.stores},
          {"spill_reloads", explanation.spills.reloads},
          {"spills_in_loops", explanation.spills.in_loops},
          {"parallel_tasks", explanation.parallel_tasks},
          {"resources", resources},
          {"binding", explanation.time.binding().name},
          {"roofline_seconds", explanation.time.binding().seconds},
          {"predicted_seconds", explanation.time.seconds}};
}

}  // namespace nestwright::workbench
