#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nestwright::dsl {

// The text of Halide's, in which a reader sees what an example changes.
enum class Shown {
  loops,      // the loop nest, as Halide's print_loop_nest() has it
  storage,    // the lowered statement's allocations, prefetches and loops; a vectorized loop is none there any more
  addresses,  // the same, with the index at which each value is stored
  code,       // the lowered statement's loops, cut into prologue, steady state and epilogue
};

// A directive on a real operator. Tests check that the schedule of `context` and `line` is legal, compiles, and
// computes the right values.
struct GuideExample {
  std::string op;
  std::string algorithm = {};             // empty: the operator's default
  std::string shape;                      // name=value,...
  std::vector<std::string> context = {};  // statements that stand before `line`
  std::string line;                       // the statement that the example is about
  Shown shown = Shown::loops;
  std::string target = "x86-64-linux";  // what it is lowered for, the same on every machine
};

// What to know about a directive beyond its arguments, which directives.h has.
struct DirectiveGuide {
  std::string name;
  std::string legal;    // when it may be used
  std::string purpose;  // what it is good for
  GuideExample example;
};

// One for every directive, in the order of directives().
const std::vector<DirectiveGuide>& directive_guides();

// The guide of the directive called `name`, or nullptr.
const DirectiveGuide* find_guide(std::string_view name);

// The .nest file that the example is: up to its line, or, without it, what stands before.
std::string schedule_text(const GuideExample& example, bool with_line);

}  // namespace nestwright::dsl
