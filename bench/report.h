#pragma once

#include <string>
#include <vector>

#include "bench/measurement.h"
#include "bench/rivals/peers.h"

namespace nestwright::bench {

struct Report {
  std::string processor;            // or device
  std::string heading;              // what was measured of it beforehand
  double peak_of_one_thread = 0.0;  // floating-point operations a second; 0: not measured
  double peak_of_all_threads = 0.0;
  double bandwidth = 0.0;  // of the memory, bytes a second; 0: not measured
  int threads = 1;
  std::vector<Measurement> measurements;
  std::vector<std::string> failures = {};  // of rivals as a whole, a line each
};

// Whether it is one of Nestwright's own rows.
bool is_own(const Measurement& measurement);

// Whether a row or a rival failed.
bool has_failures(const Report& report);

// A rival's row as one of the report's.
Measurement measurement_of(const PeerRow& row);

// One line for each group and batch: images a second, GFLOP/s, percentages of the measured peak and, where it was
// measured, of the bandwidth that every tensor once would take, every rival's time, and how many times faster
// Nestwright is than the best of them; then what failed.
std::string to_text(const Report& report);

// Writes the same as JSON, atomically. Throws Error where it can't be written.
void write_json(const Report& report, const std::string& path);

}  // namespace nestwright::bench
