#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace nestwright {

// How a rival is run: a process of its own.
struct PeerRun {
  std::string script;        // of bench/rivals/peers: "pytorch_step.py"
  std::string program = {};  // with its arguments, instead of a script
  std::vector<std::int64_t> batches;
  int threads = 1;
  double seconds = 2.0;                     // for each row
  std::vector<std::string> arguments = {};  // that only this script has
  bool is_shown = false;                    // prints each row as it comes, to standard error
};

// What the script measured.
struct PeerRow {
  std::string what;            // "training_step", "conv2d conv1"
  std::string implementation;  // "pytorch eager"
  std::int64_t batch = 0;
  int threads = 1;
  double median_seconds = 0.0;
  double spread = 0.0;       // (90th - 10th percentile) / median
  std::string failure = {};  // why there is no time; empty: there is
};

// Runs the script in the Python that NESTWRIGHT_PEERS_PYTHON names, or the program, and reads its rows, a line of JSON
// each. Throws Error where the variable is not set, what is run fails, or a row is not as expected.
std::vector<PeerRow> run_peer(const PeerRun& run);

// The same, each row as soon as it is there: what comes before a failure is not lost.
void run_peer(const PeerRun& run, const std::function<void(const PeerRow&)>& on_row);

}  // namespace nestwright
