#include "dsl/directives.h"

#include <fmt/format.h>

#include <algorithm>

namespace nestwright::dsl {
namespace {

constexpr auto loop = ArgumentKind::loop, new_loop = ArgumentKind::new_loop, dimension = ArgumentKind::dimension,
               level = ArgumentKind::level, size = ArgumentKind::size, number = ArgumentKind::number,
               tail = ArgumentKind::tail;

std::vector<Directive> loop_directives() {
  return {
      {"split",
       AppliesTo::stage,
       Yields::same,
       {{{loop, new_loop, new_loop, size}, {tail}}},
       "makes of a loop an outer and an inner one, the inner of `size` iterations"},
      {"tile",
       AppliesTo::stage,
       Yields::same,
       {{{loop, loop, new_loop, new_loop, new_loop, new_loop, size, size}, {tail}},
        {{loop, loop, new_loop, new_loop, size, size}, {tail}}},
       "splits two loops and puts both inner loops innermost; short form: the outer loops keep their names"},
      {"fuse",
       AppliesTo::stage,
       Yields::same,
       {{{loop, loop, new_loop}}},
       "makes one loop of an inner and an outer one"},
      {"reorder", AppliesTo::stage, Yields::same, {{{loop, loop}, {}, 1}}, "orders loops, the innermost first"},
      {"vectorize",
       AppliesTo::stage,
       Yields::same,
       {{{loop}}, {{loop, size}, {tail}}},
       "computes the iterations of a loop in the lanes of vectors; with a size, of its inner part"},
      {"unroll",
       AppliesTo::stage,
       Yields::same,
       {{{loop}}, {{loop, size}, {tail}}},
       "writes out the iterations of a loop; with a size, of its inner part"},
      {"parallel",
       AppliesTo::stage,
       Yields::same,
       {{{loop}}, {{loop, size}, {tail}}},
       "spreads the iterations of a loop over threads; with a size, as tasks of so many"},
      {"serial", AppliesTo::stage, Yields::same, {{{loop}}}, "runs a loop one iteration after another"},
  };
}

std::vector<Directive> other_stage_directives() {
  return {
      {"atomic",
       AppliesTo::update,
       Yields::same,
       {{{}}},
       "makes each update atomic, so that loops over reductions may run in parallel or in vectors"},
      {"partition",
       AppliesTo::stage,
       Yields::same,
       {{{loop, ArgumentKind::partition}}},
       "says whether a loop is cut into a prologue, a steady state and an epilogue"},
      {"prefetch",
       AppliesTo::stage,
       Yields::same,
       {{{ArgumentKind::func, loop, loop}, {number, ArgumentKind::prefetch}}},
       "in the first loop, fetches what iteration + number (1) of the second will read of a Func"},
      {"specialize",
       AppliesTo::stage,
       Yields::specialization,
       {{{ArgumentKind::condition}}},
       "goes on with a copy of the stage that runs where the condition holds"},
      {"specialize_fail",
       AppliesTo::stage,
       Yields::same,
       {{{ArgumentKind::text}}},
       "stops with this message where no specialization holds"},
      {"unscheduled",
       AppliesTo::stage,
       Yields::same,
       {{{}}},
       "says that the stage's loops are as they should be, which silences Halide's warning"},
  };
}

std::vector<Directive> placing_directives() {
  return {
      {"compute_root", AppliesTo::func, Yields::same, {{{}}}, "computes all of the Func before its first use"},
      {"compute_at",
       AppliesTo::func,
       Yields::same,
       {{{ArgumentKind::stage, level}}},
       "computes in each iteration of a loop what that iteration uses"},
      {"compute_inline", AppliesTo::func, Yields::same, {{{}}}, "computes values where they are used"},
      {"compute_with",
       AppliesTo::stage,
       Yields::same,
       {{{ArgumentKind::stage, level}, {ArgumentKind::alignment}}},
       "runs the loops of this stage within those of another one, from the loop outwards"},
      {"store_at",
       AppliesTo::func,
       Yields::same,
       {{{ArgumentKind::stage, level}}},
       "keeps the values in storage of one iteration of a loop"},
      {"store_root", AppliesTo::func, Yields::same, {{{}}}, "keeps the values in storage outside every loop"},
      {"store_in", AppliesTo::func, Yields::same, {{{ArgumentKind::memory}}}, "says which memory holds the values"},
      {"hoist_storage",
       AppliesTo::func,
       Yields::same,
       {{{ArgumentKind::stage, level}}},
       "allocates the storage once an iteration of an outer loop, and uses it again and again"},
      {"hoist_storage_root", AppliesTo::func, Yields::same, {{{}}}, "allocates the storage outside every loop"},
      {"reorder_storage",
       AppliesTo::func,
       Yields::same,
       {{{dimension, dimension}, {}, 1}},
       "orders the dimensions in memory, the contiguous one first"},
      {"align_storage",
       AppliesTo::func,
       Yields::same,
       {{{dimension, size}}},
       "pads a dimension in memory to a multiple of a size"},
      {"bound",
       AppliesTo::func,
       Yields::same,
       {{{dimension, number, size}}},
       "promises that a dimension runs from a number over an extent"},
      {"align_bounds",
       AppliesTo::func,
       Yields::same,
       {{{dimension, size}, {number}}},
       "computes a multiple of so many values, from one whose index is `number` (0) modulo it"},
  };
}

std::vector<Directive> func_directives() {
  return {
      {"update",
       AppliesTo::func,
       Yields::update,
       {{{}, {number}}},
       "goes on with an update stage, by default the first"},
      {"in",
       AppliesTo::func,
       Yields::new_func,
       {{{}}, {{ArgumentKind::func}, {}, 1}},
       "goes on with a copy of the Func's values, which the Funcs named, or all, read instead"},
      {"clone_in",
       AppliesTo::func,
       Yields::new_func,
       {{{ArgumentKind::func}, {}, 1}},
       "goes on with a copy of the Func itself, which the Funcs named use instead"},
      {"rfactor",
       AppliesTo::update,
       Yields::new_func,
       {{{loop, new_loop}, {}, 2}},
       "goes on with a new Func of partial results, one for each iteration of a reduction's loop"},
  };
}

std::vector<Directive> gpu_directives() {
  constexpr bool gpu = true;
  const std::vector<Form> one_to_three = {{{loop}}, {{loop, loop}}, {{loop, loop, loop}}};
  return {
      {"gpu_blocks", AppliesTo::stage, Yields::same, one_to_three, "spreads loops over the GPU's blocks", gpu},
      {"gpu_threads", AppliesTo::stage, Yields::same, one_to_three, "spreads loops over a block's threads", gpu},
      {"gpu_lanes", AppliesTo::stage, Yields::same, {{{loop}}}, "spreads a loop over the lanes of a warp", gpu},
      {"gpu_tile",
       AppliesTo::stage,
       Yields::same,
       {{{loop, new_loop, new_loop, size}, {tail}},
        {{loop, new_loop, size}, {tail}},
        {{loop, loop, new_loop, new_loop, new_loop, new_loop, size, size}, {tail}},
        {{loop, loop, new_loop, new_loop, size, size}, {tail}},
        {{loop, loop, loop, new_loop, new_loop, new_loop, new_loop, new_loop, new_loop, size, size, size}, {tail}},
        {{loop, loop, loop, new_loop, new_loop, new_loop, size, size, size}, {tail}}},
       "tiles one to three loops: the outer ones over blocks, the inner ones over threads",
       gpu},
      {"gpu_single_thread", AppliesTo::stage, Yields::same, {{{}}}, "runs the stage on the GPU, in one thread", gpu},
  };
}

std::string words(const Form& form) {
  std::vector<std::string> required;
  for (const ArgumentKind kind : form.required) required.push_back(argument_word(kind));
  std::string text = fmt::format("{}{}", fmt::join(required, ", "), form.repeated > 0 ? ", ..." : "");
  for (const ArgumentKind kind : form.optional) text += (text.empty() ? "[" : "[, ") + argument_word(kind) + "]";
  return text;
}

}  // namespace

std::string argument_word(ArgumentKind kind) {
  switch (kind) {
    case ArgumentKind::loop:
    case ArgumentKind::level:
      return "loop";
    case ArgumentKind::new_loop:
      return "new";
    case ArgumentKind::dimension:
      return "dimension";
    case ArgumentKind::func:
      return "Func";
    case ArgumentKind::stage:
      return "stage";
    case ArgumentKind::size:
      return "size";
    case ArgumentKind::number:
      return "number";
    case ArgumentKind::condition:
      return "condition";
    case ArgumentKind::text:
      return "string";
    default:
      return enumeration(kind).type;
  }
}

std::string describe(ArgumentKind kind) {
  switch (kind) {
    case ArgumentKind::loop:
    case ArgumentKind::level:
      return "a loop's name";
    case ArgumentKind::new_loop:
      return "a name for a new loop";
    case ArgumentKind::dimension:
      return "a dimension's name";
    case ArgumentKind::func:
      return "a Func";
    case ArgumentKind::stage:
      return "a Func or one of its updates";
    case ArgumentKind::size:
      return "a whole number from 1 on";
    case ArgumentKind::number:
      return "a whole number";
    case ArgumentKind::condition:
      return "a condition";
    case ArgumentKind::text:
      return "a string";
    default:
      return "a " + enumeration(kind).type;
  }
}

const Enumeration& enumeration(ArgumentKind kind) {
  static const Enumeration tails{"TailStrategy",
                                 {"Auto", "GuardWithIf", "Predicate", "PredicateLoads", "PredicateStores", "RoundUp",
                                  "RoundUpAndBlend", "ShiftInwards", "ShiftInwardsAndBlend"}};
  static const Enumeration memories{"MemoryType", {"Auto", "Heap", "Stack", "Register", "GPUShared"}};
  static const Enumeration partitions{"Partition", {"Auto", "Never", "Always"}};
  static const Enumeration prefetches{"PrefetchBoundStrategy", {"Clamp", "GuardWithIf", "NonFaulting"}};
  static const Enumeration alignments{"LoopAlignStrategy", {"Auto", "AlignStart", "AlignEnd", "NoAlign"}};
  static const Enumeration none;
  switch (kind) {
    case ArgumentKind::tail:
      return tails;
    case ArgumentKind::memory:
      return memories;
    case ArgumentKind::partition:
      return partitions;
    case ArgumentKind::prefetch:
      return prefetches;
    case ArgumentKind::alignment:
      return alignments;
    default:
      return none;
  }
}

const std::vector<Directive>& directives() {
  static const std::vector<Directive> all = [] {
    std::vector<Directive> joined;
    for (const auto& group :
         {loop_directives(), other_stage_directives(), placing_directives(), func_directives(), gpu_directives()}) {
      joined.insert(joined.end(), group.begin(), group.end());
    }
    return joined;
  }();
  return all;
}

const Directive* find_directive(std::string_view name) {
  const auto found = std::ranges::find(directives(), name, &Directive::name);
  return found == directives().end() ? nullptr : &*found;
}

bool guard_tail(Call& call) {
  // Where no check() has been, the tail may be a plain name still.
  const bool has_tail = !call.arguments.empty() && call.arguments.back().kind != Expression::Kind::integer &&
                        std::ranges::count(enumeration(tail).values, call.arguments.back().text) > 0;
  if (has_tail && call.arguments.back().text == "GuardWithIf") return false;
  const std::size_t count = call.arguments.size() - (has_tail ? 1 : 0);
  const bool takes_tail = std::ranges::any_of(find_directive(call.name)->forms, [&](const Form& form) {
    return form.required.size() == count && form.optional == std::vector{ArgumentKind::tail};
  });
  if (!takes_tail) return false;
  call.arguments.resize(count);
  call.arguments.push_back({.kind = Expression::Kind::enumerator, .text = "GuardWithIf", .qualifier = "TailStrategy"});
  return true;
}

std::string usage(const Directive& directive) {
  std::vector<std::string> ways;
  for (const Form& form : directive.forms) ways.push_back(fmt::format("{}({})", directive.name, words(form)));
  return fmt::format("{}", fmt::join(ways, " or "));
}

}  // namespace nestwright::dsl
