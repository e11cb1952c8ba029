#pragma once

#include <cstdint>
#include <string>

#include "tests/legality/schedule_drawer.h"

namespace nestwright {

// What became of one schedule, and whether the verdict was right.
struct Trial {
  enum class Verdict {
    legal,               // accepted, compiled, ran, and gave the unscheduled result
    legal_reassociated,  // the same, within the float64 reference's tolerance: the schedule says that sums are
                         // reassociated
    broken_dependence,   // refused with a witness, which brute force confirms
    not_provable,        // refused for an extent that is known only later, or for one specialization of several
    bad_placement,       // refused, and Halide refuses what was scheduled until then, too
    refused_otherwise,  // a name, a tail, what Halide refuses at a directive, or a check that the kernel would not pass
    wrong,  // the verdict was wrong, what is legal failed when it was compiled or called, or a refusal has no place or
            // words of Halide's: `detail` says how
  };
  Verdict verdict;
  std::string detail;
};

const char* name_of(Trial::Verdict verdict);

// Applies the schedule, and tests the verdict. The process's HL_JIT_TARGET should have strict_float.
Trial try_schedule(const DrawnUse& use, const std::string& schedule);

}  // namespace nestwright
