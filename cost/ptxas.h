#pragma once

#include <Halide.h>

#include <cstdint>
#include <string>
#include <vector>

#include "cost/gpu_kernel.h"
#include "generators/bound_algorithm.h"

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

// What `ptxas -v` says, for an architecture such as sm_90, of each kernel of the PTX, in its order. Throws Error.
std::vector<PtxasReport> assemble(const std::string& ptxas, const std::string& ptx, const std::string& architecture);
std::vector<PtxasReport> parse_ptxas(const std::string& text);

// In the order of the kernels, by their entries: PTX has its own. Throws Error where they are not the same.
std::vector<PtxasReport> in_order_of(const std::vector<GpuKernel>& kernels, std::vector<PtxasReport> reports);

// Of a multiprocessor ("CUDA C++ Programming Guide", technical specifications per compute capability).
struct Multiprocessor {
  const char* architecture;
  std::int64_t warps, blocks, registers, shared_bytes;
};
const std::vector<Multiprocessor>& multiprocessors();

// The share of its warps that a multiprocessor can hold at once of this kernel (the CUDA occupancy calculator's rules),
// and what it runs out of first: "warps", "blocks", "registers" or "shared memory".
struct Occupancy {
  double share = 0.0;
  const char* limit = "warps";
};
Occupancy occupancy(const Multiprocessor& multiprocessor, std::int64_t warps, std::int64_t registers,
                    std::int64_t shared_bytes);

}  // namespace nestwright::cost
