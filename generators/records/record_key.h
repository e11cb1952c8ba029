#pragma once

#include <compare>
#include <string>

namespace nestwright::tune {

// What a measured time is true of. A record whose key differs in any part is stale, and never used. `algorithm_key.h`
// makes keys, and knows Halide; whoever only times and writes does without.
struct RecordKey {
  std::string op;
  std::string algorithm;
  std::string shape;           // Shape::text()
  std::string target;          // Halide's text of it, without what makes no difference to which schedule is fastest
  std::string processor;       // processor_identity(); of a GPU, the name that its driver gives it
  std::string halide;          // "21.0.0"
  std::string algorithm_hash;  // of its definitions

  friend auto operator<=>(const RecordKey&, const RecordKey&) = default;
};

// The processor's name, family, model and stepping, from /proc/cpuinfo: two of a key run the same code equally fast.
// "unknown" where the system does not say.
std::string processor_identity();

// The first 16 hexadecimal digits of a text's SHA-256.
std::string hash_of(const std::string& text);

}  // namespace nestwright::tune
