#include "tools/workbench/autoscheduler.h"

#include <Halide.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "generators/jit/compile.h"
#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/bound_algorithm.h"
#include "generators/scheduling/strict_halide.h"
#include "ops/signature/call_size.h"
#include "support/error.h"
#include "tools/workbench/fit_schedule.h"
#include "tools/workbench/import_schedule.h"
#include "tools/workbench/isolated.h"

namespace nestwright::workbench {
namespace {

struct Autoscheduler {
  const char* name;
  const char* halide_name;  // the plugin's, too, in lower case
  bool needs_gpu;
};

constexpr Autoscheduler known[] = {{"adams2019", "Adams2019", false},
                                   {"mullapudi2016", "Mullapudi2016", false},
                                   {"li2018", "Li2018", false},
                                   {"anderson2021", "Anderson2021", true}};

const Autoscheduler& find_autoscheduler(const std::string& name) {
  const auto* const found = std::ranges::find(known, name, &Autoscheduler::name);
  if (found != std::end(known)) return *found;
  throw Error("--autoscheduler",
              fmt::format("\"{}\" is none of Halide's; there are {}", name, fmt::join(autoscheduler_names(), ", ")));
}

// Loads the autoscheduler's plugin, which lies beside libHalide, unless it is loaded. Throws Error where it is missing.
void load(const Autoscheduler& autoscheduler) {
  static std::set<std::string> loaded;
  if (!loaded.insert(autoscheduler.name).second) return;
  const std::filesystem::path file = std::filesystem::path(NESTWRIGHT_HALIDE_LIBRARY).parent_path() /
                                     fmt::format("libautoschedule_{}.so", autoscheduler.name);
  if (!std::filesystem::exists(file)) throw Error(file.string(), "is not there; Halide's package should hold it");
  Halide::load_plugin(file.string());
}

void give_estimates(BoundAlgorithm& bound, std::int64_t batch) {
  const Signature& signature = find_signature(bound.op);
  const CallSize size = example_call(bound.shape, batch);
  const auto extent = [&](const Dimension& dimension) { return static_cast<int>(extent_of(dimension, size)); };
  const std::vector<TensorSpec> inputs = signature.inputs(bound.shape);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Halide::Parameter& parameter = bound.inputs.at(i).second;
    if (inputs[i].is_scalar()) {
      parameter.set_estimate(Halide::Internal::make_const(parameter.type(), 1));
      continue;
    }
    for (std::size_t d = 0; d < inputs[i].dimensions.size(); ++d) {
      parameter.set_min_constraint_estimate(static_cast<int>(d), 0);
      parameter.set_extent_constraint_estimate(static_cast<int>(d), extent(inputs[i].dimensions[d]));
    }
  }
  const std::vector<TensorSpec> outputs = signature.outputs(bound.shape);
  std::size_t index = 0;
  for (Halide::Func& output : bound.algorithm.outputs) {
    for (std::size_t d = 0; d < outputs.at(index).dimensions.size(); ++d) {
      output.set_estimate(output.args().at(d), 0, extent(outputs.at(index).dimensions[d]));
    }
    index += static_cast<std::size_t>(std::max(1, output.outputs()));
  }
}

struct Scheduled {
  std::string title;  // the autoscheduler's name, and the parameters that it was given besides
  BoundAlgorithm bound;
  PipelineNames names;
  std::string source;
};

// Parameters with which an autoscheduler is run. questions() lists them in the order in which they are tried: the next
// is tried where one takes too much time or memory. Adams2019 with its beam of 32 has not ended after two minutes, and
// holds 3.4 GB, on LeNet-5's first convolution; with a beam of 1 it searches greedily.
struct Question {
  std::string title;
  std::map<std::string, std::string> parameters;
};

std::vector<Question> questions(const Autoscheduler& autoscheduler) {
  std::vector<Question> all = {{autoscheduler.name, {{"parallelism", "1"}}}};
  if (std::string_view(autoscheduler.name) == "adams2019") {
    all.push_back({fmt::format("{}, beam 1", autoscheduler.name), {{"parallelism", "1"}, {"beam_size", "1"}}});
  }
  return all;
}

Scheduled scheduled_by(const Autoscheduler& autoscheduler, const Question& question, const Use& use,
                       const std::string& algorithm, std::int64_t batch) {
  Scheduled scheduled = {question.title, bind_algorithm(use.op, algorithm, use.shape), {}, {}};
  give_estimates(scheduled.bound, batch);
  scheduled.names = names_of(scheduled.bound);
  const auto run = [&] {
    const Halide::Pipeline pipeline(scheduled.bound.algorithm.outputs);
    const Halide::AutoschedulerParams parameters(autoscheduler.halide_name, question.parameters);
    scheduled.source =
        pipeline.apply_autoscheduler(Halide::get_jit_target_from_environment(), parameters).schedule_source;
  };
  const std::string complaint = complaint_in_isolation(run);
  if (!complaint.empty()) throw Error(question.title, complaint);
  try {
    run();
  } catch (const Halide::Error& error) {
    throw Error(question.title, first_line(error.what()));
  }
  return scheduled;
}

Scheduled schedule(const std::string& autoscheduler, const Use& use, const std::string& algorithm, std::int64_t batch) {
  const Autoscheduler& chosen = find_autoscheduler(autoscheduler);
  if (chosen.needs_gpu && !Halide::get_jit_target_from_environment().has_gpu_feature()) {
    throw Error(chosen.name, "schedules for GPUs only; this machine's target has none");
  }
  load(chosen);
  make_halide_strict();
  std::string complaints;
  for (const Question& question : questions(chosen)) {
    try {
      return scheduled_by(chosen, question, use, algorithm, batch);
    } catch (const Error& error) {
      complaints += fmt::format("{}{}", complaints.empty() ? "" : "; ", error.what());
    }
  }
  throw Error(chosen.name, complaints.substr(complaints.find(": ") + 2));
}

}  // namespace

std::vector<std::string> autoscheduler_names() {
  std::vector<std::string> names;
  for (const Autoscheduler& autoscheduler : known) names.emplace_back(autoscheduler.name);
  return names;
}

Kernel autoschedule(const std::string& autoscheduler, const Use& use, const std::string& algorithm,
                    std::int64_t batch) {
  const Scheduled scheduled = schedule(autoscheduler, use, algorithm, batch);
  try {
    return jit::compile_scheduled(scheduled.bound, scheduled.title);
  } catch (const Halide::Error& error) {
    throw Error(autoscheduler, first_line(error.what()));
  }
}

std::string imported_schedule(const std::string& autoscheduler, const Use& use, const std::vector<Use>& uses,
                              const std::string& algorithm, std::int64_t batch) {
  const Scheduled scheduled = schedule(autoscheduler, use, algorithm, batch);
  return fitted_schedule(autoscheduler, import_schedule(scheduled.source, scheduled.names, scheduled.bound), uses);
}

}  // namespace nestwright::workbench
