#include "tools/workbench/judgement.h"

#include <fmt/format.h>

#include <algorithm>

#include "generators/kernel_call/random_call.h"
#include "generators/kernel_call/verification.h"
#include "ops/signature/call_size.h"
#include "support/error.h"
#include "support/message.h"
#include "tools/workbench/compile.h"
#include "tools/workbench/schedule_files.h"
#include "tools/workbench/shipped_schedule.h"

namespace nestwright::workbench {
namespace {

ScheduleSource required_shipped_schedule(const Use& use) {
  auto shipped = shipped_schedule(use);
  if (!shipped) throw Error(use.op, "has no schedule that ships, to be timed beside");
  return std::move(*shipped);
}

std::int64_t blocks_of(const Judgement& judgement) {
  const std::int64_t lanes = lanes_of(judgement.use.shape);
  return (judgement.batch + lanes - 1) / lanes;
}

std::string speed_text(const Judgement& judgement) {
  const double seconds = judgement.timing.median_seconds;
  const double flops = flops_of(judgement.use) * static_cast<double>(blocks_of(judgement));
  std::string text = fmt::format("{:.4g} us (spread {:.0f} %)", seconds * 1e6, 100 * judgement.timing.spread);
  if (flops > 0) text += fmt::format(", {:.4g} GFLOP/s", flops / seconds * 1e-9);
  const double ratio = judgement.shipped_timing.median_seconds / seconds;
  return text + fmt::format("; {:.2f} times as fast as {} ({:.4g} us)", ratio, judgement.shipped_name,
                            judgement.shipped_timing.median_seconds * 1e6);
}

// A spread (Timing::spread) beyond which something else must have run on the machine: a choice.
constexpr double disturbed_spread = 0.5;

bool is_disturbed(const Judgement& judgement) {
  return std::max(judgement.timing.spread, judgement.shipped_timing.spread) > disturbed_spread;
}

}  // namespace

const Kernel& Judge::shipped_kernel(const Use& use) {
  const std::string key = use.op + " " + use.shape.text();
  const auto found = shipped_.find(key);
  if (found != shipped_.end()) return found->second;
  return shipped_.emplace(key, compile(required_shipped_schedule(use), use)).first->second;
}

void Judge::judge(const std::filesystem::path& file, Judgement& judgement) {
  const ReadSchedule schedule = read_and_parse(file);
  judgement.use = largest_use(find_uses(schedule.parsed.op, request_));
  const std::filesystem::path shipped_file = required_shipped_schedule(judgement.use).file;
  judgement.shipped_name = judgement.use.op + "/" + shipped_file.stem().string();
  const Kernel kernel = compile(schedule.source, judgement.use);
  judgement.comparison = verify(kernel);
  if (!judgement.comparison.is_right()) return;
  const Kernel& shipped = shipped_kernel(judgement.use);
  // 51 samples of 2 ms for each of the two take a fifth of a second, which is soon enough; their medians stay right
  // where something else disturbs fewer than half of them.
  const TimingPlan plan = {.samples = 51};
  const CallSize size = example_call(judgement.use.shape, batch_);
  const std::vector<Timing> timings = time_calls({random_call(kernel, size), random_call(shipped, size)}, plan);
  judgement.timing = timings[0];
  judgement.shipped_timing = timings[1];
}

Judgement Judge::operator()(const std::filesystem::path& file) {
  const Stopwatch stopwatch;
  Judgement judgement;
  judgement.batch = batch_;
  try {
    judge(file, judgement);
  } catch (const Error& error) {
    judgement.complaint = printable_text(error);
  } catch (const Halide::Error& error) {
    judgement.complaint = fmt::format("{}: Halide refuses it: {}", printable(file.string()), first_line(error.what()));
  }
  judgement.seconds = stopwatch.seconds();
  return judgement;
}

std::string text_of(const Judgement& judgement) {
  if (!judgement.complaint.empty()) return judgement.complaint;
  const reference::Comparison& comparison = judgement.comparison;
  const std::string where = judgement.use.where.empty() ? judgement.use.shape.text() : judgement.use.where;
  if (!comparison.is_right()) return fmt::format("legal; WRONG at {}: {}", where, comparison.complaint);
  return fmt::format(
      "legal; right, largest error {:.2g}, {:.2g} % of what rounding allows; {} for {} images of {} ({:.2f} s){}",
      comparison.largest_error, 100 * comparison.largest_share, speed_text(judgement), judgement.batch, where,
      judgement.seconds, is_disturbed(judgement) ? "; the machine is busy, save again" : "");
}

}  // namespace nestwright::workbench
