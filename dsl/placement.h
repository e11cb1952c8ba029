#pragma once

#include <Halide.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nestwright::dsl {

// Which stage uses which Funcs once a schedule's wrappers and inlining have been seen to, and in which loops each is
// computed: what has to be known to tell whether a place serves every use.
class CallGraph {
 public:
  // Of everything that the outputs need. The schedule has been applied.
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

  // Whether it is put in where it is used, and has no loops of its own.
  bool is_inlined(const std::string& func) const;

  // The stages that read the Func's values from where they are kept.
  std::vector<StageName> users(const std::string& func) const;

  // Whether the Func needs another one's values, directly or by way of others.
  bool depends_on(const std::string& func, const std::string& other) const;

  // The stages of `func` in whose loops `inner` is needed, directly or by way of others.
  std::vector<StageName> stages_needing(const std::string& func, const std::string& inner) const;

 private:
  void add(const Halide::Internal::Function& function);
  void expand(const Halide::Internal::Function& body, const std::set<std::string>& calls, std::set<std::string>& used);
  std::string resolve(const std::string& caller, std::string callee) const;

  std::set<std::string> outputs_;
  std::map<std::string, Halide::Internal::Function> funcs_;
  std::map<StageName, std::set<std::string>> uses_;
};

// The loops of a stage, the innermost first, by Halide's names; a specialization's after the stage's own.
using LoopNames = std::vector<std::vector<std::string>>;
LoopNames loop_names(const Halide::Internal::Function& function, int update);

// What is wrong with where a Func is computed and kept.
struct PlacementFault {
  enum class Kind {
    output_placed,       // an output is computed for its caller, outside every loop
    no_loops,            // the place is a loop of a Func that is inlined, or that nothing needs
    use_outside,         // `user` needs the Func outside of the place where it is computed
    storage_outside,     // it would be kept in less of the loops than those it is computed in
    concurrent_between,  // `loop` of `user` runs iterations at once that would share the storage
  };
  Kind kind;
  std::string func;
  bool is_storage = false;  // the directive about storage is wrong, not the one about computing
  std::string user = {};
  std::string loop = {};
};

// The first fault of a Func, if any.
std::optional<PlacementFault> find_placement_fault(const CallGraph& graph, const std::string& func);

}  // namespace nestwright::dsl
