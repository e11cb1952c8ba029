#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace nestwright {

// How a rival is run, in a process of its own: a script, or a program with all of its arguments.
struct PeerRun {
  std::string script;                       // of bench/rivals/peers: "pytorch_step.py"
  std::string program = {};                 // is run instead of a script, with `arguments` alone
  std::vector<std::int64_t> batches;        // that the script times, in images
  int threads = 1;                          // that the script may use
  double seconds = 2.0;                     // that the script measures for each row
  std::vector<std::string> arguments = {};  // further ones, which only this script or program takes
  bool is_shown = false;                    // whether each row is printed to standard error as it comes
};

// One measurement of a rival.
struct PeerRow {
  std::string what;             // what was timed: "training_step", "conv2d conv1"
  std::string implementation;   // by whom: "pytorch eager"
  std::int64_t batch = 0;       // images of a call
  int threads = 1;              // that it ran on
  double median_seconds = 0.0;  // of a call
  double spread = 0.0;          // (90th - 10th percentile) / median
  std::string failure = {};     // why there is no time; empty: there is one
};

// Runs the script in the Python that NESTWRIGHT_PEERS_PYTHON names, or the program, and reads its rows, a line of JSON
// each. Throws Error where the variable is not set, what is run fails, a row is not as expected, or a row has no time.
std::vector<PeerRow> run_peer(const PeerRun& run);

// The same, but hands each row to `on_row` as soon as it is there, rows without a time as well: what comes before a
// failure is not lost.
void run_peer(const PeerRun& run, const std::function<void(const PeerRow&)>& on_row);

}  // namespace nestwright
