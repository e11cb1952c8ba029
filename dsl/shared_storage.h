#pragma once

#include <Halide.h>

#include <optional>
#include <string>

namespace nestwright::dsl {

// Two Funcs that a GPU's kernel keeps for all threads of a block, and for which Halide 21 may take too little memory.
// Where one is no longer needed, the other may get its place. The size of such a place is counted in the wider of their
// elements and rounded down: of 9 bytes it takes 8 for 2 floats, and lets what comes next begin within the ninth.
struct SharedPlaceFault {
  std::string narrow, wide;  // the Funcs, by Halide's names
  int narrow_bytes = 0, wide_bytes = 0;
};

// The first such pair in a statement of lower_unfused(): of the same loop nest, with elements of other sizes, where it
// can't be told that those of the narrow one fill whole elements of the wide one.
std::optional<SharedPlaceFault> find_shared_place_fault(const Halide::Internal::Stmt& unfused);

}  // namespace nestwright::dsl
