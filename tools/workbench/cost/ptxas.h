#pragma once

#include <Halide.h>

#include <cstdint>
#include <string>
#include <vector>

#include "generators/scheduling/bound_algorithm.h"
#include "tools/workbench/cost/gpu_kernel.h"

namespace nestwright::cost {

// What CUDA's assembler reports of one kernel, each number for one thread.
struct PtxasReport {
  std::string entry;  // the kernel's name in the PTX
  std::int64_t registers = 0;
  std::int64_t spill_store_bytes = 0, spill_load_bytes = 0;
  std::int64_t stack_bytes = 0;
};

// The PTX text of a scheduled algorithm, for a target with CUDA. Throws Halide::Error where Halide refuses the
// schedule.
std::string ptx_of(const BoundAlgorithm& bound, const Halide::Target& target);

// The path of CUDA's assembler: the one that NESTWRIGHT_PTXAS names, otherwise ptxas in PATH; empty where there is
// none.
std::string find_ptxas();

// The most registers of a thread that Halide's CUDA runtime asks the driver's assembler for, unless a kernel's line in
// its manifest has another cap (cuda_registers).
inline constexpr int usual_registers = 64;

// Assembles `ptx` with the assembler at `ptxas`, for an architecture such as sm_90 and at most `most_registers` a
// thread. Returns the report of each kernel, in the order of the PTX. Throws Error where the assembler can't be started
// or fails.
std::vector<PtxasReport> assemble(const std::string& ptxas, const std::string& ptx, const std::string& architecture,
                                  int most_registers = usual_registers);
// The reports in a text that `ptxas -v` printed, in its order.
std::vector<PtxasReport> parse_ptxas(const std::string& text);

// The reports in the order of `kernels`, which that of the PTX need not be. They are matched by name. Throws Error
// where a kernel has no report, or a report no kernel.
std::vector<PtxasReport> in_order_of(const std::vector<GpuKernel>& kernels, std::vector<PtxasReport> reports);

// What one multiprocessor of an architecture can hold at once ("CUDA C++ Programming Guide", technical specifications
// per compute capability).
struct Multiprocessor {
  const char* architecture;  // such as "sm_90"
  std::int64_t warps, blocks, registers, shared_bytes;
};
// Those of all known architectures, the oldest first.
const std::vector<Multiprocessor>& multiprocessors();
// The multiprocessor of an architecture such as sm_90. Throws Error for one that is not known.
const Multiprocessor& multiprocessor_of(const std::string& architecture);

// Whether a multiprocessor has enough registers for one block of `warps` whose threads have `registers` each; otherwise
// the kernel can't be launched. A block's warps are dealt to the multiprocessor's four parts, each of which has a
// quarter of the registers.
bool has_registers_for(const Multiprocessor& multiprocessor, std::int64_t warps, std::int64_t registers);

// How well one kernel fills a multiprocessor.
struct Occupancy {
  double share = 0.0;           // the warps of the kernel that it holds at once, of all that it can hold: 0 to 1
  const char* limit = "warps";  // what runs out first: "warps", "blocks", "registers" or "shared memory"
};
// The occupancy of a kernel by the rules of CUDA's occupancy calculator. `warps` and `shared_bytes` are of a block,
// `registers` of a thread.
Occupancy occupancy(const Multiprocessor& multiprocessor, std::int64_t warps, std::int64_t registers,
                    std::int64_t shared_bytes);

}  // namespace nestwright::cost
