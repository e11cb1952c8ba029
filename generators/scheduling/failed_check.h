#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "generators/scheduling/statement_checks.h"

namespace nestwright {

// The most bytes of one stage on a stack: a choice. A thread's stack has 8 MiB as a rule, OpenMP's less where it is
// asked for.
inline constexpr std::int64_t most_stack_bytes = std::int64_t{256} << 10;

// A check of its own that a kernel would not pass when it is called.
struct FailedCheck {
  enum class Kind {
    stated_bound,  // bound() gives a Func fewer elements than are needed of it
    allocation,    // a Func's storage is larger than Halide can address
    stack,         // a Func's storage is larger than a thread's stack should hold
    other,
  };
  Kind kind = Kind::other;
  std::string func;            // by Halide's name; not of `other`
  std::string dimension;       // of stated_bound
  std::int64_t least = 0;      // of stated_bound: the elements that are needed, both included
  std::int64_t greatest = -1;  // likewise; less than `least` where they are not known
  std::int64_t bytes = 0;      // of allocation and stack; 0: more than 64 bits count
  std::string complaint;       // of other: what the kernel would say
};

// What one check comes to in one call.
struct CheckOutcome {
  std::optional<FailedCheck> failed;
  std::string subject;     // the Func or the buffer that it is about, by Halide's name
  bool is_decided = true;  // false: it depends on what is known only at the call, or not every iteration was tried
};

// An assertion in a call with these buffers. One that is about pointers, types or devices, or that the schedule asked
// for (specialize_fail), always passes.
CheckOutcome evaluate_assertion(const StatementCheck& check, const Buffers& buffers);

// The size of an allocation, likewise.
CheckOutcome evaluate_allocation(const StatementCheck& check, const Buffers& buffers);

}  // namespace nestwright
