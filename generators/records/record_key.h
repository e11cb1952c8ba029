#pragma once

#include <compare>
#include <string>

namespace nestwright::tune {

// All that decides whether a measured time still holds. A record whose key differs in any part is stale, and is never
// used. Keys are made by `algorithm_key.h`, which knows Halide; a program that only times kernels needs this header
// alone.
struct RecordKey {
  std::string op;
  std::string algorithm;
  std::string shape;           // Shape::text()
  std::string target;          // Halide's text of it, without features that do not decide which schedule is fastest
  std::string processor;       // processor_identity(); of a GPU, the name that its driver gives it
  std::string halide;          // "21.0.0"
  std::string algorithm_hash;  // of its definitions

  friend auto operator<=>(const RecordKey&, const RecordKey&) = default;
};

// The name, family, model and stepping of this machine's processor, from /proc/cpuinfo: two processors for which they
// are the same run the same code equally fast. "unknown" where the system does not say.
std::string processor_identity();

// The first 16 hexadecimal digits of a text's SHA-256.
std::string hash_of(const std::string& text);

}  // namespace nestwright::tune
