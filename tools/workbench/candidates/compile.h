#pragma once

#include <Halide.h>

#include <filesystem>
#include <string>

#include "bench/candidates/candidate.h"

namespace nestwright::bench {

// Compiles every candidate of the table into the library FOLDER/NAME.a, and writes FOLDER/NAME.cpp, which defines the
// function `CompiledCandidates NAME_candidates()` that returns them. Throws Error where Halide refuses a candidate, or
// a file can't be written.
void compile_candidates(const CandidateTable& table, const Halide::Target& target, const std::filesystem::path& folder,
                        const std::string& name);

}  // namespace nestwright::bench
