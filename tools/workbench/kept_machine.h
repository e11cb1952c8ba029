#pragma once

#include <Halide.h>

#include <filesystem>
#include <string>

#include "tools/workbench/cost/machine.h"

namespace nestwright::workbench {

// This machine's times, measured once and kept, so that predictions of an unchanged schedule stay as they are.
struct KeptMachine {
  cost::Machine machine;
  std::string date;     // when it was measured: "2026-11-28 13:40 UTC"
  double spread = 0.0;  // how far two halves of the measurements differ, at most: 0.02 for 2 %

  // Whether something else must have run meanwhile.
  bool is_disturbed() const;
};

// The file where measured machines are kept: machines.json beside the default file of tuning records.
std::filesystem::path kept_machines_file();

// This machine's times for vectors of the target's width: those in `file`, if it has them for this processor, number of
// cores, caches and vectors, else measured now, again and again until two halves of the measurements agree, and written
// to `file`. `anew`: forgets what is kept. A file that is damaged or can't be written is said on standard error and
// does no harm. Throws Error as cost::measure_machine() does.
KeptMachine kept_machine(const Halide::Target& target, const std::filesystem::path& file, bool anew = false);

// "measured 2026-11-28 13:40 UTC, spread 1.2 %", and what to do about a spread that is large.
std::string text_of(const KeptMachine& kept);

}  // namespace nestwright::workbench
