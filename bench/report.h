#pragma once

#include <string>
#include <vector>

#include "bench/measurement.h"
#include "bench/rivals/peers.h"

namespace nestwright::bench {

// What a run of the benchmark measured.
struct Report {
  std::string processor;             // the name of the processor or the GPU
  std::string heading;               // what was measured of it beforehand, in words
  double peak_of_one_thread = 0.0;   // floating-point operations a second; 0: not measured
  double peak_of_all_threads = 0.0;  // of `threads` threads, likewise
  double bandwidth = 0.0;            // of the memory, in bytes a second; 0: not measured
  int threads = 1;                   // of the steps
  std::vector<Measurement> measurements;
  std::vector<std::string> failures = {};  // a line for each rival that failed as a whole
};

// Whether it is a measurement of Nestwright, not of a rival.
bool is_own(const Measurement& measurement);

// Whether a row or a rival failed.
bool has_failures(const Report& report);

// A rival's row as a measurement of the report.
Measurement measurement_of(const PeerRow& row);

// The report as a table. It has one line for each of Nestwright's measurements: the median time of a call, its spread,
// images a second, GFLOP/s, and the percentage of the measured peak. Where the bandwidth was measured, the line also
// has the percentage of it that a call would need to move every tensor once. Then come how many times faster Nestwright
// is than the best rival, and every rival's time. Below the table stands what failed.
std::string to_text(const Report& report);

// Writes the report to the file `path` as JSON, atomically. Throws Error where it can't be written.
void write_json(const Report& report, const std::string& path);

}  // namespace nestwright::bench
