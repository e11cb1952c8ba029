#pragma once

#include <Halide.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dsl/apply.h"
#include "dsl/polyhedral/loop_order.h"
#include "dsl/schedule.h"
#include "dsl/schedule_names.h"
#include "support/error.h"

// What the files of apply() share; nobody else includes this. Each of those files applies the directives of one theme
// (loops, storage, Funcs, GPUs) and enters them into a table, at the end of this header.
namespace nestwright::dsl::applying {

// The loops of one stage, as each directive left them. When all directives are applied, the proof looks at the last
// step; if that is illegal, it finds the directive to blame by going through the steps.
struct History {
  struct Step {
    Call call;
    polyhedral::LoopNest nest;
  };
  Halide::Func func;
  std::vector<Step> steps;
};

// The loops of one stage that have been vectorized so far.
struct VectorsOfStage {
  int count = 0;
  // Whether one of them may end within a part of a loop: its size is not known to divide that part's extent.
  bool cuts_a_part_short = false;
};

// A schedule that is being applied to a pipeline: what is known so far.
struct Application {
  const Schedule& schedule;
  Pipeline pipeline;  // the algorithm's, to which each Func that the schedule makes is added
  const Halide::Target& target;
  ScheduleNames names;                      // the pipeline's, and those of what the schedule makes
  std::set<std::string> outputs;            // the pipeline's Funcs that no other one calls, by Halide's names
  std::map<std::string, std::string> made;  // of each Func that the schedule made, by Halide's name, the directive
  // The ends of directives that name a loop of another Func (compute_at and the like). They run when all others have
  // been applied, because the schedule may make that loop further down in its text.
  std::vector<std::function<void()>> deferred;
  std::map<const void*, History> histories;         // by the stage's schedule (history_key)
  std::map<std::string, std::vector<Call>> placed;  // where Funcs are computed and kept, by Halide's names
  std::map<std::string, VectorsOfStage> vectors;    // by Halide's name of the stage
  std::vector<AppliedCall> calls;
  std::vector<std::string> notes;
};

// The Func, or the stage of one, that a chain is at.
struct Cursor {
  std::string name;       // of the Func, as the schedule says it
  std::string statement;  // the name with which a statement about the Func, or about what it wraps, may begin
  Halide::Func func;
  Halide::Stage stage;
  std::string stage_name;  // for messages
  bool is_update = false;
};

// An Error at a place of the schedule: file, line, column, the line itself and a caret.
Error error(const Application& application, Position position, const std::string& what);

// The name of a Func as the schedule says it.
std::string name_of(const Application& application, const std::string& halide_name);

// Gives a Func that the schedule makes its name for messages.
void give_name(Application& application, const Halide::Func& made, const std::string& name);

// The loops of a stage by the names that schedules use.
using Loops = std::map<std::string, Halide::VarOrRVar>;
Loops loops_of(const Application& application, const Halide::Internal::StageSchedule& stage);

// The loop called `name` of the cursor's stage, and `count` different such loops from `names[first]` on. Throws Error,
// with the nearest name, where the stage has no such loop.
Halide::VarOrRVar find_loop(const Application& application, const Cursor& cursor, const Expression& name);
std::vector<Halide::VarOrRVar> find_loops(const Application& application, const Cursor& cursor,
                                          const std::vector<Expression>& names, std::size_t first, std::size_t count);

// A loop that a directive makes out of `parents`, whose names it may take over.
Halide::VarOrRVar new_loop(const Application& application, const Cursor& cursor, const Expression& name,
                           const std::vector<Expression>& parents);

// The pure variable of the cursor's Func called `name`. Throws Error where there is none.
Halide::Var find_dimension(const Application& application, const Cursor& cursor, const Expression& name);

// The Func that an expression means: a name, name.in(...) or name.clone_in(...). find_stage() takes name.update(n),
// too. Throws Error, with the nearest name.
Halide::Func find_func(Application& application, const Expression& expression);
Cursor find_stage(Application& application, const Expression& expression);

// Update `index` of the cursor's Func. Throws Error where it has fewer.
Cursor update_of(const Application& application, const Cursor& cursor, int index, Position position);

// What wrapped.in(callers...) or wrapped.clone_in(callers...) makes (`kind` says which). Asked again with the same
// callers, it gives the same Func again.
Halide::Func wrapper_of(Application& application, Halide::Func wrapped, const std::string& kind,
                        const std::vector<Halide::Func>& callers, Position position);

// The place that compute_at and the like name: the loop `loop` of any stage of the Func `where`, or of one update where
// `where` names an update.
Halide::LoopLevel loop_level(Application& application, const Expression& where, const Expression& loop);

// A loop that is about to be split into inner loops of `size` iterations.
struct SplitLoop {
  Halide::VarOrRVar loop;
  int size;
};

// Whether a split or a fusion made the loop, so that it is no dimension of the Func. `loop` is Halide's name, which
// says what a part was split from: "x.xi".
bool is_made(const Cursor& cursor, const std::string& loop);
// Whether the loop is known to have a multiple of `size` iterations.
bool is_whole_number_of(const Cursor& cursor, const std::string& loop, int size);

// Throws Error where the schedule has grown, with the call that was just applied at the cursor, beyond what Halide and
// the proofs can deal with in reasonable time.
void require_small_schedule(const Application& application, const Cursor& cursor, const Call& call);

// Throws Error where the sizes are larger than makes sense of such loops.
void require_sensible_sizes(const Application& application, const Cursor& cursor, const Call& call,
                            const std::vector<SplitLoop>& loops);

// The tail strategy for a split of `loops`: the argument at `index`, or, where there is none, what is right for the
// stage. Throws Error for one with which an output would be written beyond its end, or twice where it must not be.
Halide::TailStrategy tail_strategy(const Application& application, const Cursor& cursor, const Call& call,
                                   std::size_t index, const std::vector<SplitLoop>& loops);

// Whether the Func is an output whose elements must be computed exactly once.
bool is_in_place(const Application& application, const Cursor& cursor);

// Keeps in mind what the directive made of the stage's loops, for the proof at the end.
void remember(Application& application, const Cursor& cursor, const Call& call);

// Turns Halide's own test for races off for a loop of a reduction that is about to be made concurrent: it refuses loops
// that the proof at the end finds legal.
void leave_races_to_proof(Cursor& cursor, const Halide::VarOrRVar& loop);

// Called when a specialization was made: it begins with the loops of its stage, so it takes over that stage's history.
void inherit_history(Application& application, const Halide::Stage& from, const Halide::Stage& to);

// Throws IllegalSchedule where the loops of the stage, as they are now, break a dependence.
void require_legal_stage(Application& application, const Cursor& cursor);

// The same for every stage of the schedule; notes where sums are added up in another order.
void require_legal_stages(Application& application);

// Throws IllegalSchedule where the loops of the stage in this order would break a dependence.
void explain_reorder(Application& application, const Cursor& cursor, const Call& call,
                     const std::vector<Halide::VarOrRVar>& order);

// Throws Error where atomic() or rfactor() can't reassociate the stage's update.
void require_associative(Application& application, const Cursor& cursor, const Call& call);

// Throws Error where a Func is not computed and kept around everything that uses it, or where a thread of a GPU would
// read what another thread keeps for itself.
void require_legal_placement(Application& application);

// The latter alone. `outputs`: the pipeline's.
void require_own_values(Application& application, const std::vector<Halide::Internal::Function>& outputs);

// The condition of a `specialize`, as Halide's expression.
Halide::Expr condition_of(Application& application, const Expression& expression);

// The parameter that an input's Func wraps; not defined for other Funcs.
Halide::Parameter input_parameter(const Halide::Func& func);

// The directives by name, a table from each file. A function applies one call at the cursor, and moves the cursor where
// the rest of the chain is about another stage or Func.
using Apply = void (*)(Application&, Cursor&, const Call&);
const std::map<std::string, Apply>& loop_directives();
const std::map<std::string, Apply>& storage_directives();
const std::map<std::string, Apply>& func_directives();
const std::map<std::string, Apply>& gpu_directives();

}  // namespace nestwright::dsl::applying
