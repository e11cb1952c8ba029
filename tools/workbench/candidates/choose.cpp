#include "tools/workbench/candidates/choose.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "dsl/tune_values.h"
#include "generators/records/algorithm_key.h"
#include "generators/scheduling/checked_pipeline.h"
#include "generators/scheduling/lowering_refusal.h"
#include "model/runtime/required_kernels.h"
#include "ops/signature/bias_place.h"
#include "support/error.h"
#include "tools/workbench/candidates/estimate.h"
#include "tools/workbench/candidates/points.h"
#include "tools/workbench/cost/ptxas.h"
#include "tools/workbench/explain_gpu.h"
#include "tools/workbench/schedule_files.h"
#include "tools/workbench/shipped_schedule.h"
#include "tools/workbench/use.h"

namespace nestwright::bench {
namespace {

constexpr const char* architecture = "sm_90";
constexpr int all_registers = 255;  // that a thread can have
constexpr int register_unit = 8;    // a thread gets registers in multiples of this many
// The caps on a thread's registers that are tried: usual_registers, all, and choices between them, at which a
// multiprocessor holds fewer and fewer warps.
constexpr std::array<int, 5> caps = {64, 96, 128, 168, all_registers};

// A set of parameters, and the loops that it makes.
struct Looked {
  Parameters parameters;
  double estimate = 0.0;                 // of the time, relative to the shipped one's: the mean over the batches
  std::string loops;                     // a text that is the same for sets whose launched kernels are the same
  std::vector<cost::GpuKernel> kernels;  // in a call of the last batch
};

cost::ExplainRequest request_of(const Choice& choice, const workbench::Use& use, const ScheduleSource& schedule,
                                std::int64_t batch) {
  return {.schedule = schedule,
          .algorithm = {},
          .op = use.op,
          .shape = use.shape,
          .size = workbench::example_call(use.shape, batch),
          .target = choice.target,
          .machine = {},
          .caches = {},
          .with_assembly = false};
}

std::string text_of(const cost::GpuKernel& kernel) {
  std::string text = fmt::format("{} {} {} {} {}:", kernel.thread_count(), kernel.block_count(), kernel.shared_bytes,
                                 kernel.flops, kernel.load_rounds);
  for (const cost::GpuAccess& access : kernel.accesses) {
    text += fmt::format(" {} {} {} {}", access.buffer, access.per_thread, access.distinct, access.transactions);
  }
  return text;
}

// Looks at the loops of the schedule with its parameters; nothing where it is not legal, or its blocks are too large.
// `beside` has the shipped schedule's cycles at each batch. It is empty for the shipped one, which is looked at first,
// and whose cycles are put there.
std::optional<Looked> look(const Choice& choice, const workbench::Use& use, const ScheduleSource& schedule,
                           std::vector<double>& beside) try {
  const bool is_shipped = beside.empty();
  Looked looked = {.parameters = schedule.parameters, .estimate = 0.0, .loops = "", .kernels = {}};
  for (std::size_t i = 0; i < choice.batches.size(); ++i) {
    looked.kernels = workbench::explain_gpu(request_of(choice, use, schedule, choice.batches[i])).kernels;
    if (!fits_blocks(looked.kernels)) return std::nullopt;
    const double cycles = estimated_cycles(looked.kernels, cost::usual_registers);
    if (is_shipped) beside.push_back(cycles);
    looked.estimate += cycles / beside.at(i) / static_cast<double>(choice.batches.size());
    for (const cost::GpuKernel& kernel : looked.kernels) {
      if (kernel.is_launched) looked.loops += text_of(kernel) + "\n";
    }
  }
  return looked;
} catch (const Error&) {
  return std::nullopt;
}

// The sets of parameters with different loops: the shipped one, then the others from the least estimate on. Throws
// Error where the shipped one is refused.
std::vector<Looked> ranked(const Choice& choice, const workbench::Use& use, ScheduleSource schedule,
                           const std::vector<Parameters>& points) {
  std::vector<Looked> all;
  std::set<std::string> seen;
  std::vector<double> beside;
  for (const Parameters& point : points) {
    schedule.parameters = point;
    std::optional<Looked> looked = look(choice, use, schedule, beside);
    if (all.empty() && !looked) throw Error(schedule.file, "the schedule that ships is refused");
    if (looked && seen.insert(looked->loops).second) all.push_back(std::move(*looked));
  }
  std::stable_sort(all.begin() + 1, all.end(),
                   [](const Looked& a, const Looked& b) { return a.estimate < b.estimate; });
  return all;
}

// The registers of a thread when the PTX is assembled under a cap, in the kernel that needs most; nothing where a
// thread spills, or a block needs more registers than a multiprocessor has.
std::optional<std::int64_t> registers_under(int cap, const std::string& ptx,
                                            const std::vector<cost::GpuKernel>& kernels,
                                            const cost::Multiprocessor& multiprocessor) {
  const auto reports = in_order_of(kernels, cost::assemble(cost::find_ptxas(), ptx, architecture, cap));
  std::int64_t most = 0;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const cost::PtxasReport& report = reports[i];
    if (report.spill_store_bytes + report.spill_load_bytes + report.stack_bytes > 0) return std::nullopt;
    if (!has_registers_for(multiprocessor, kernels[i].warps(), report.registers)) return std::nullopt;
    most = std::max(most, report.registers);
  }
  return most;
}

// The candidates that one set of parameters makes under the caps, each with more registers than those before it. The
// one under the cap `kept`, if there is one, is kept in any case, and comes first.
std::vector<Candidate> under_caps(const Looked& looked, const std::string& ptx, std::optional<int> kept) {
  const cost::Multiprocessor& multiprocessor = cost::multiprocessor_of(architecture);
  std::set<int> tried(caps.begin(), caps.end());
  if (kept) tried.insert(*kept);
  std::vector<Candidate> candidates;
  std::int64_t most = 0;
  for (const int cap : tried) {
    const std::optional<std::int64_t> registers = registers_under(cap, ptx, looked.kernels, multiprocessor);
    if (!registers || (*registers <= most && cap != kept)) continue;
    most = *registers;
    candidates.push_back({.function = {},
                          .parameters = looked.parameters,
                          .cuda_registers = cap,
                          .registers = *registers,
                          .estimate = looked.estimate});
    // The threads stay below the cap, so a higher one changes nothing.
    if (*registers + register_unit <= cap && cap != kept) break;
  }
  std::ranges::stable_partition(candidates,
                                [&](const Candidate& candidate) { return candidate.cuda_registers == kept; });
  return candidates;
}

// The PTX of the schedule, whose loops were checked to stay within their buffers, as the build checks them.
std::string checked_ptx(const cost::ExplainRequest& request) {
  const BoundAlgorithm bound = scheduled(request);
  try {
    require_lowerable(bound, request.target);
    return cost::ptx_of(scheduled(request), request.target);
  } catch (const Halide::Error& error) {
    throw lowering_refusal(bound, request.schedule, request.target, error.what());
  }
}

}  // namespace

