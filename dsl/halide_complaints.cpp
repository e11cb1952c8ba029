#include "dsl/halide_complaints.h"

#include <array>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace nestwright::dsl {
namespace {

// A line of Halide 21's, as a regular expression, and what is said instead: $1 is the expression's first part. The
// first that fits counts.
using Translation = std::pair<const char*, const char*>;

constexpr std::array of_places = {
    Translation{
        R"re(Func "?(.+?)"? storage is hoisted outside the \S+ loop over (.+?) of (.+?) but computed within it.*)re",
        "the memory of `$1` would be kept outside of the concurrent loop `$2` of `$3`, whose iterations would write to "
        "it at once; hoist it to that loop or further in"},
    Translation{R"re(Func "?(.+?)"? is stored outside the \S+ loop over (.+?) of (.+?) but computed within it.*)re",
                "`$1` would be kept outside of the concurrent loop `$2` of `$3`, whose iterations would write to it at "
                "once; keep it within that loop"},
    Translation{R"re(Couldn't find a matching Realize node for Hoisted storage (.+))re",
                "`$1` is not computed within the loop that its memory is hoisted to, or not in all specializations of "
                "it; hoist it to a loop around the one that computes it, or leave the hoisting out"},
    Translation{R"re((?:Func )?"?(.+?)"? is scheduled ((?:store|hoist_storage)\w*)\(\), but is inlined.*)re",
                "`$1` is computed inline, and nothing of it is kept; give it compute_root or compute_at, or leave $2 "
                "out"},
    Translation{
        R"re((?:Func(?:tion)? )?"?(.+?)"? is scheduled to be computed inline, but is not scheduled to be stored inline.*)re",
        "`$1` is computed inline, and nothing of it is kept; give it compute_root or compute_at, or keep it "
        "nowhere"},
    Translation{R"re(Func "?(.+?)"? is computed at the following invalid location:.*)re",
                "`$1` is computed in a loop that does not enclose all of its uses; compute it further out"},
    Translation{
        R"re((?:Cannot|It is meaningless to) (?:parallelize|vectorize|unroll|specialize|split|fuse|rename|reorder|bound|align the bounds of)(?: \w+)?(?: dimension| variables?)? \[?(.+?)\]? of function (.+?) because the function is scheduled inline.*)re",
        "`$2` is computed inline, and has no loop `$1` of its own; compute it somewhere first, by compute_root "
        "or compute_at"},
    Translation{R"re(Func(?:tion)? "?(.+?)"? is scheduled inline, so it must not have any specializations.*)re",
                "`$1` is computed inline, and has no loops to specialize; compute it somewhere first, by compute_root "
                "or compute_at"},
};

constexpr std::array of_memory = {
    Translation{R"re(Allocate node inside \w+ kernel has custom new expression.*)re",
                "memory that is kept outside of a kernel of the GPU would have to be made within it; keep it "
                "in a loop of the kernel, or leave the hoisting out"},
    Translation{R"re(Allocation (.+?) has a dynamic size\. Only fixed-size allocations can be stored in registers.*)re",
                "`$1` has no constant size, and registers hold only what has; store it in the Heap or on the Stack, or "
                "compute it in a loop further in"},
    Translation{R"re(Allocation (.+?) has a dynamic size\. Only fixed-size allocations are supported on the gpu.*)re",
                "`$1` has no constant size, and a thread of the GPU keeps only what has; store it in GPUShared, or "
                "compute it in a loop further in"},
    Translation{
        R"re(Was unable to infer constant upper bound on extent of realization (.+?)\. Use Func::bound_extent.*)re",
        "`$1` has no constant size, and a register or a thread's memory holds only what has; state it by bound, or "
        "compute it in a loop further in"},
    Translation{R"re(.*Func (.+?) .*has a size that is non-monotonic in the gpu block variable (.+?)[ .].*)re",
                "how much memory `$1` takes differs from block to block; compute it in a loop within `$2`"},
};

constexpr std::array of_gpu_loops = {
    Translation{
        R"re(GPU (thread|lane) loop over (.+?) of (.+?) must be inside a GPU block loop.*)re",
        "no loop around the GPU's $1 loop `$2` of `$3` goes over blocks; give one of them gpu_blocks, or map both by "
        "gpu_tile"},
    Translation{R"re(Loops over GPU thread variable: "?(.+?)"? is outside of any loop over a GPU block variable.*)re",
                "no loop around the one over the GPU's threads (`$1`) goes over blocks; give one gpu_blocks"},
    Translation{
        R"re(GPU block loop over (.+?) of (.+?) is inside GPU (thread|lane) loop over (.+?) of (.+?)(?:\..*)?)re",
        "the blocks' loop `$1` of `$2` stands inside the GPU's $3 loop `$4` of `$5`, and blocks go around threads; "
        "reorder the loops"},
    Translation{
        R"re(GPU thread loop over (.+?) of (.+?) is inside a loop over GPU lanes.*)re",
        "the threads' loop `$1` of `$2` stands inside a loop over lanes, and threads go around lanes; reorder the "
        "loops"},
    Translation{R"re(GPU (?:lane )?loop over (.+?) of (.+?) is inside another GPU lane loop.*)re",
                "the lanes' loop `$1` of `$2` stands inside another one; map one loop to gpu_lanes"},
    Translation{R"re(GPU (\w+) loop over (.+?) of (.+?) is inside three other GPU .*)re",
                "the GPU's $1 loop `$2` of `$3` stands inside three others, and three is the most; fuse some of them"},
    Translation{
        R"re(\S+ loop over (.+?) of (.+?) is inside GPU block loop over (.+?) of (.+?) but outside GPU block loop over (.+?) of (.+?)\. .*)re",
        "the loop `$1` of `$2` stands between the GPU's block loops `$3` of `$4` and `$5` of `$6`; let block loops "
        "follow "
        "one another, and compute what runs on the GPU by itself outside of them"},
    Translation{
        R"re(Found an if statement with else case between two GPU blocks.*)re",
        "a specialization would choose between two kernels within a loop over blocks; specialize for what does not "
        "depend on that loop, or give all cases the same loops over blocks"},
    Translation{R"re(The (\w+) backend does not support the gpu_lanes\(\) scheduling directive.*)re",
                "$1 has no gpu_lanes, which only CUDA has; use gpu_threads"},
};

constexpr std::array of_stages = {
    Translation{R"re(Cannot schedule (.+?) to be computed with (.+?) of (.+))re",
                "`$1` would share a loop with a stage of its own Func; compute_with takes a stage of another Func"},
    Translation{R"re(Func (.+?) is scheduled to be computed with (.+?), so it must not have any specializations.*)re",
                "`$1` shares loops with `$2`, and such a stage can't be specialized; leave one of the two out"},
    Translation{R"re((.+?) already has a compute_with at .*\. Replacing it .*)re",
                "`$1` shares loops already, and this compute_with replaces the other; leave one out"},
    Translation{R"re(Invalid compute_with: cannot find (.+?) in (.+))re",
                "`$2` has no loop `$1`, which both stages need; give both the same loops"},
    Translation{
        R"re(Invalid compute_with: # of fused dims of (.+?) and (.+?) do not match.*)re",
        "`$1` and `$2` do not have the same number of loops from that one outwards; give both the same loops in "
        "the same order"},
    Translation{
        R"re(Invalid compute_with: names of dim \S+ of (.+?)\((.+?)\) and (.+?)\((.+?)\) do not match.*)re",
        "from that loop outwards, `$1` has `$2` where `$3` has `$4`; give both the same loops in the same order"},
    Translation{
        R"re(Invalid compute_with: for types of dim \S+ of (.+?)\((.+?) is for\) and (.+?)\(.+? is (.+?)\) do not match.*)re",
        "`$2` is a serial loop in `$1` and a $4 one in `$3`, and one loop serves both; make both alike"},
    Translation{
        R"re(Invalid compute_with: for types of dim \S+ of (.+?)\((.+?) is (.+?)\) and (.+?)\(.+? is for\) do not match.*)re",
        "`$2` is a $3 loop in `$1` and a serial one in `$4`, and one loop serves both; make both alike"},
    Translation{
        R"re(Invalid compute_with: (?:for )?types of dim \S+ of (.+?)\((.+?) is (.+?)\) and (.+?)\((.+?) is (.+?)\) do not match.*)re",
        "`$2` is a $3 loop in `$1` and a $6 loop in `$4`, and one loop serves both; make both alike"},
    Translation{R"re(Invalid compute_with: device APIs of dim \S+ of (.+?) and (.+?) do not match.*)re",
                "one of the stages runs on the GPU there, the other not; map the loops of both alike"},
    Translation{
        R"re(Invalid compute_with: the compute levels of (.+?) (?:\(.*\) )?and (.+?) (?:\(.*\) )?do not match.*)re",
        "`$1` and `$2` are computed in different places; compute both in the same loop"},
    Translation{R"re(Invalid compute_with: there is dependency between (.+?) and (.+))re",
                "`$1` and `$2` can't share loops, as one of them needs the other complete; leave compute_with out"},
    Translation{R"re(Found cyclic dependencies between compute_with of (.+?) and (.+))re",
                "`$1` and `$2` would each have to come first in the loops that they share; leave one compute_with out"},
    Translation{
        R"re(Invalid compute_with: impossible to establish correct stage order between (.+?) (?:with|and) (.+))re",
        "`$1` and `$2` would each have to come first in the loops that they share; leave one compute_with out"},
    Translation{R"re(Wrapper redefinition in function "?(.+?)"? is not allowed.*)re",
                "`$1` reads a copy there already; name each Func in one `in` or `clone_in` only"},
    Translation{
        R"re(Prefetch 'from' variable '(.+?)' could not be found in an active loop.*)re",
        "the loop that prefetch counts from, `$1`, is inside the one that it stands at; give it the same loop twice, "
        "or exchange the two"},
    Translation{R"re(Prefetch to buffer "?(.+?)"? which has not been allocated.*)re",
                "`$1` is not there yet in that loop; compute it further out, or fetch what is there"},
    Translation{R"re(Redefinition of shared wrapper .*)re",
                "some of these Funcs share a copy already, which can't be changed for a part of them; name the same "
                "Funcs again, or others"},
    Translation{R"re((.+?) should have shared the same wrapper as (.+))re",
                "`$1` and `$2` do not share a copy; name Funcs that share one, or none that has one"},
    Translation{R"re(Cannot create wrapper of itself.*)re",
                "a Func can't read a copy of itself; name Funcs that use it"},
    Translation{R"re(Stage::unscheduled called on an update definition with a schedule.*)re",
                "the stage has directives, so it is not unscheduled; leave one or the other out"},
    Translation{R"re(Only one specialize_fail\(\) may be defined per Stage.*)re",
                "the stage has a specialize_fail already; one is enough"},
    Translation{R"re(Cannot add new specializations after specialize_fail\(\).*)re",
                "no case is left after specialize_fail; write it last"},
    Translation{
        R"re(.*is lowered into a mutex lock, which does not support vectorization.*)re",
        "each element would need a lock, which vectors can't take; vectorize another loop, or leave atomic out"},
};

constexpr std::array of_loops = {
    Translation{R"re(When splitting Var (.+?) ShiftInwards is not a legal tail strategy for update definitions.*)re",
                "ShiftInwards would update elements at the end of `$1` twice; use GuardWithIf"},
    Translation{
        R"re(When splitting Var (.+?) the tail strategy must be GuardWithIf, Predicate, or Auto.*)re",
        "the reduction's loop `$1` may not go beyond its end, nor over elements twice; use GuardWithIf or Predicate"},
    Translation{
        R"re((?:In schedule for .*?, )?[Cc]an't use TailStrategy::(\w+) for splitting (.+?) in the definition of .*)re",
        "$1 would go over elements of `$2` twice or beyond its end; use GuardWithIf"},
    Translation{R"re((?:In schedule for .*?, )?[Cc]an't use TailStrategy::(\w+) for splitting (.+?) .*)re",
                "$1 can't be used for `$2`, a part of a loop; use GuardWithIf"},
    Translation{
        R"re(Cannot split a loop variable resulting from a split using PredicateLoads or PredicateStores.*)re",
        "a part that was made with PredicateLoads or PredicateStores can't be split again; use GuardWithIf there"},
    Translation{R"re(In schedule for (.+?), call to (\w+) references (.+?) twice.*)re",
                "`$3` is there twice; name each once"},
    Translation{R"re(In schedule for .+?, can't .* because the new Vars have the same name.*)re",
                "the new loops have the same name; give each its own"},
    Translation{
        R"re(In schedule for (.+?), can't .* because (?:Var )?(.+?) is already used in this Func's schedule elsewhere.*)re",
        "there is or was a loop `$2` in `$1`; give the new one another name"},
    Translation{R"re(.*[Mm]arking (?:var )?(.+?) as parallel or vectorized may introduce a race.*)re",
                "running iterations of `$1` at once may be a race; atomic() or rfactor() would let it run so"},
    Translation{
        R"re(.*because other vars stemming from the same original Var or RVar are marked as parallel.*)re",
        "another part of the same loop runs in parallel, and this order would be a race; make the parts parallel "
        "after ordering them"},
    Translation{
        R"re(.*since either it is not in the reduction domain, or has already been consumed by another scheduling directive.*)re",
        "rfactor takes loops of the reduction that no other directive has taken; name such a loop"},
    Translation{
        R"re(.*can't rfactor an Func that has fused a Var into an RVar: (.+?), (.+))re",
        "`$1` is fused into a loop of the reduction (`$2`), and rfactor can't take them apart; write rfactor first, or "
        "leave the fusing out"},
    Translation{R"re(.*without rfactoring the outer dimensions, since the operator is non-commutative.*)re",
                "the order of this reduction matters, so that rfactor has to take its outer loops too; name them all"},
};

constexpr std::array of_warnings = {
    Translation{
        R"re(Update definition ([0-9]+) of function (.+?) has not been scheduled, even though some other definitions have been.*)re",
        "`$2.update($1)` has no directives, though other stages of `$2` have; .update($1).unscheduled() says that "
        "this is meant"},
    Translation{R"re(Removing prefetch of (.+?) at loop nest of .*)re",
                "prefetch fetches nothing: no element of `$1` is read there from memory; leave it out"},
};

struct Rule {
  std::regex complaint;
  std::string own;
};

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = [] {
    std::vector<Rule> compiled;
    const auto add = [&](const auto& group) {
      for (const auto& [complaint, own] : group) compiled.push_back({std::regex(complaint), own});
    };
    add(of_places);
    add(of_memory);
    add(of_gpu_loops);
    add(of_stages);
    add(of_loops);
    add(of_warnings);
    return compiled;
  }();
  return all;
}

}  // namespace

std::string own_words(const std::string& complaint) {
  for (const Rule& rule : rules()) {
    std::smatch match;
    if (std::regex_match(complaint, match, rule.complaint)) return match.format(rule.own);
  }
  return complaint;
}

}  // namespace nestwright::dsl
