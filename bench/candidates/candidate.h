#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "generators/records/record_key.h"

namespace nestwright::bench {

// A kernel that was compiled to be timed: the values of a schedule's parameters, and a cap on a thread's registers.
struct Candidate {
  std::string function;                   // the name of its function in the program
  std::map<std::string, int> parameters;  // the value of every parameter of the schedule, by name
  int cuda_registers = 0;                 // the cap: the most registers that a thread may have
  std::int64_t registers = 0;             // registers that a thread has under the cap
  double estimate = 0.0;                  // its estimated time, as a multiple of that of the schedule that ships

  friend bool operator==(const Candidate&, const Candidate&) = default;
};

// The candidates of one kernel of a network, of which the first is the schedule that ships. The table also has all that
// their records need except the times, because the program that times them has no Halide to make a record's key.
struct CandidateTable {
  tune::RecordKey key;   // of all candidates; its processor, the GPU's name, is filled in when they are timed
  std::string layer;     // the network's layer that the kernel computes: "conv2"
  std::string source;    // where the schedule comes from: "feature_extractor/gpu"
  std::string schedule;  // the schedule's text
  std::vector<Candidate> candidates;

  friend bool operator==(const CandidateTable&, const CandidateTable&) = default;
};

std::string to_json(const CandidateTable& table);
// Reads what to_json() wrote. Throws Error (where: "candidates") for any other text.
CandidateTable parse_candidates(const std::string& json);

// The parameters and the cap of a candidate as they are printed: "c_tile=2 part_rows=5 cuda_registers=64".
std::string to_string(const Candidate& candidate);

}  // namespace nestwright::bench
