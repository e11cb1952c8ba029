// nestwright tune FILE|OP: searches for the fastest schedule on this machine.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "dsl/parse.h"
#include "dsl/print.h"
#include "support/atomic_file.h"
#include "support/error.h"
#include "support/file_uses.h"
#include "support/interrupt.h"
#include "support/message.h"
#include "support/options.h"
#include "support/standard_streams.h"
#include "tools/workbench/autoscheduler.h"
#include "tools/workbench/command.h"
#include "tools/workbench/own_files.h"
#include "tools/workbench/rivals.h"
#include "tools/workbench/schedule_files.h"
#include "tools/workbench/shipped_schedule.h"
#include "tools/workbench/tune/tuner.h"
#include "tools/workbench/tuning_records.h"

namespace nestwright::workbench {
namespace {

// The largest batch that --batch takes: a choice, far beyond what is trained with.
constexpr std::int64_t most_images = 1 << 20;

struct TuneOptions {
  std::string subject, algorithm, json, out, records, budget = "60s";
  UseRequest request;
  std::uint64_t seed = 0;
  std::int64_t batch = 64;
  bool rivals = false;
  bool seeds = false;
  bool no_records = false;
};

// The seconds that a text such as "60s", "2m" or "90" gives. Throws Error for other text, and for more than a day.
double budget_seconds(const std::string& text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string unit(end, text.data() + text.size());
  const double seconds = unit == "m" ? 60.0 * value : value;
  constexpr double seconds_of_a_day = 86400.0;
  const bool is_known = error == std::errc{} && (unit.empty() || unit == "s" || unit == "m");
  if (!is_known || !(seconds > 0.0) || seconds > seconds_of_a_day) {
    throw Error("--budget", fmt::format("\"{}\" is no time; expected more than 0 seconds and at most a day, 86400, as "
                                        "60s, 2m or 90",
                                        text));
  }
  return seconds;
}

std::string time_text(double seconds) {
  if (seconds < 1e-3) return fmt::format("{:.4g} us", 1e6 * seconds);
  return seconds < 1.0 ? fmt::format("{:.4g} ms", 1e3 * seconds) : fmt::format("{:.4g} s", seconds);
}

// A line on a terminal that is drawn again for every candidate. Where standard error can't be drawn on, there is none.
class LiveLine {
 public:
  explicit LiveLine(double budget) : budget_(budget), is_terminal_(can_redraw(STDERR_FILENO)) {}

  void show(const tune::Progress& progress) {
    if (!is_terminal_) return;
    const std::string best = progress.best ? time_text(*progress.best) : "none yet";
    const std::string latest = std::isinf(progress.latest) ? "refused" : time_text(progress.latest);
    const std::string text = fmt::format("{:3.0f}/{:.0f} s  {} tried  best {}  now {} ({})", progress.seconds, budget_,
                                         progress.tried, best, latest, progress.trying);
    std::fputs(("\r\033[K" + text.substr(0, most_columns)).c_str(), stderr);
    std::fflush(stderr);
  }
  void clear() const {
    if (is_terminal_) std::fputs("\r\033[K", stderr);
  }

 private:
  static constexpr std::size_t most_columns = 150;  // characters that are drawn: a choice

