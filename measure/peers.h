#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nestwright {

// How a script in bench/peers is run.
struct PeerRun {
  std::string script;  // "pytorch_step.py"
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
  double spread = 0.0;  // (90th - 10th percentile) / median
};

// Runs the script in the Python that NESTWRIGHT_PEERS_PYTHON names, and reads its rows. Throws Error where the variable
// is not set, the script fails, or a row is not as expected.
std::vector<PeerRow> run_peer(const PeerRun& run);

}  // namespace nestwright
