#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dsl/schedule.h"

namespace nestwright::dsl {

// What an argument of a directive is.
enum class ArgumentKind {
  loop,       // a loop of the stage
  new_loop,   // a name for a loop that the directive makes
  dimension,  // a pure variable of the Func
  level,      // a loop of another Func, or `outermost`
  func,       // a Func
  stage,      // a Func, or one of its updates
  size,       // a whole number >= 1: a factor, an extent
  number,     // a whole number
  tail,       // a TailStrategy
  memory,     // a MemoryType
  partition,  // a Partition
  prefetch,   // a PrefetchBoundStrategy
  alignment,  // a LoopAlignStrategy
  condition,  // what specialize may ask
  text,       // a string
};

// What messages and the documentation call an argument of this kind: "a loop of the stage".
std::string describe(ArgumentKind kind);

// The one word that usage() has for the kind: "loop", "new", "size", or an enumeration's name.
std::string argument_word(ArgumentKind kind);

// The values that an argument of an enumerated kind has; empty for other kinds. `type` is Halide's name for it.
struct Enumeration {
  std::string type;
  std::vector<std::string> values;
};
const Enumeration& enumeration(ArgumentKind kind);

// One way to call a directive: the arguments that it must be given, then those that it may be given. The last
// `repeated` of `required` may be given any number of times, as in reorder(loop, loop, ...).
struct Form {
  std::vector<ArgumentKind> required;
  std::vector<ArgumentKind> optional = {};
  std::size_t repeated = 0;
};

// What a directive may follow in a chain.
enum class AppliesTo {
  func,    // the Func as a whole: not after update() or specialize()
  stage,   // any stage; on a Func, its pure definition
  update,  // an update stage only
};

// What the directives behind it in the chain are about: the same stage, an update, a specialization, or the new Func.
enum class Yields { same, update, specialization, new_func };

struct Directive {
  std::string name;
  AppliesTo applies_to;
  Yields yields;
  std::vector<Form> forms;
  std::string summary;
  bool needs_gpu = false;
};

// Every directive of the language, in the order of the documentation.
const std::vector<Directive>& directives();

// The directive called `name`, or nullptr.
const Directive* find_directive(std::string_view name);

// Lets the directive go nowhere beyond the end of its loop: GuardWithIf becomes its tail. False, and nothing is
// changed, where that is its tail already, and where it takes none.
bool guard_tail(Call& call);

// The ways to call it, as in "vectorize(loop) or vectorize(loop, size[, tail])".
std::string usage(const Directive& directive);

}  // namespace nestwright::dsl
