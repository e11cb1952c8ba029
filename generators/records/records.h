#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generators/records/record_key.h"

namespace nestwright::tune {

// The name of the one parameter in a CUDA kernel's record that is none of its schedule: the most registers that a
// thread gets, which CUDA's driver is told when it assembles the kernel.
inline constexpr const char* cuda_registers = "cuda_registers";

// One line of a file of records (JSON Lines: a JSON object a line).
struct Record {
  enum class Kind {
    trial,     // a candidate that was timed or refused; an interrupted run does not time it again
    winner,    // the fastest of a run, its results verified; builds take its schedule
    measured,  // a schedule that `compare` timed; `schedules` shows it
  };
  Kind kind = Kind::trial;
  RecordKey key;
  std::string source;                     // what made the schedule: a template's name, or a .nest file's
  std::string schedule_hash;              // hash_of() its text
  std::string schedule;                   // its text; winners only
  std::map<std::string, int> parameters;  // values of the text's tunable parameters, and cuda_registers
  std::string choices;                    // what a template decided: text_of() of its point
  double seconds = 0.0;                   // of a call with `batch` images; infinity for a candidate that was refused
  std::int64_t batch = 0;

  friend bool operator==(const Record&, const Record&) = default;
};

// The record as its line of a file, without the line's end.
std::string to_line(const Record& record);

// Every record of a file, in its order; none where there is no file. Throws Error (file:line) for a line that is no
// record: a damaged file is never half used. Empty lines say nothing; a last line that was not written to its end is
// left out, with a warning.
std::vector<Record> read_records(const std::filesystem::path& file);

// Adds a line at the file's end, or nothing where that fails, and makes the file where there is none. Several processes
// may add to one file. Throws Error.
void append_record(const std::filesystem::path& file, const Record& record);

// The winner for the key that takes least time, the later one of two; nothing where there is none.
std::optional<Record> best_record(const std::vector<Record>& records, const RecordKey& key);

// The times that `compare` measured, of a schedule's text (by its hash) on a processor: the latest one of each shape.
std::vector<Record> measured_records(const std::vector<Record>& records, const std::string& schedule_hash,
                                     const std::string& processor);

}  // namespace nestwright::tune
