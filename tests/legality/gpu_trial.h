#pragma once

#include <string>

#include "tests/legality/schedule_drawer.h"

namespace nestwright {

// What became of one schedule for a GPU on OpenCL, and whether the verdict was right.
struct GpuTrial {
  enum class Verdict {
    legal,              // accepted, compiled, ran, and gave the float64 reference's result within its tolerance
    foreign_value,      // refused: a thread would read what another keeps for itself, which brute force confirms
    foreign_unproved,   // refused, as it could not be proved that none does
    broken_dependence,  // refused with two iterations
    bad_placement,      // refused for where something is computed or kept
    refused_otherwise,  // a name, a tail, or what Halide refuses at a directive
    refused_by_halide,  // accepted, and refused by Halide when it was compiled: `detail` says why
    wrong,  // the verdict was wrong, what is legal failed when it was called, or a refusal has no place in the schedule
            // or Halide's words: `detail` says how
  };
  Verdict verdict;
  std::string detail;
  // Of a refusal for a foreign value: whether the schedule, run nevertheless, gave a wrong result or failed on this
  // device.
  bool gives_wrong_values = false;
};

const char* name_of(GpuTrial::Verdict verdict);

// Applies the schedule for OpenCL, and tests the verdict. There has to be an OpenCL device (tests/gpu/device.h).
GpuTrial try_gpu_schedule(const DrawnUse& use, const std::string& schedule);

}  // namespace nestwright
