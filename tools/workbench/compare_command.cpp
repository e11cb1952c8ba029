// nestwright compare OP [FILE...]: schedules beside each other, and beside rivals.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "generators/records/algorithm_key.h"
#include "support/atomic_file.h"
#include "support/error.h"
#include "support/file_uses.h"
#include "support/machine.h"
#include "support/message.h"
#include "support/options.h"
#include "tools/workbench/command.h"
#include "tools/workbench/comparison.h"
#include "tools/workbench/comparison_json.h"
#include "tools/workbench/own_files.h"
#include "tools/workbench/schedule_files.h"
#include "tools/workbench/shipped_schedule.h"
#include "tools/workbench/tuning_records.h"

namespace nestwright::workbench {
namespace {

// The largest batch that --batch takes: a choice, far beyond what is trained with.
constexpr std::int64_t most_images = 1 << 16;

struct CompareOptions {
  std::string op;
  std::vector<std::string> files;
  UseRequest request;
  std::int64_t batch = 64;
  std::vector<std::string> against;
  std::string json;
  std::string records;
  bool no_records = false;
};

// The schedules that the user named, or, where none is named, all of the operator that ship. Of these, the one that
// ships for this use has the parameters that it ships with.
std::vector<ScheduleSource> schedules_of(const CompareOptions& options, const Use& use) {
  std::vector<ScheduleSource> schedules;
  for (const std::string& name : options.files) {
    schedules.push_back(read_and_parse(find_schedule(name, options.op)).source);
  }
  if (!schedules.empty()) return schedules;
  const std::optional<ScheduleSource> shipped = shipped_schedule(use);
  for (const auto& file : schedule_files(options.op)) {
    ReadSchedule read = read_and_parse(file);
    if (read.parsed.purpose == "gpu") continue;
    if (shipped && shipped->file == read.source.file) read.source.parameters = shipped->parameters;
    schedules.push_back(std::move(read.source));
  }
  return schedules;
}

std::string row(const CompareResult& result, const Entry& entry) {
  std::string name = entry.is_rival ? entry.name : std::filesystem::path(entry.name).stem().string();
  for (const auto& [parameter, value] : entry.parameters) name += fmt::format(" {}={}", parameter, value);
  name = printable(name);
  if (!entry.is_timed()) return fmt::format("{:<24} {}\n", name, printable_complaint(entry.reason));
  const double seconds = entry.timing.median_seconds;
  std::string text =
      fmt::format("{:<24} {:>10.2f} {:>7.1f} {:>9.1f} {:>7.1f}", name, seconds * 1e6, 100.0 * entry.timing.spread,
                  result.flops / seconds / 1e9, 100.0 * result.flops / seconds / result.peak);
  const std::optional<double> rival = result.best_rival_seconds();
  if (!entry.is_rival) {
    text += rival ? fmt::format(" {:>6.2f}x", *rival / seconds) : fmt::format(" {:>7}", "");
    text += fmt::format(" {:>9.1e} ({:.0f} %)", entry.errors.largest_error, 100.0 * entry.errors.largest_share);
  }
  return text + "\n";
}

void print(CompareResult result) {
  std::ranges::stable_sort(
      result.entries, {}, [](const Entry& entry) { return std::pair(!entry.is_timed(), entry.timing.median_seconds); });
  fmt::print("{}{} [{}], batch {}, one thread of {} (measured peak {:.0f} GFLOP/s)\n", result.use.op,
             result.use.where.empty() ? "" : " of " + result.use.where, result.use.shape.text(), result.batch,
             processor_name(), result.peak / 1e9);
  fmt::print("{:<24} {:>10} {:>7} {:>9} {:>7} {:>7} {:>9}\n", "", "us", "+- %", "GFLOP/s", "peak %", "ratio",
             "error (of what is allowed)");
  for (const Entry& entry : result.entries) fmt::print("{}", row(result, entry));
}

// Appends the times of the schedules, which are the result's first entries, to the records in `file`, where
// `nestwright schedules` finds them.
void record(const CompareResult& result, const std::vector<ScheduleSource>& schedules,
            const std::filesystem::path& file) {
  for (std::size_t i = 0; i < schedules.size(); ++i) {
    const Entry& entry = result.entries[i];
    if (!entry.is_timed()) continue;
    const BoundAlgorithm bound = bind_algorithm(result.use.op, algorithm_of(schedules[i]), result.use.shape);
    tune::append_record(file, {.kind = tune::Record::Kind::measured,
                               .key = tune::record_key(bound, Halide::get_jit_target_from_environment()),
                               .source = std::filesystem::path(schedules[i].file).filename().string(),
                               .schedule_hash = tune::hash_of(schedules[i].text),
                               .schedule = {},
                               .parameters = schedules[i].parameters,
                               .choices = {},
                               .seconds = entry.timing.median_seconds,
                               .batch = result.batch});
  }
}

// Where times are added; empty: nowhere.
std::filesystem::path records_of(const CompareOptions& options) {
  if (options.no_records) return {};
  return options.records.empty() ? default_records_file() : std::filesystem::path(options.records);
}

FileUses files_of(const CompareOptions& options) {
  FileUses uses = {
      .inputs = {},
      .outputs = {times_output(), records_output(records_of(options)), {.name = "--json", .path = options.json}}};
  for (const std::string& name : options.files) uses.inputs.push_back({"FILE", find_schedule(name, options.op)});
  for (InputFile& file : own_files()) uses.inputs.push_back(std::move(file));
  return uses;
}

int run_compare(const CompareOptions& options) {
  find_signature(options.op);
  const std::filesystem::path records = records_of(options);
  if (!records.empty()) prepare_records_file(records);
  require_separate_files(files_of(options));
  tell_of_caches();
  const MeasuredMachine machine = measure_this_machine();
  std::vector<CompareResult> results;
  bool all_are_right = true;
  for (const Use& use : find_uses(options.op, options.request)) {
    const std::vector<ScheduleSource> schedules = schedules_of(options, use);
    results.push_back(
        compare({.use = use, .batch = options.batch, .schedules = schedules, .rivals = options.against}, machine));
    if (!records.empty()) record(results.back(), schedules, records);
    if (results.size() > 1) fmt::print("\n");
    print(results.back());
    for (const Entry& entry : results.back().entries) all_are_right &= entry.is_rival || entry.is_timed();
  }
  if (!options.json.empty()) write_text_file(options.json, comparisons_json(results));
  return all_are_right ? 0 : 1;
}

}  // namespace

std::function<int()> add_compare(CLI::App& app) {
  const auto options = std::make_shared<CompareOptions>();
  app.add_option("OP", options->op, "The operator")->required();
  app.add_option("FILE", options->files, ".nest files, or names of shipped ones [all that ship]");
  add_use_options(app, options->request);
  add_integer(app, "--batch", options->batch, 1, most_images, "Images [64]");
  app.add_option("--against", options->against, fmt::format("Rivals: {}", fmt::join(rival_names(), ", ")))
      ->delimiter(',')
      ->check(CLI::IsMember(rival_names()));
  add_path(app, "--json", options->json, "Write the result to this file, too");
  add_path(app, "--records", options->records, "The file that times are added to [build/tuning/records.jsonl]");
  app.add_flag("--no-records", options->no_records, "Keep no times");
  app.footer(
      "./nestwright takes two more: --html FILE makes a report of it, one file with everything in it; --traffic puts "
      "into "
      "it (and the JSON) the cache misses that the cost model predicts and those that cachegrind simulates, for AVX2.");
  return [options] { return run_compare(*options); };
}

}  // namespace nestwright::workbench
