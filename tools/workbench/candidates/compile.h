#pragma once

#include <Halide.h>

#include <filesystem>
#include <string>

#include "bench/candidates/candidate.h"

namespace nestwright::bench {

// Compiles every candidate of the table into the library FOLDER/NAME.a, and writes FOLDER/NAME.cpp, which defines
// `CompiledCandidates NAME_candidates()` of them. Throws Error.
void compile_candidates(const CandidateTable& table, const Halide::Target& target, const std::filesystem::path& folder,
                        const std::string& name);

}  // namespace nestwright::bench
