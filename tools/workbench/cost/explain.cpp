#include "tools/workbench/cost/explain.h"

#include <algorithm>
#include <map>
#include <regex>

#include "generators/scheduling/lowering_refusal.h"
#include "generators/scheduling/strict_halide.h"
#include "tools/workbench/cost/registers.h"

namespace nestwright::cost {
namespace {

// A loop's name as schedules have it, after that of its stage. Halide gives reduction variables other names, and
// appends a number to Funcs of a process's later pipelines, as in conv$1.
std::string shown_name(const BoundAlgorithm& bound, const std::string& name) {
  static const std::regex parts("([^.]+\\.s[0-9]+)\\.(.+)"), number("\\$[0-9]+");
  std::smatch match;
  if (!std::regex_match(name, match, parts)) return name;
  const std::string loop = dsl::names_of(pipeline_of(bound)).loop(match[2].str());
  return std::regex_replace(match[1].str(), number, "") + "." + loop;
}

void add_loops(Explanation& result, const BoundAlgorithm& bound, const Body& body, int depth,
               const std::map<int, LoopFootprint>& found) {
  for (const Node& node : body.nodes) {
    if (const auto* loop = std::get_if<Loop>(&node.content)) {
      const auto footprint = found.find(loop->symbol);
      result.loops.push_back({.depth = depth,
                              .name = shown_name(bound, loop->name),
                              .is_parallel = loop->kind == LoopKind::parallel,
                              .footprint = footprint == found.end() ? LoopFootprint{} : footprint->second});
      add_loops(result, bound, loop->body, depth + 1, found);
    } else if (const auto* branch = std::get_if<Branch>(&node.content)) {
      add_loops(result, bound, branch->then_body, depth, found);
      add_loops(result, bound, branch->else_body, depth, found);
    }
  }
}

struct Counts {
  Arithmetic arithmetic;
  int live_registers = 0;
  double tasks = 1.0;
};

void add_counts(Counts& counts, const Body& body) {
  const auto times = static_cast<double>(body.executions);
  counts.arithmetic.multiply_adds += times * body.arithmetic.multiply_adds;
  counts.arithmetic.other += times * body.arithmetic.other;
  counts.arithmetic.flops += times * body.arithmetic.flops;
  counts.arithmetic.lanes += times * body.arithmetic.lanes;
  counts.arithmetic.floating_point += times * body.arithmetic.floating_point;
  counts.live_registers = std::max(counts.live_registers, body.live_registers);
  for (const Node& node : body.nodes) {
    if (const auto* loop = std::get_if<Loop>(&node.content)) {
      if (loop->kind == LoopKind::parallel) {
        counts.tasks = std::max(counts.tasks, static_cast<double>(loop->body.executions));
      }
      add_counts(counts, loop->body);
    } else if (const auto* branch = std::get_if<Branch>(&node.content)) {
      add_counts(counts, branch->then_body);
      add_counts(counts, branch->else_body);
    }
  }
}

void add_levels(Explanation& result, const ExplainRequest& request, const Walked& walked) {
  const Signature& signature = find_signature(request.op);
  for (std::size_t i = 0; i < request.caches.size(); ++i) {
    const CacheShape& cache = request.caches[i];
    result.levels.push_back(
        {.cache = cache,
         .traffic = walked.levels[i],
         .bound = least_traffic(signature, result.shape, request.size, static_cast<double>(cache.bytes))});
  }
}

}  // namespace

BoundAlgorithm scheduled(const ExplainRequest& request) {
  BoundAlgorithm bound = bind_algorithm(request.op, request.algorithm, request.shape, block_stride_of(request.target));
  make_halide_strict();
  apply_schedule(bound, request.schedule, request.target);
  return bound;
}

namespace {

Explanation explain_scheduled(const ExplainRequest& request, const BoundAlgorithm& bound) {
  Nest nest = lower(bound, request.target, request.size);
  assign_registers(nest);
  const Walked walked = walk(nest, request.caches);
  Counts counts;
  add_counts(counts, nest.body);
  Explanation result = {.op = request.op,
                        .shape = bound.shape,
                        .schedule = request.schedule.file,
                        .target = request.target.to_string(),
                        .line = request.caches.front().line,
                        .flops = counts.arithmetic.flops,
                        .instructions = counts.arithmetic.multiply_adds + counts.arithmetic.other,
                        .lanes = counts.arithmetic.floating_point > 0.0
                                     ? counts.arithmetic.lanes / counts.arithmetic.floating_point
                                     : 0.0,
                        .target_lanes = static_cast<double>(request.target.natural_vector_size<float>()),
                        .loads = walked.loads,
                        .stores = walked.stores,
                        .register_bytes = static_cast<double>(walked.bytes),
                        .live_registers = counts.live_registers,
                        .vector_registers = nest.vector_registers,
                        .parallel_tasks = counts.tasks,
                        .time = predict_time(nest, walked, request.machine)};
  add_levels(result, request, walked);
  if (request.with_footprints) add_loops(result, bound, nest.body, 0, footprints(nest, result.line));
  // The algorithm is scheduled anew: a pipeline of Halide's is compiled for one target only.
  if (request.with_assembly) result.spills = count_spills(assembly_of(scheduled(request), request.target));
  return result;
}

}  // namespace

Explanation explain(const ExplainRequest& request) {
  const BoundAlgorithm bound = scheduled(request);
  try {
    return explain_scheduled(request, bound);
  } catch (const Halide::Error& error) {
    throw lowering_refusal(bound, request.schedule, request.target, error.what());
  }
}

}  // namespace nestwright::cost
