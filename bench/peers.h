#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/measurement.h"

namespace nestwright::bench {

// How a script in bench/peers is run.
struct PeerRun {
  std::string script;  // "pytorch_step.py"
  std::vector<std::int64_t> batches;
  int threads = 1;
  double seconds = 2.0;  // for each row
};

// Runs the script in the Python that NESTWRIGHT_PEERS_PYTHON names, and reads its rows. Throws Error where the variable
// is not set, the script fails, or a row is not as expected.
std::vector<Measurement> run_peer(const PeerRun& run);

}  // namespace nestwright::bench
