#include "tools/workbench/loop_nest.h"

#include <sstream>

#include "generators/scheduling/compile_arguments.h"
#include "generators/scheduling/lowering_refusal.h"

namespace nestwright::workbench {
std::string loop_nest_text(const ScheduleSource& schedule, const Use& use) {
  const BoundAlgorithm bound = bind_algorithm(use.op, algorithm_of(schedule), use.shape);
  const Halide::Target target =
      Halide::get_host_target().with_feature(Halide::Target::NoAsserts).with_feature(Halide::Target::NoBoundsQuery);
  apply_schedule(bound, schedule, target);
  std::ostringstream text;
  try {
    text << Halide::Pipeline(bound.algorithm.outputs)
                .compile_to_module(compile_arguments(bound), use.op, target)
                .get_conceptual_stmt();
  } catch (const Halide::Error& error) {
    throw lowering_refusal(bound, schedule, target, error.what());
  }
  return text.str();
}

}  // namespace nestwright::workbench
