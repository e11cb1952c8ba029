#pragma once

#include <string>

namespace nestwright {

// Throws Error (where: `--target`) unless each of `targets`, which commas separate, is one that this Halide can compile
// a kernel for; the line names the word that is wrong, and what was expected. What shows only when a kernel is
// compiled, because it is LLVM that fails, is not seen here.
void require_known_targets(const std::string& targets);

}  // namespace nestwright
