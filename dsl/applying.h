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
#include "support/error.h"

// The parts of apply() that its files share; nobody else includes this.
namespace nestwright::dsl::applying {

// The loops of a stage as each directive left them.
struct History {
  struct Step {
    Call call;
    polyhedral::LoopNest nest;
  };
  Halide::Func func;
  std::vector<Step> steps;
};

// A schedule that is being applied.
// Of one stage: its vectors so far.
struct VectorsOfStage {
  int count = 0;
  bool cuts_a_part_short = false;  // one has a size that is not known to divide a part of a loop
};

struct Session {
  const Schedule& schedule;
  Pipeline pipeline;  // and the Funcs that the schedule has made so far
  const Halide::Target& target;
  std::set<std::string> outputs;            // the pipeline's Funcs that no other one calls, by Halide's names
  std::map<std::string, std::string> made;  // Funcs that the schedule has made, by Halide's names: with what
  // Directives that name a loop of another Func: that loop may come into being below them, so they come last.
  std::vector<std::function<void()>> deferred;
  std::map<const void*, History> histories;         // by the stage's schedule (history_key)
  std::map<std::string, std::vector<Call>> placed;  // where Funcs are computed and kept, by Halide's names
  std::map<std::string, VectorsOfStage> vectors;    // by the stage's name
  std::vector<std::string> notes;
};

// The Func, or the stage of one, that a chain is at.
struct Cursor {
  std::string name;  // of the Func, as the schedule says it
  Halide::Func func;
  Halide::Stage stage;
  std::string stage_name;  // for messages
  bool is_update = false;
};

Error error(const Session& session, Position position, const std::string& what);

// The name of a Func as the schedule says it.
std::string name_of(const Session& session, const std::string& halide_name);

// The loops of a stage by the names that schedules use.
using Loops = std::map<std::string, Halide::VarOrRVar>;
Loops loops_of(const Session& session, const Halide::Internal::StageSchedule& stage);

Halide::VarOrRVar loop(const Session& session, const Cursor& cursor, const Expression& name);
std::vector<Halide::VarOrRVar> loops(const Session& session, const Cursor& cursor, const std::vector<Expression>& names,
                                     std::size_t first, std::size_t count);

// A loop that a directive makes out of `parents`, whose names it may take over.
Halide::VarOrRVar new_loop(const Session& session, const Cursor& cursor, const Expression& name,
                           const std::vector<Expression>& parents);

// A pure variable of the Func.
Halide::Var dimension(const Session& session, const Cursor& cursor, const Expression& name);

// A Func: by name, or as name.in(...) or name.clone_in(...).
Halide::Func func(Session& session, const Expression& expression);
Cursor stage(Session& session, const Expression& expression);
Cursor update(const Session& session, const Cursor& cursor, int index, Position position);

// `wrapped`.in(...) or .clone_in(...): the same Func each time.
Halide::Func wrapper(Session& session, Halide::Func wrapped, const std::string& kind,
                     const std::vector<Halide::Func>& callers, Position position);

// A loop of any stage of `where` (of its stage alone, where it names an update), for compute_at and the like.
Halide::LoopLevel level(Session& session, const Expression& where, const Expression& loop);

// A loop that is split into inner loops of `size` iterations.
struct SplitLoop {
  Halide::VarOrRVar loop;
  int size;
};

// A loop that a split or a fusion made, not a dimension of the Func. Halide keeps what a part was split from: "x.xi".
bool is_made(const Cursor& cursor, const std::string& loop);
// Whether the loop is known to have a multiple of `size` iterations.
bool is_whole_number_of(const Cursor& cursor, const std::string& loop, int size);

// The tail strategy for a split of `loops`: the argument at `index`, or, where there is none, what is right for the
// stage. Throws Error for one with which an output would be written beyond its end, or twice where it must not be.
Halide::TailStrategy tail(const Session& session, const Cursor& cursor, const Call& call, std::size_t index,
                          const std::vector<SplitLoop>& loops);

// Whether the Func is an output whose elements must be computed exactly once.
bool in_place(const Session& session, const Cursor& cursor);

// Keeps in mind what the directive made of the stage's loops, for the proof at the end.
void remember(Session& session, const Cursor& cursor, const Call& call);

// Lets a loop of a reduction be made concurrent without Halide's own test for races, which is less exact than the
// proof at the end.
void leave_races_to_proof(Cursor& cursor, const Halide::VarOrRVar& loop);

// A specialization begins with its stage's loops, and what was done to them.
void inherit_history(Session& session, const Halide::Stage& from, const Halide::Stage& to);

// Throws IllegalSchedule where the loops of the stage, as they are now, break a dependence.
void require_legal_stage(Session& session, const Cursor& cursor);

// The same for every stage of the schedule; notes where sums are added up in another order.
void require_legal_stages(Session& session);

// Throws IllegalSchedule where the loops of the stage in this order would break a dependence.
void explain_reorder(Session& session, const Cursor& cursor, const Call& call,
                     const std::vector<Halide::VarOrRVar>& order);

// Throws Error where atomic() or rfactor() can't reassociate the stage's update.
void require_associative(Session& session, const Cursor& cursor, const Call& call);

// Throws Error where a Func is not computed and kept around everything that uses it.
void require_legal_placement(Session& session);

// What `specialize` asks.
Halide::Expr condition(Session& session, const Expression& expression);

// The parameter that an input's Func wraps; not defined for other Funcs.
Halide::Parameter input_parameter(const Halide::Func& func);

using Apply = void (*)(Session&, Cursor&, const Call&);
const std::map<std::string, Apply>& loop_directives();
const std::map<std::string, Apply>& storage_directives();
const std::map<std::string, Apply>& func_directives();
const std::map<std::string, Apply>& gpu_directives();

}  // namespace nestwright::dsl::applying
