#include "tools/workbench/tune/tuner.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>
#include <thread>

#include "dsl/check.h"
#include "dsl/parse.h"
#include "dsl/tune_values.h"
#include "generators/records/algorithm_key.h"
#include "generators/scheduling/bound_algorithm.h"
#include "ops/signature/call_size.h"
#include "support/error.h"
#include "support/timing.h"
#include "tools/workbench/tune/candidate.h"
#include "tools/workbench/tune/template.h"

namespace nestwright::tune {
namespace {

// How many candidates are compiled at once, at most, on machines with more processors: a choice (docs/tuning.md).
constexpr int most_preparers = 8;

// The space of schedules that is searched.
struct Candidates {
  std::string source;  // the name of the template or file, as records have it
  std::vector<Axis> axes;
  Point start;
  std::function<std::optional<ScheduleSource>(const Point&)> schedule;
  std::function<double(const Point&)> guess;
};

std::map<std::string, int> parameters_at(const std::vector<dsl::Tune>& tunes, const Point& point) {
  std::map<std::string, int> parameters;
  for (std::size_t i = 0; i < tunes.size(); ++i) {
    parameters[tunes[i].name] = tunes[i].candidates.at(static_cast<std::size_t>(point.at(i)));
  }
  return parameters;
}

Candidates of_file(const ScheduleSource& file, const Halide::Target& target) {
  const auto parsed = std::make_shared<const dsl::Schedule>(dsl::parse(file.text, file.file));
  const std::vector<dsl::Tune> tunes = dsl::tunes(*parsed);
  if (tunes.empty()) {
    throw Error(file.file, "has no `tune` parameter; tune the operator itself, or give the file one");
  }
  const std::map<std::string, int> defaults = dsl::tune_values(*parsed, target, file.parameters);
  Candidates found = {.source = std::filesystem::path(file.file).filename().string()};
  for (const dsl::Tune& parameter : tunes) {
    Axis axis = {.name = parameter.name, .options = {}};
    for (const int candidate : parameter.candidates) {
      if (candidate == defaults.at(parameter.name)) found.start.push_back(static_cast<int>(axis.options.size()));
      axis.options.push_back(std::to_string(candidate));
    }
    found.axes.push_back(std::move(axis));
  }
  found.schedule = [file, parsed, tunes](const Point& point) -> std::optional<ScheduleSource> {
    const std::map<std::string, int> parameters = parameters_at(tunes, point);
    if (!dsl::fulfils_requirements(*parsed, parameters)) return std::nullopt;
    return ScheduleSource{.file = file.file, .text = file.text, .parameters = parameters};
  };
  found.guess = [](const Point&) { return 1.0; };
  return found;
}

Candidates of_template(const BoundAlgorithm& bound, const Halide::Target& target) {
  const std::vector<Template> templates = templates_for(structure_of(bound), target);
  if (templates.empty()) {
    throw Error(bound.op,
                fmt::format("no template fits its algorithm {}; tune a file's parameters", bound.algorithm_name));
  }
  const auto chosen = std::make_shared<const Template>(templates.front());
  return {.source = chosen->name,
          .axes = chosen->axes,
          .start = chosen->start,
          .schedule = [chosen](const Point& point) -> std::optional<ScheduleSource> {
            const std::optional<std::string> text = chosen->text(point);
            if (!text) return std::nullopt;
            return ScheduleSource{.file = chosen->name, .text = *text, .parameters = {}};
          },
          .guess = [chosen](const Point& point) { return chosen->guess(point); }};
}

// The space with one axis more, which says where a schedule is from: its first option stands for the template, and each
// other one for a seed, with which the other axes stay at the start.
Candidates with_seeds(const Candidates& templates, const std::vector<ScheduleSource>& seeds) {
  if (seeds.empty()) return templates;
  Candidates all = templates;
  Axis from = {.name = "from", .options = {templates.source}};
  for (const ScheduleSource& seed : seeds) from.options.push_back(seed.file);
  all.axes.push_back(std::move(from));
  all.start.push_back(0);
  const auto of_templates = [](const Point& point) { return Point(point.begin(), point.end() - 1); };
  all.schedule = [templates, seeds, of_templates](const Point& point) -> std::optional<ScheduleSource> {
    const Point rest = of_templates(point);
    if (point.back() == 0) return templates.schedule(rest);
    if (rest != templates.start) return std::nullopt;
    return seeds.at(static_cast<std::size_t>(point.back() - 1));
  };
  all.guess = [templates, of_templates](const Point& point) { return templates.guess(of_templates(point)); };
  return all;
}

std::vector<Point> starts_of(const Candidates& candidates, std::size_t seeds) {
  std::vector<Point> starts = {candidates.start};
  for (std::size_t i = 0; i < seeds; ++i) {
    starts.push_back(candidates.start);
    starts.back().back() = static_cast<int>(i) + 1;
  }
  return starts;
}

// The point whose text_of() is `choices`; nothing where that does not fit the axes.
std::optional<Point> point_of(const std::vector<Axis>& axes, const std::string& choices) {
  Point point;
  const std::string padded = ", " + choices + ",";
  for (const Axis& axis : axes) {
    if (axis.options.size() < 2) {
      point.push_back(0);
      continue;
    }
    int found = -1;
    for (std::size_t i = 0; i < axis.options.size(); ++i) {
      if (padded.find(fmt::format(", {}={},", axis.name, axis.options[i])) != std::string::npos) {
        found = static_cast<int>(i);
      }
    }
    if (found < 0) return std::nullopt;
    point.push_back(found);
  }
  return point;
}

// The recorded trials of earlier runs whose key, batch and schedule are those of this run.
std::vector<Trial> known_trials(const std::vector<Record>& records, const RecordKey& key, const Candidates& candidates,
                                std::int64_t batch) {
  std::vector<Trial> known;
  for (const Record& record : records) {
    if (record.kind != Record::Kind::trial || record.key != key || record.batch != batch) continue;
    if (record.source != candidates.source) continue;
    const std::optional<Point> point = point_of(candidates.axes, record.choices);
    if (!point) continue;
    const std::optional<ScheduleSource> schedule = candidates.schedule(*point);
    if (!schedule || hash_of(schedule->text) != record.schedule_hash) continue;
    known.push_back({*point, record.seconds});
  }
  return known;
}

Record record_of(const RecordKey& key, const Candidates& candidates, const Trial& trial, std::int64_t batch) {
  const ScheduleSource schedule = candidates.schedule(trial.point).value();
  return {.kind = Record::Kind::trial,
          .key = key,
          .source = candidates.source,
          .schedule_hash = hash_of(schedule.text),
          .schedule = {},
          .parameters = schedule.parameters,
          .choices = text_of(candidates.axes, trial.point),
          .seconds = trial.seconds,
          .batch = batch};
}

}  // namespace

Tuned tune(const Request& request, const std::function<bool()>& is_stopped,
           const std::function<void(const Progress&)>& tell) {
  const Stopwatch stopwatch;
  const Halide::Target target = Halide::get_jit_target_from_environment();
  const std::string algorithm = request.schedule ? algorithm_of(*request.schedule) : request.algorithm;
  const BoundAlgorithm bound = bind_algorithm(request.op, algorithm, request.shape);
  const RecordKey key = record_key(bound, target);
  const Candidates candidates =
      with_seeds(request.schedule ? of_file(*request.schedule, target) : of_template(bound, target), request.seeds);
  const auto expected = std::make_shared<const std::vector<Expectation>>(expectations(request.op, bound.shape));
  CallSize size = call_for_batch(bound.shape, request.batch);
  size.parameters = request.parameters;

  Problem problem = {.axes = candidates.axes, .starts = starts_of(candidates, request.seeds.size())};
  problem.is_allowed = [&](const Point& point) { return candidates.schedule(point).has_value(); };
  problem.guess = candidates.guess;
  // It may go on when the search was stopped, and so has all that it uses.
  problem.prepare = [op = request.op, algorithm = bound.algorithm_name, shape = bound.shape, size,
                     schedule = candidates.schedule, expected](const Point& point) -> std::optional<Prepared> {
    try {
      return prepare(op, algorithm, shape, size, *schedule(point), expected);
    } catch (const Error&) {
      return std::nullopt;  // not legal, which only compiling tells
    }
  };
  if (!request.records.empty()) {
    problem.known = known_trials(read_records(request.records), key, candidates, request.batch);
  }
  int tried = 0;
  const auto told = [&](const Trial& trial, const std::optional<Trial>& best) {
    ++tried;
    if (!request.records.empty()) {
      append_record(request.records, record_of(key, candidates, trial, request.batch));
    }
    tell({stopwatch.seconds(), tried, text_of(candidates.axes, trial.point), trial.seconds,
          best ? std::optional(best->seconds) : std::nullopt});
  };
  const Limits limits = {.used = [&] { return stopwatch.seconds() / request.budget; }, .is_stopped = is_stopped};
  const Plan plan = {.seed = request.seed,
                     .preparers = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, most_preparers)};
  Tuned tuned = {.outcome = search(problem, plan, limits, told), .winner = {}, .points = size_of(candidates.axes)};
  if (tuned.outcome.best) {
    tuned.winner = record_of(key, candidates, *tuned.outcome.best, request.batch);
    tuned.winner->kind = Record::Kind::winner;
    tuned.winner->schedule = candidates.schedule(tuned.outcome.best->point).value().text;
    if (!request.records.empty()) append_record(request.records, *tuned.winner);
  }
  return tuned;
}

}  // namespace nestwright::tune
