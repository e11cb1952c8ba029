#include "generators/scheduling/serial_lowering.h"

#include <functional>
#include <utility>
#include <vector>

#include "generators/scheduling/compile_arguments.h"
#include "generators/scheduling/strict_halide.h"

namespace nestwright {
namespace {

using Halide::Internal::Definition;
using Halide::Internal::Dim;
using Halide::Internal::ForType;
using Halide::Internal::Function;
using Halide::Internal::Split;
using Halide::Internal::StageSchedule;

void for_each_definition(Definition definition, const std::function<void(Definition&)>& visit) {
  visit(definition);
  for (const Halide::Internal::Specialization& special : definition.specializations()) {
    if (special.definition.defined()) for_each_definition(special.definition, visit);
  }
}

// Adds `function` and all Funcs that it is computed from, wrappers and clones among them.
void add_functions(const Function& function, std::map<std::string, Function>& functions) {
  if (!functions.emplace(function.name(), function).second) return;
  for (const auto& [name, called] : Halide::Internal::find_direct_calls(function)) add_functions(called, functions);
  for (const auto& [caller, wrapper] : function.schedule().wrappers()) add_functions(Function(wrapper), functions);
}

// How many iterations the schedule itself says that a loop has.
std::optional<std::int64_t> stated_extent(const StageSchedule& stage, const Dim& dim) {
  for (const Halide::Internal::ReductionVariable& variable : stage.rvars()) {
    if (variable.var == dim.var) return Halide::Internal::as_const_int(variable.extent);
  }
  for (const Split& split : stage.splits()) {
    const bool is_inner = split.split_type == Split::SplitVar && split.inner == dim.var;
    if (is_inner) return Halide::Internal::as_const_int(split.factor);
  }
  return std::nullopt;
}

// Makes loops serial while it lives, all but a GPU's.
class Serially {
 public:
  explicit Serially(const BoundAlgorithm& bound) {
    std::map<std::string, Function> functions;
    for (const Halide::Func& output : bound.algorithm.outputs) add_functions(output.function(), functions);
    for (auto& [name, function] : functions) {
      change(function.definition(), name, name + ".s0.");
      for (std::size_t u = 0; u < function.updates().size(); ++u) {
        change(function.update(static_cast<int>(u)), name, name + ".s" + std::to_string(u + 1) + ".");
      }
    }
  }
  ~Serially() {
    for (auto& [stage, dims] : before_) stage.dims() = std::move(dims);
  }
  Serially(const Serially&) = delete;
  Serially& operator=(const Serially&) = delete;

  std::map<std::string, MultipliedLoop> multiplied;
  std::map<std::string, double> copies;

 private:
  void change(const Definition& definition, const std::string& func, const std::string& prefix) {
    for_each_definition(definition, [&](Definition& each) {
      StageSchedule& stage = each.schedule();
      before_.emplace_back(stage, stage.dims());
      double copies_here = 1;
      for (Dim& dim : stage.dims()) {
        dim.partition_policy = Halide::Partition::Never;  // partitions would only repeat what is in the loop
        // The body of a parallel loop would become a function of its own.
        if (dim.for_type == ForType::Parallel) dim.for_type = ForType::Serial;
        if (dim.for_type != ForType::Unrolled && dim.for_type != ForType::Vectorized) continue;
        const MultipliedLoop loop = {.is_vector = dim.for_type == ForType::Vectorized,
                                     .extent = stated_extent(stage, dim)};
        if (!loop.is_vector) copies_here *= static_cast<double>(loop.extent.value_or(1));
        multiplied[prefix + dim.var] = loop;
        dim.for_type = ForType::Serial;
      }
      if (copies_here > 1) copies[func] += copies_here;
    });
  }

  std::vector<std::pair<StageSchedule, std::vector<Dim>>> before_;
};

// Keeps the statement as it is before a GPU's loops are taken out of it.
class Kept : public Halide::Internal::IRMutator {
 public:
  Halide::Internal::Stmt statement;

  using IRMutator::mutate;
  Halide::Internal::Stmt mutate(const Halide::Internal::Stmt& whole) override { return statement = whole; }
};

}  // namespace

SerialLowering lower_serially(const BoundAlgorithm& bound, const Halide::Target& target) {
  make_halide_strict();
  Serially serially(bound);
  const Halide::Target with_asserts =
      target.without_feature(Halide::Target::NoAsserts).with_feature(Halide::Target::NoBoundsQuery);
  Halide::Pipeline pipeline(bound.algorithm.outputs);
  auto* const whole = new Kept;
  pipeline.add_custom_lowering_pass(whole);  // the pipeline owns it
  const Halide::Module module = pipeline.compile_to_module(compile_arguments(bound), "checked", with_asserts);
  return {.statement = module.functions().front().body,
          .with_gpu_loops = whole->statement,
          .multiplied = std::move(serially.multiplied),
          .copies = std::move(serially.copies)};
}

}  // namespace nestwright
