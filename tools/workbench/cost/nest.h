#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "tools/workbench/cost/symbolic.h"

namespace nestwright::cost {

// Where a buffer lies: in an argument of the kernel, in memory that the kernel allocates, in registers, or in the
// shared memory of a GPU's block.
enum class Place { argument, heap, stack, registers, shared };

// A tensor or an allocation that a kernel reads or writes; its values may have become registers.
struct Buffer {
  std::string name;
  std::int64_t element_bytes = 4;
  std::int64_t elements = 0;
  Place place = Place::argument;
  std::int64_t address = 0;  // of the first element, in bytes
};

// One load or store of neighbouring elements, no wider than a vector of the target.
struct Access {
  int buffer = 0;          // index in Nest::buffers
  Linear index;            // of the first element
  std::int64_t width = 1;  // elements
  bool is_store = false;
  // Of a store: how many additions, each waiting for the one before, lead from the value that was there to the stored
  // one.
  int updates = 0;

  friend bool operator==(const Access&, const Access&) = default;
};

// The instructions of a body other than loads and stores. One that computes more than a vector of the target holds
// counts once for each vector.
struct Arithmetic {
  double multiply_adds = 0.0;   // instructions
  double other = 0.0;           // instructions
  double flops = 0.0;           // operations in all lanes; a multiply-add counts as two
  double lanes = 0.0;           // the sum of the lanes that the floating-point instructions use
  double floating_point = 0.0;  // instructions, multiply-adds among them
};

struct Node;

// What one iteration of a loop, or one branch, executes: its nodes, in their order.
struct Body {
  std::vector<Node> nodes;
  Arithmetic arithmetic;
  // assign_registers() fills in the members from here to carries_sums.
  int live_registers = 0;  // vectors that are live at once
  // Additions of the longest chain, each waiting for the one before, that one iteration appends to that of the
  // iteration before it.
  int chain = 0;
  int updates = 0;  // additions to values in registers, in one execution
  // A sum that is kept in a register.
  struct Sum {
    int buffer = 0;     // index in Nest::buffers
    Linear index;       // of its element
    int additions = 0;  // to it in one execution, each waiting for the one before
  };
  std::vector<Sum> sums;
  // Whether an iteration goes on with sums that the iteration before left in registers.
  bool carries_sums = false;
  std::int64_t executions = 0;  // in one call; walk() fills it in
};

enum class LoopKind { serial, parallel, gpu_block, gpu_thread };

struct Loop {
  std::string name;
  LoopKind kind = LoopKind::serial;
  int symbol = 0;  // of its variable, in Nest::symbols
  Linear first;    // the variable's first value
  Linear extent;   // iterations
  Body body;
};

struct Branch {
  Linear condition;  // 0: else_body is executed, otherwise then_body, also where the condition depends on data
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
  std::int64_t vector_bytes = 16;  // of a vector of the target
  int vector_registers = 16;       // that the target has
};

}  // namespace nestwright::cost
