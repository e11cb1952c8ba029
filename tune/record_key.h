#pragma once

#include <Halide.h>

#include <compare>
#include <string>

#include "generators/bound_algorithm.h"

namespace nestwright::tune {

// What a measured time is true of. A record whose key differs in any part is stale, and never used.
struct RecordKey {
  std::string op;
  std::string algorithm;
  std::string shape;      // Shape::text()
  std::string target;     // Halide's text of it, without features that say how a kernel is called (jit, no_asserts)
  std::string processor;  // processor_identity()
  std::string halide;     // "21.0.0"
  std::string algorithm_hash;  // hash_of()

  friend auto operator<=>(const RecordKey&, const RecordKey&) = default;
};

// The key for this processor and this Halide.
RecordKey record_key(const BoundAlgorithm& bound, const Halide::Target& target);

// The processor's name, family, model and stepping, from /proc/cpuinfo: two of a key run the same code equally fast.
// "unknown" where the system does not say.
std::string processor_identity();

// The first 16 hexadecimal digits of SHA-256 of the definitions of every Func that the outputs need, by which two
// algorithms that compute the same in the same way are the same. Call it before a schedule is applied.
std::string hash_of(const BoundAlgorithm& bound);

// The same digits of a text.
std::string hash_of(const std::string& text);

}  // namespace nestwright::tune
