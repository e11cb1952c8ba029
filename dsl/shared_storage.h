#pragma once

#include <Halide.h>

#include <optional>
#include <string>
#include <vector>

namespace nestwright::dsl {

// Two Funcs that a GPU keeps for more than one thread, with elements of different sizes, of which the narrow
// ones can't be told to fill whole wide ones. Where one is no longer needed, Halide 21 may give its place to the other;
// it counts the size of such a place in the wider elements and rounds down: of 9 bytes it takes 8 for 2 floats, and
// lets what comes next begin within the ninth.
struct SharedPair {
  std::string narrow, wide;  // Halide's names of their memory: the Func's, or "pool.1" for a Tuple's second value
  int narrow_bytes = 0, wide_bytes = 0;
};

// All such pairs in a statement of lower_unfused(), whichever kernel they are in.
std::vector<SharedPair> find_uneven_pairs(const Halide::Internal::Stmt& unfused);

// The first of the pairs that shares a place in the kernels that Halide makes of these outputs.
std::optional<SharedPair> find_shared_place(const std::vector<SharedPair>& pairs,
                                            const std::vector<Halide::Internal::Function>& outputs,
                                            const Halide::Target& target);

}  // namespace nestwright::dsl
