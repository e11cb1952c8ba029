#pragma once

#include <Halide.h>

#include <cstdint>
#include <string>
#include <vector>

#include "generators/scheduling/bound_algorithm.h"
#include "tools/workbench/cost/gpu_kernel.h"

namespace nestwright::cost {

// What CUDA's assembler says of one kernel.
struct PtxasReport {
  std::string entry;
  std::int64_t registers = 0;  // of a thread
  std::int64_t spill_store_bytes = 0, spill_load_bytes = 0;
  std::int64_t stack_bytes = 0;
};

// The PTX of a scheduled algorithm, for a target with CUDA. Throws Error where Halide refuses.
std::string ptx_of(const BoundAlgorithm& bound, const Halide::Target& target);

// The assembler: what NESTWRIGHT_PTXAS names, or ptxas in PATH; empty where there is none.
std::string find_ptxas();

// The most registers of a thread that Halide's CUDA runtime asks the driver's assembler for, unless a kernel's line in
// its manifest has another cap (cuda_registers).
inline constexpr int usual_registers = 64;

// What `ptxas -v` says, for an architecture such as sm_90, of each kernel of the PTX, in its order. Throws Error.
std::vector<PtxasReport> assemble(const std::string& ptxas, const std::string& ptx, const std::string& architecture,
                                  int most_registers = usual_registers);
std::vector<PtxasReport> parse_ptxas(const std::string& text);

// In the order of the kernels, by their entries: PTX has its own. Throws Error where they are not the same.
std::vector<PtxasReport> in_order_of(const std::vector<GpuKernel>& kernels, std::vector<PtxasReport> reports);

// Of a multiprocessor ("CUDA C++ Programming Guide", technical specifications per compute capability).
struct Multiprocessor {
  const char* architecture;
  std::int64_t warps, blocks, registers, shared_bytes;
};
const std::vector<Multiprocessor>& multiprocessors();
// Of an architecture such as sm_90. Throws Error for one that is not known.
const Multiprocessor& multiprocessor_of(const std::string& architecture);

// Whether a multiprocessor has the registers for one block of so many warps: without them a kernel can't be launched.
// Warps are dealt to its four parts, and each has a quarter of the registers.
bool has_registers_for(const Multiprocessor& multiprocessor, std::int64_t warps, std::int64_t registers);

// The share of its warps that a multiprocessor can hold at once of this kernel (the CUDA occupancy calculator's rules),
// and what it runs out of first: "warps", "blocks", "registers" or "shared memory".
struct Occupancy {
  double share = 0.0;
  const char* limit = "warps";
};
Occupancy occupancy(const Multiprocessor& multiprocessor, std::int64_t warps, std::int64_t registers,
                    std::int64_t shared_bytes);

}  // namespace nestwright::cost