CandidateTable choose(const Choice& choice) {
  if (cost::find_ptxas().empty()) throw Error("ptxas", "is not there; set NESTWRIGHT_PTXAS");
  const workbench::Use use =
      workbench::find_uses(choice.op, {.shape = "", .model = "lenet5", .layer = choice.layer, .lanes = device_lanes})
          .at(0);
  auto [schedule, parsed] = workbench::read_and_parse(workbench::find_schedule("gpu", choice.op));
  const workbench::GpuSettings shipped = workbench::shipped_gpu_settings(use, "gpu");
  const BoundAlgorithm bound = bind_algorithm(use.op, parsed.algorithm, use.shape, block_stride_of(choice.target));
  CandidateTable table = {.key = tune::record_key(bound, choice.target, ""),
                          .layer = choice.layer,
                          .source = choice.op + "/gpu",
                          .schedule = schedule.text,
                          .candidates = {}};
  const Parameters values = dsl::tune_values(parsed, choice.target, shipped.parameters);
  for (const Looked& looked : ranked(choice, use, schedule, points_near(parsed, values, choice.looked_at))) {
    if (table.candidates.size() >= choice.most) break;
    schedule.parameters = looked.parameters;
    const std::string ptx = checked_ptx(request_of(choice, use, schedule, choice.batches.back()));
    const bool ships = table.candidates.empty();
    for (Candidate& candidate : under_caps(looked, ptx, ships ? std::optional(shipped.cuda_registers) : std::nullopt)) {
      candidate.function = fmt::format("candidate_{}_{}_{}", choice.op, choice.layer, table.candidates.size());
      table.candidates.push_back(std::move(candidate));
    }
    const bool has_shipped = !table.candidates.empty() && table.candidates[0].cuda_registers == shipped.cuda_registers;
    if (!has_shipped) throw Error(schedule.file, "the schedule that ships spills, or has too many registers");
  }
  table.candidates.resize(std::min(table.candidates.size(), choice.most));
  return table;
}

}  // namespace nestwright::bench
