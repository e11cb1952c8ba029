#include "tools/workbench/cost/assembly.h"

#include <sstream>

#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/compile_arguments.h"
#include "generators/scheduling/strict_halide.h"
#include "support/error.h"
#include "tools/workbench/cost/memory_file.h"

namespace nestwright::cost {
namespace {

bool has_vector_register(const std::string& line) {
  return line.find("%xmm") != std::string::npos || line.find("%ymm") != std::string::npos ||
         line.find("%zmm") != std::string::npos;
}

}  // namespace

Spills count_spills(const std::string& assembly) {
  Spills spills;
  std::istringstream stream(assembly);
  bool is_in_loop = false;
  for (std::string line; std::getline(stream, line);) {
    // After each block's label, and in the lines of comments that follow, LLVM names the loop that the block is in.
    const bool is_label = line.starts_with(".LBB") || line.starts_with("# %bb") || line.starts_with("# %");
    if (is_label) is_in_loop = false;
    if (line.find("Loop Header") != std::string::npos || line.find("in Loop:") != std::string::npos) is_in_loop = true;
    const bool is_store = line.ends_with("Spill");
    if ((!is_store && line.find("Reload") == std::string::npos) || !has_vector_register(line)) continue;
    ++(is_store ? spills.stores : spills.reloads);
    if (is_in_loop) ++spills.in_loops;
  }
  return spills;
}

std::string assembly_of(const BoundAlgorithm& bound, const Halide::Target& target) {
  const MemoryFile file;
  try {
    make_halide_strict();
    Halide::Pipeline(bound.algorithm.outputs)
        .compile_to_assembly(file.path(), compile_arguments(bound), "kernel",
                             target.with_feature(Halide::Target::NoAsserts)
                                 .with_feature(Halide::Target::NoBoundsQuery)
                                 .with_feature(Halide::Target::NoRuntime));
  } catch (const Halide::Error& error) {
    throw Error(bound.op, first_line(error.what()));
  }
  return file.text();
}

}  // namespace nestwright::cost
