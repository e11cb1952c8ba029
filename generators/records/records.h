#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generators/records/record_key.h"

namespace nestwright::tune {

// Among the parameters of a CUDA kernel's record, what is none of its schedule's: the most registers of a thread, which
// CUDA's driver is told when it assembles the kernel.
inline constexpr const char* cuda_registers = "cuda_registers";

// One line of a file of records (JSON Lines: a JSON object a line).
struct Record {
  enum class Kind {
    trial,     // a candidate that was timed, or refused: what an interrupted run goes on from
    winner,    // the fastest of a run, its results verified: what generators take
    measured,  // a schedule that `compare` timed: what `schedules` shows
  };
  Kind kind = Kind::trial;
  RecordKey key;
  std::string source;                     // what made the schedule: a template's name, or a .nest file's
  std::string schedule_hash;              // hash_of() its text
  std::string schedule;                   // its text; winners only
  std::map<std::string, int> parameters;  // of the text, and cuda_registers
  std::string choices;                    // text_of() a template's point
  double seconds = 0.0;                   // of a call with `batch` images; infinity: refused
  std::int64_t batch = 0;

  friend bool operator==(const Record&, const Record&) = default;
};

// A line, without its end.
std::string to_line(const Record& record);

// Every record of a file, in its order; none where there is no file. Throws Error (file:line) for a line that is no
// record: a damaged file is never half used.
std::vector<Record> read_records(const std::filesystem::path& file);

// Adds a line at the file's end, in one write, and makes the file where there is none. Throws Error.
void append_record(const std::filesystem::path& file, const Record& record);

// The winner for the key that takes least time, the later one of two; nothing where there is none.
std::optional<Record> best_record(const std::vector<Record>& records, const RecordKey& key);

// Of each shape, the latest time of `measured` that is of this text (its hash) and this processor.
std::vector<Record> measured_records(const std::vector<Record>& records, const std::string& schedule_hash,
                                     const std::string& processor);

}  // namespace nestwright::tune
