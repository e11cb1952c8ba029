#include "bench/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "support/atomic_file.h"

namespace nestwright::bench {
namespace {

constexpr std::string_view own_name = "nestwright";

bool is_rival_of(const Measurement& other, const Measurement& own) {
  return !is_own(other) && other.failure.empty() && other.group == own.group && other.batch == own.batch &&
         other.threads == own.threads;
}

std::vector<Measurement> rivals_of(const Report& report, const Measurement& own) {
  std::vector<Measurement> rivals;
  for (const Measurement& other : report.measurements) {
    if (is_rival_of(other, own)) rivals.push_back(other);
  }
  std::ranges::sort(rivals, {}, &Measurement::median_seconds);
  return rivals;
}

double percentage_of_peak(const Report& report, const Measurement& own) {
  const double peak = own.threads == 1 ? report.peak_of_one_thread : report.peak_of_all_threads;
  return peak > 0.0 ? 100.0 * own.flops / own.median_seconds / peak : 0.0;
}

// The percentage of the memory's bandwidth that a call would need to move every tensor once. It can be above 100, as
// caches may keep tensors from call to call.
double percentage_of_bandwidth(const Report& report, const Measurement& own) {
  return report.bandwidth > 0.0 ? 100.0 * own.bytes / own.median_seconds / report.bandwidth : 0.0;
}

// What a line of the table is called: "training_step", "training_step without copies".
std::string name_of(const Measurement& own) { return own.group + own.implementation.substr(own_name.size()); }

std::string line(const Report& report, const Measurement& own) {
  std::string text =
      fmt::format("{:<32} {:>5} {:>10.1f} {:>6.1f} {:>11.0f} {:>8.1f} {:>6.1f}", name_of(own), own.batch,
                  own.median_seconds * 1e6, 100.0 * own.spread, static_cast<double>(own.batch) / own.median_seconds,
                  own.flops / own.median_seconds / 1e9, percentage_of_peak(report, own));
  if (report.bandwidth > 0.0) {
    text += own.bytes > 0.0 ? fmt::format(" {:>7.1f}", percentage_of_bandwidth(report, own)) : std::string(8, ' ');
  }
  const std::vector<Measurement> rivals = rivals_of(report, own);
  if (!rivals.empty()) text += fmt::format(" {:>7.2f}x  ", rivals.front().median_seconds / own.median_seconds);
  for (const Measurement& rival : rivals) {
    text +=
        fmt::format(" {} {:.1f} (+-{:.0f} %)", rival.implementation, rival.median_seconds * 1e6, 50.0 * rival.spread);
  }
  return text + "\n";
}

nlohmann::ordered_json row_of(const Report& report, const Measurement& m) {
  nlohmann::ordered_json row = {
      {"what", m.group}, {"implementation", m.implementation}, {"batch", m.batch}, {"threads", m.threads}};
  if (!m.failure.empty()) {
    row["failure"] = m.failure;
    return row;
  }
  row["median_seconds"] = m.median_seconds;
  row["spread"] = m.spread;
  if (!is_own(m)) return row;
  row["gflops"] = m.flops / m.median_seconds / 1e9;
  row["percentage_of_peak"] = percentage_of_peak(report, m);
  if (report.bandwidth > 0.0 && m.bytes > 0.0) row["percentage_of_bandwidth"] = percentage_of_bandwidth(report, m);
  const std::vector<Measurement> rivals = rivals_of(report, m);
  if (!rivals.empty()) row["ratio_to_best_rival"] = rivals.front().median_seconds / m.median_seconds;
  return row;
}

}  // namespace

bool is_own(const Measurement& measurement) { return measurement.implementation.starts_with(own_name); }

bool has_failures(const Report& report) {
  return !report.failures.empty() ||
         std::ranges::any_of(report.measurements, [](const Measurement& m) { return !m.failure.empty(); });
}

Measurement measurement_of(const PeerRow& row) {
  return {.group = row.what,
          .implementation = row.implementation,
          .batch = row.batch,
          .threads = row.threads,
          .median_seconds = row.median_seconds,
          .spread = row.spread,
          .failure = row.failure};
}

std::string to_text(const Report& report) {
  std::string text =
      fmt::format("{}, {}\n{:<32} {:>5} {:>10} {:>6} {:>11} {:>8} {:>6}{} {:>8}   rivals, microseconds\n",
                  report.processor, report.heading, "what", "batch", "us", "spr. %", "images/s", "GFLOP/s", "peak %",
                  report.bandwidth > 0.0 ? "  mem. %" : "", "ratio");
  for (const Measurement& own : report.measurements) {
    if (is_own(own) && own.failure.empty()) text += line(report, own);
  }
  for (const Measurement& m : report.measurements) {
    if (!m.failure.empty()) {
      text += fmt::format("{} {} at batch {} failed: {}\n", m.implementation, m.group, m.batch, m.failure);
    }
  }
  for (const std::string& failure : report.failures) text += failure + "\n";
  return text;
}

void write_json(const Report& report, const std::string& path) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Measurement& m : report.measurements) rows.push_back(row_of(report, m));
  const nlohmann::ordered_json json = {{"processor", report.processor},
                                       {"measured", report.heading},
                                       {"threads", report.threads},
                                       {"peak_gflops_of_one_thread", report.peak_of_one_thread / 1e9},
                                       {"peak_gflops_of_all_threads", report.peak_of_all_threads / 1e9},
                                       {"bandwidth_gbytes", report.bandwidth / 1e9},
                                       {"rows", rows},
                                       {"failures", report.failures}};
  write_text_file(path, json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

}  // namespace nestwright::bench
