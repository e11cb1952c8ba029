#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "generators/records/record_key.h"

namespace nestwright::bench {

// A kernel that was compiled to be timed: a schedule's parameters, and a cap on the registers of a thread.
struct Candidate {
  std::string function;                   // its name in the program
  std::map<std::string, int> parameters;  // every one of the schedule's
  int cuda_registers = 0;                 // the cap
  std::int64_t registers = 0;             // that it takes under it
  double estimate = 0.0;                  // of its time, beside that of the schedule that ships

  friend bool operator==(const Candidate&, const Candidate&) = default;
};

// The candidates of one kernel of a network, first the schedule that ships, and all that a record says of them but the
// time: the machine that times them knows no Halide.
struct CandidateTable {
  tune::RecordKey key;  // without the processor
  std::string layer;
  std::string source;    // of the schedule: "feature_extractor/gpu"
  std::string schedule;  // its text
  std::vector<Candidate> candidates;

  friend bool operator==(const CandidateTable&, const CandidateTable&) = default;
};

std::string to_json(const CandidateTable& table);
// Throws Error for what is no such table.
CandidateTable parse_candidates(const std::string& json);

// "c_tile=2 part_rows=5 cuda_registers=64"
std::string to_string(const Candidate& candidate);

}  // namespace nestwright::bench