  double budget_;  // seconds
  bool is_terminal_;
};

bool is_operator(const std::string& name) {
  return std::ranges::any_of(all_signatures(), [&](const Signature& signature) { return signature.name == name; });
}

// The schedules that Halide's autoschedulers make of the operator. An autoscheduler that fails is named on standard
// error, with the reason.
std::vector<ScheduleSource> seeds_for(const Use& use, const std::string& algorithm, std::int64_t batch) {
  std::vector<ScheduleSource> seeds;
  for (const std::string& name : autoscheduler_names()) {
    try {
      seeds.push_back({.file = name, .text = imported_schedule(name, use, {use}, algorithm, batch), .parameters = {}});
    } catch (const Error& error) {
      say("no start from " + printable_text(error));
    }
  }
  return seeds;
}

tune::Request request_of(const TuneOptions& options) {
  tune::Request request = {.batch = options.batch,
                           .parameters = example_parameters(),
                           .budget = budget_seconds(options.budget),
                           .seed = options.seed,
                           .records = options.no_records ? "" : options.records};
  if (is_operator(options.subject)) {
    request.op = options.subject;
    request.algorithm = options.algorithm;
  } else {
    std::error_code error;
    const bool is_file = std::filesystem::exists(options.subject, error) ||
                         options.subject.find('/') != std::string::npos || options.subject.ends_with(".nest");
    if (!is_file) find_signature(options.subject);  // throws Error that suggests an operator's name
    const ReadSchedule file = read_and_parse(find_schedule(options.subject));
    request.op = file.parsed.op;
    request.schedule = file.source;
    if (options.seeds)
      throw Error("--seeds", "starts the search of an operator; a file's parameters have no other start");
    if (!options.algorithm.empty()) throw Error("--algorithm", "a file says itself what algorithm it is for");
  }
  const Use use = largest_use(find_uses(request.op, options.request));
  request.shape = use.shape;
  if (!request.schedule && request.algorithm.empty()) {
    if (const auto shipped = shipped_schedule(use)) request.algorithm = algorithm_of(*shipped);
  }
  if (options.seeds) request.seeds = seeds_for(use, request.algorithm, options.batch);
  return request;
}

// The winner as the text of a .nest file: the template's text, or the tuned file's text with the winner's values as the
// defaults of its parameters.
std::string nest_text(const tune::Record& winner) {
  dsl::Schedule schedule = dsl::parse(winner.schedule, winner.source);
  for (dsl::Item& item : schedule.items) {
    auto* const tune = std::get_if<dsl::Tune>(&item.what);
    if (tune == nullptr) continue;
    tune->fallback = winner.parameters.at(tune->name);
    tune->target_defaults.clear();
  }
  return fmt::format("# Found by `nestwright tune`: {} for a call of {} images at\n# {}\n# on {}.\n{}",
                     time_text(winner.seconds), winner.batch, winner.key.shape, winner.key.processor,
                     dsl::print(schedule));
}

std::string parameters_text(const std::map<std::string, int>& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
  return text;
}

nlohmann::ordered_json json_of(const tune::Tuned& tuned, const std::vector<RivalTime>& rivals) {
  const tune::Record& winner = tuned.winner.value();
  nlohmann::ordered_json times = nlohmann::ordered_json::array();
  for (const RivalTime& rival : rivals) {
    nlohmann::ordered_json entry = {{"name", rival.name}};
    if (rival.complaint.empty()) {
      entry["seconds"] = rival.seconds;
      entry["spread"] = rival.spread;
    } else {
      entry["complaint"] = rival.complaint;
    }
    times.push_back(std::move(entry));
  }
  return {{"winner", nlohmann::ordered_json::parse(tune::to_line(winner))},
          {"points", tuned.points},
          {"tried", tuned.outcome.tried},
          {"refused", tuned.outcome.refused},
          {"known", tuned.outcome.known},
          {"side_by_side", times}};
}

// The same as text; names are bytes that someone gave, of which those that are no UTF-8 are replaced.
std::string text_of(const tune::Tuned& tuned, const std::vector<RivalTime>& rivals) {
  return json_of(tuned, rivals).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

// A sentence where the winner beats the schedule that ships by more than the times of either vary; otherwise empty.
// Times are taken to vary by least_noise at least: a choice.
std::string verdict(const std::vector<RivalTime>& rivals) {
  const auto shipped = std::ranges::find(rivals, "shipped", &RivalTime::name);
  if (shipped == rivals.end() || !shipped->complaint.empty()) return {};
  const RivalTime& best = rivals.front();
  constexpr double least_noise = 0.03;
  const double noise = std::max({least_noise, best.spread, shipped->spread});
  const double ratio = best.seconds / shipped->seconds;
  if (ratio > 1.0 - noise) return {};
  return fmt::format(
      "The best beats the schedule that ships by more than noise: it takes {:.0f} % less time. --out FILE "
      "writes it as a .nest file.\n",
      100.0 * (1.0 - ratio));
}

void print_result(const tune::Request& request, const tune::Tuned& tuned, const std::vector<RivalTime>& rivals) {
  const tune::Record& winner = tuned.winner.value();
  fmt::print("{} at {}\n", request.op, winner.key.shape);
  fmt::print("{} of {:.4g} candidates timed, {} refused, {} known from earlier runs\n", tuned.outcome.tried,
             tuned.points, tuned.outcome.refused, tuned.outcome.known);
  fmt::print("best: {} for {} images, right; {}\n", time_text(winner.seconds), winner.batch,
             request.schedule ? parameters_text(winner.parameters) : winner.choices);
  if (!request.schedule) fmt::print("\n{}\n", winner.schedule);
  if (rivals.size() < 2) return;
  fmt::print("side by side:\n");
  for (const RivalTime& rival : rivals) {
    if (!rival.complaint.empty()) {
      fmt::print("  {:<28} {}\n", rival.name, rival.complaint);
    } else {
      fmt::print("  {:<28} {:>10}  the best takes {:.2f} of it (spread {:.0f} %)\n", rival.name,
                 time_text(rival.seconds), rivals.front().seconds / rival.seconds, 100.0 * rival.spread);
    }
  }
  fmt::print("{}", verdict(rivals));
}

// Prints the result, and writes the files that were asked for.
void report(const TuneOptions& options, const tune::Request& request, const tune::Tuned& tuned,
            const std::vector<RivalTime>& rivals) {
  print_result(request, tuned, rivals);
  if (!request.records.empty()) fmt::print("recorded in {}\n", printable(request.records.string()));
  if (!options.json.empty()) write_text_file(options.json, text_of(tuned, rivals));
  if (!options.out.empty()) write_text_file(options.out, nest_text(*tuned.winner));
}

FileUses files_of(const TuneOptions& options, const tune::Request& request) {
  FileUses uses = {.inputs = {{"SUBJECT", request.schedule ? request.schedule->file : ""}},
                   .outputs = {records_output(request.records),
                               {.name = "--json", .path = options.json},
                               {.name = "--out", .path = options.out}}};
  for (InputFile& file : own_files()) uses.inputs.push_back(std::move(file));
  return uses;
}

// What an interrupted search has found, and the status for that. A candidate that is still compiled can't be stopped,
// and must not meet what the end of the program takes down.
[[noreturn]] void end_interrupted(const TuneOptions& options, const tune::Request& request, const tune::Tuned& tuned) {
  if (tuned.winner) {
    report(options, request, tuned, {});
  } else {
    say(fmt::format("{}: interrupted before a candidate was found to be right", printable(options.subject)));
  }
  flush_output();
  std::_Exit(interrupted_status);
}

int run_tune(TuneOptions options) {
  if (options.records.empty() && !options.no_records) options.records = default_records_file().string();
  const tune::Request request = request_of(options);
  if (!request.records.empty()) prepare_records_file(request.records);
  require_separate_files(files_of(options, request));
  const std::atomic<bool>& is_interrupted = catch_interrupts();
  LiveLine line(request.budget);
  const tune::Tuned tuned = tune::tune(
      request, [&] { return is_interrupted.load(); }, [&](const tune::Progress& progress) { line.show(progress); });
  line.clear();
  if (is_interrupted) end_interrupted(options, request, tuned);
  if (!tuned.winner) throw Error(options.subject, "no candidate could be compiled and was right");
  end_at_interrupts();  // the winner is recorded
  report(options, request, tuned,
         time_beside_rivals(*tuned.winner, {request.op, tuned_shape(*tuned.winner), ""}, options.rivals));
  return 0;
}

}  // namespace

std::function<int()> add_tune(CLI::App& app) {
  const auto options = std::make_shared<TuneOptions>();
  add_path(app, "SUBJECT", options->subject,
           "An operator, to search among schedules that templates make; or a .nest file, to search its parameters")
      ->required();
  add_use_options(app, options->request);
  add_path(app, "--algorithm", options->algorithm, "The operator's algorithm [that of the schedule that ships]");
  add_text(app, "--budget", options->budget, "a time, as 60s, 2m or 90", "How long to search: 60s, 2m [60s]");
  add_seed(app, "--seed", options->seed, "What the order of candidates is drawn from [0]");
  add_integer(app, "--batch", options->batch, 1, most_images, "Images of a timed call [64]");
  add_path(app, "--records", options->records,
           "The file that trials and winners are added to [build/tuning/records.jsonl]");
  app.add_flag("--no-records", options->no_records, "Neither read records nor add to them");
  app.add_flag("--seeds", options->seeds, "Start from what Halide's autoschedulers make, too (of an operator)");
  app.add_flag("--rivals", options->rivals, "Time the winner beside Halide's autoschedulers, too");
  add_path(app, "--json", options->json, "Write the result there, as JSON");
  add_path(app, "--out", options->out, "Write the winner there, as a .nest file");
  return [options] { return run_tune(*options); };
}

}  // namespace nestwright::workbench
