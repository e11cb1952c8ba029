#pragma once

#include <Halide.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "generators/scheduling/integer_value.h"

namespace nestwright {

// A let, a loop or a branch of a lowered statement, and what is around it.
struct Frame {
  enum class Kind { let, loop, branch };
  Kind kind = Kind::let;
  const Frame* around = nullptr;  // null: nothing
  std::string name;               // of a let or a loop
  Halide::Expr value;             // of a let; a loop's first iteration; a branch's condition
  Halide::Expr extent;            // of a loop
};

// An assertion or an allocation of a lowered statement.
struct StatementCheck {
  const Frame* around = nullptr;
  const Halide::Internal::AssertStmt* assertion = nullptr;  // one of these two is not null
  const Halide::Internal::Allocate* allocation = nullptr;
};

// All of them, in the statement's order. They refer to the frames and to the statement.
struct StatementChecks {
  Halide::Internal::Stmt statement;
  std::deque<Frame> frames;
  std::vector<StatementCheck> checks;
};

StatementChecks checks_of(const Halide::Internal::Stmt& statement);

// A frame that has to be known. A loop on which nothing depends is there because it may have no iterations.
struct NeededFrame {
  const Frame* frame;
  bool is_used;
};

// What has to be known before `values` are: the lets they use, the loops they depend on, and every branch around, the
// outermost first.
std::vector<NeededFrame> frames_before(const Frame* around, const std::vector<Halide::Expr>& values);

// Calls `visit` with what is known in each iteration of the loops among `frames` that is reached for sure. Of a long
// loop only the first iterations, the last and one between are taken. Returns whether that was all of them.
bool for_each_iteration(const std::vector<NeededFrame>& frames, const Buffers& buffers,
                        const std::function<void(const Known&)>& visit);

}  // namespace nestwright
