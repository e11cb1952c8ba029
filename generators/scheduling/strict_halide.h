#pragma once

#include <string>
#include <vector>

namespace nestwright {

// Makes Halide throw Halide::CompileError in this process where it would print an error and abort, and std::bad_alloc
// where it has no memory for its stack. Its warnings are kept for take_halide_warnings(), from this call on: printed,
// they would come from any step of a program that compiles, in Halide's words.
void make_halide_strict();

// What Halide has warned of, in its words; the next call gives what came after this one.
std::vector<std::string> take_halide_warnings();

}  // namespace nestwright
