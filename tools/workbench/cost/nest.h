#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "tools/workbench/cost/symbolic.h"

namespace nestwright::cost {

enum class Place { argument, heap, stack, registers, shared };

// Memory that a kernel reads or writes, or what became registers.
struct Buffer {
  std::string name;
  std::int64_t element_bytes = 4;
  std::int64_t elements = 0;
  Place place = Place::argument;
  std::int64_t address = 0;  // bytes
};

// One load or store of `width` neighbouring elements from `index` on; no wider than a vector of the target.
struct Access {
  int buffer = 0;
  Linear index;
  std::int64_t width = 1;
  bool is_store = false;
  // Of a store: how many additions, one after another, go from what was there to what is stored.
  int updates = 0;

  friend bool operator==(const Access&, const Access&) = default;
};

// Instructions other than loads and stores, as many as the target's vectors need.
struct Arithmetic {
  double multiply_adds = 0.0;
  double other = 0.0;
  double flops = 0.0;  // of all lanes; a multiply-add counts as two
  double lanes = 0.0;  // the sum of the lanes that the floating-point instructions use
  double floating_point = 0.0;
};

struct Node;

// What is executed together, once an iteration.
struct Body {
  std::vector<Node> nodes;
  Arithmetic arithmetic;
  // Once registers are assigned: the vectors that are live at once, and the longest chain of additions that each
  // iteration of the loop appends to the previous one's.
  int live_registers = 0;
  int chain = 0;
  int updates = 0;  // of values in registers
  // A sum in a register, by buffer and index, and how many additions to it follow each other in one execution.
  struct Sum {
    int buffer = 0;
    Linear index;
    int additions = 0;
  };
  std::vector<Sum> sums;
  // Whether an iteration goes on with sums that are in registers since the one before.
  bool carries_sums = false;
  std::int64_t executions = 0;  // once walked
};

enum class LoopKind { serial, parallel, gpu_block, gpu_thread };

struct Loop {
  std::string name;
  LoopKind kind = LoopKind::serial;
  int symbol = 0;
  Linear first;
  Linear extent;
  Body body;
};

struct Branch {
  Linear condition;  // then_body unless 0; one that data decide counts as true
  Body then_body;
  Body else_body;
};

struct Node {
  std::variant<Access, Loop, Branch> content;
};

// A scheduled loop nest: what is left of an operator once its schedule has been applied, with constants for all
// extents.
struct Nest {
  std::vector<Buffer> buffers;
  SymbolTable symbols;
  Body body;
  std::int64_t vector_bytes = 16;  // of the target
  int vector_registers = 16;
};

}  // namespace nestwright::cost
