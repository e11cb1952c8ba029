#pragma once

#include <Halide.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nestwright::dsl {

// A copy of the level that answers questions. Halide's own does so only once it is locked, which would end what may be
// scheduled.
Halide::LoopLevel locked(const Halide::LoopLevel& level);

// Which stage reads which Funcs, after the schedule's wrappers and inlining. find_placement_fault() needs it to tell
// whether a Func is computed where every stage that reads it finds its values.
class CallGraph {
 public:
  // The graph of all Funcs that the outputs need, directly or through others. Call it after the schedule was applied.
  explicit CallGraph(const std::vector<Halide::Internal::Function>& outputs);

  // A stage of a Func: its pure definition (-1), or an update.
  struct StageName {
    std::string func;
    int update = -1;
    bool operator<(const StageName& other) const {
      return func != other.func ? func < other.func : update < other.update;
    }
  };

  const std::map<std::string, Halide::Internal::Function>& funcs() const { return funcs_; }
  bool is_output(const std::string& func) const { return outputs_.contains(func); }

  // Whether its expression is put in wherever it is read, so that it has no loops and no memory.
  bool is_inlined(const std::string& func) const;

  // The stages that load the Func's values from its memory: those that read it directly, or through inlined Funcs.
  std::vector<StageName> users(const std::string& func) const;

  // Whether `func` needs the values of `other`, directly or through Funcs between them.
  bool depends_on(const std::string& func, const std::string& other) const;

  // The stages of `func` that need the values of `inner`, directly or through Funcs between them.
  std::vector<StageName> stages_needing(const std::string& func, const std::string& inner) const;

 private:
  void add(const Halide::Internal::Function& function);
  void expand(const Halide::Internal::Function& body, const std::set<std::string>& calls, std::set<std::string>& used);
  std::string resolve(const std::string& caller, std::string callee) const;

  std::set<std::string> outputs_;
  std::map<std::string, Halide::Internal::Function> funcs_;
  std::map<StageName, std::set<std::string>> uses_;
};

// What is wrong with where a Func is computed and kept.
struct PlacementFault {
  // What of a Func has a place of its own: its loops (compute_at), its values (store_at), and the memory that these are
  // in (hoist_storage).
  enum class Part { loops, values, memory };
  enum class Kind {
    output_placed,       // an output is computed for its caller, outside every loop
    no_loops,            // the place is a loop of a Func that is inlined, or that nothing needs
    use_outside,         // `user` reads the Func outside of the loop in which it is computed
    storage_outside,     // its values or its memory would live within a loop further in than what they have to enclose
    concurrent_between,  // `loop` of `user` runs iterations at the same time, which would share the memory
  };
  Kind kind;
  std::string func;
  Part part = Part::loops;  // whose place is to blame
  std::string user = {};
  std::string loop = {};
};

// The first fault of a Func, if any.
std::optional<PlacementFault> find_placement_fault(const CallGraph& graph, const std::string& func);

}  // namespace nestwright::dsl
