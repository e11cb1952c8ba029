#include "bench/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/files/atomic_file.h"

namespace nestwright::bench {
namespace {

bool is_rival_of(const Measurement& other, const Measurement& own) {
  return other.implementation != own.implementation && other.group == own.group && other.batch == own.batch &&
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

// What it would be if every tensor went through memory once: with caches it can be above 100.
double percentage_of_bandwidth(const Report& report, const Measurement& own) {
  return report.bandwidth > 0.0 ? 100.0 * own.bytes / own.median_seconds / report.bandwidth : 0.0;
}

std::string line(const Report& report, const Measurement& own) {
  std::string text =
      fmt::format("{:<32} {:>5} {:>10.1f} {:>6.1f} {:>11.0f} {:>8.1f} {:>6.1f}", own.group, own.batch,
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

}  // namespace

std::string to_text(const Report& report) {
  std::string text =
      fmt::format("{}, {}\n{:<32} {:>5} {:>10} {:>6} {:>11} {:>8} {:>6}{} {:>8}   rivals, microseconds\n",
                  report.processor, report.heading, "what", "batch", "us", "spr. %", "images/s", "GFLOP/s", "peak %",
                  report.bandwidth > 0.0 ? "  mem. %" : "", "ratio");
  for (const Measurement& own : report.measurements) {
    if (own.implementation == "nestwright") text += line(report, own);
  }
  return text;
}

void write_json(const Report& report, const std::string& path) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Measurement& m : report.measurements) {
    nlohmann::ordered_json row = {{"what", m.group},      {"implementation", m.implementation}, {"batch", m.batch},
                                  {"threads", m.threads}, {"median_seconds", m.median_seconds}, {"spread", m.spread}};
    if (m.implementation == "nestwright") {
      row["gflops"] = m.flops / m.median_seconds / 1e9;
      row["percentage_of_peak"] = percentage_of_peak(report, m);
      if (report.bandwidth > 0.0 && m.bytes > 0.0) row["percentage_of_bandwidth"] = percentage_of_bandwidth(report, m);
      const std::vector<Measurement> rivals = rivals_of(report, m);
      if (!rivals.empty()) row["ratio_to_best_rival"] = rivals.front().median_seconds / m.median_seconds;
    }
    rows.push_back(std::move(row));
  }
  const nlohmann::ordered_json json = {{"processor", report.processor},
                                       {"measured", report.heading},
                                       {"threads", report.threads},
                                       {"peak_gflops_of_one_thread", report.peak_of_one_thread / 1e9},
                                       {"peak_gflops_of_all_threads", report.peak_of_all_threads / 1e9},
                                       {"bandwidth_gbytes", report.bandwidth / 1e9},
                                       {"rows", rows}};
  write_text_file(path, json.dump(2) + "\n");
}

}  // namespace nestwright::bench
