// nestwright explain FILE: what a schedule costs, predicted from the loop nest that it makes.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "ops/signature/bias_place.h"
#include "ops/signature/call_size.h"
#include "support/error.h"
#include "support/file_uses.h"
#include "support/message.h"
#include "support/options.h"
#include "tools/workbench/command.h"
#include "tools/workbench/cost/explain.h"
#include "tools/workbench/cost/host_caches.h"
#include "tools/workbench/explain_gpu.h"
#include "tools/workbench/explain_text.h"
#include "tools/workbench/kept_machine.h"
#include "tools/workbench/own_files.h"
#include "tools/workbench/schedule_files.h"

namespace nestwright::workbench {
namespace {

struct ExplainOptions {
  std::string file;
  std::string other;
  UseRequest request;
  std::string tune;
  std::string target;
  std::vector<std::string> caches;
  std::int64_t blocks = 1;
  bool measure = false;
  bool json = false;
};

// A schedule to explain, and, for a CPU, the machine that its predictions are about.
struct Question {
  cost::ExplainRequest request;
  std::string machine;  // when and how well it was measured; empty for GPUs
};

// The cache that "bytes,ways,line" describes. `level` counts the --cache options from 1. Throws Error for other text.
cost::CacheShape parse_cache(const std::string& text, std::size_t level) {
  const Error bad("--cache", fmt::format("'{}' is no cache; expected bytes,ways,line, each from 1 to 2^32, for "
                                         "example 32768,8,64",
                                         text));
  constexpr std::size_t most_digits = 12;                // few enough for std::int64_t
  constexpr std::int64_t most = std::int64_t{1} << 32U;  // bytes, say: a choice, beyond all caches that there are
  std::vector<std::int64_t> numbers;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    const std::string number = text.substr(begin, comma - begin);
    const bool is_number = !number.empty() && number.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number || number.size() > most_digits) throw bad;
    numbers.push_back(std::stoll(number));
    begin = comma + 1;
  }
  const auto is_possible = [&](std::int64_t number) { return number >= 1 && number <= most; };
  if (numbers.size() != 3 || !std::ranges::all_of(numbers, is_possible)) throw bad;
  return {.name = fmt::format("L{}", level), .bytes = numbers[0], .ways = numbers[1], .line = numbers[2]};
}

std::map<std::string, int> parse_tune(const std::string& text) {
  std::map<std::string, int> values;
  if (text.empty()) return values;
  try {
    const Shape parsed = Shape::parse(text);
    for (const auto& [name, value] : parsed.entries()) values[name] = static_cast<int>(value);
  } catch (const Error& error) {
    throw Error("--tune", std::string(error.what()).substr(error.where().size() + 2));
  }
  return values;
}

Halide::Target parse_target(const std::string& text) {
  if (!Halide::Target::validate_target_string(text)) {
    throw Error("--target", fmt::format("'{}' is no target of Halide's; expected host, or one such as {}", text,
                                        Halide::get_host_target().to_string()));
  }
  return Halide::Target(text);
}

// The target of --target, or this machine, for a GPU's schedule with the oldest CUDA that kernels are made for.
Halide::Target target_for(const ExplainOptions& options, const std::string& purpose) {
  if (!options.target.empty()) return parse_target(options.target);
  const Halide::Target host = Halide::get_host_target();
  return purpose == "gpu" ? host.with_feature(Halide::Target::CUDA).with_feature(Halide::Target::CUDACapability80)
                          : host;
}

Question question_about(const ExplainOptions& options, const std::string& name, bool measure) {
  const ReadSchedule schedule = read_and_parse(find_schedule(name));
  UseRequest wanted = options.request;
  if (schedule.parsed.purpose == "gpu") wanted.lanes = device_lanes;
  const std::vector<Use> uses = find_uses(schedule.parsed.op, wanted);
  cost::ExplainRequest request = {
      .schedule = schedule.source,
      .algorithm = schedule.parsed.algorithm,
      .op = schedule.parsed.op,
      .shape = largest_use(uses).shape,
      .size = {.blocks = options.blocks, .images = usual_lanes * options.blocks, .parameters = example_parameters()},
      .target = target_for(options, schedule.parsed.purpose)};
  request.schedule.parameters = parse_tune(options.tune);
  if (request.target.has_gpu_feature()) {
    request.size.images = lanes_of(request.shape) * options.blocks;
    return {std::move(request), ""};
  }
  const KeptMachine kept = kept_machine(request.target, kept_machines_file(), measure);
  request.machine = kept.machine;
  request.caches = request.machine.caches;
  if (!options.caches.empty()) request.caches.clear();
  for (const std::string& cache : options.caches) {
    request.caches.push_back(parse_cache(cache, request.caches.size() + 1));
  }
  return {std::move(request), text_of(kept)};
}

void require_same_operator(const ExplainOptions& options, const cost::ExplainRequest& first,
                           const cost::ExplainRequest& other) {
  if (other.op == first.op) return;
  throw Error("--diff", fmt::format("{} schedules {}, but {} schedules {}; expected the same operator", options.other,
                                    other.op, options.file, first.op));
}

// Explains schedules of GPUs one after another, not side by side, for each has launches of its own.
int run_explain_gpu(const ExplainOptions& options, const std::vector<cost::ExplainRequest>& requests) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const cost::ExplainRequest& request : requests) {
    const GpuExplanation explanation = explain_gpu(request);
    list.push_back(to_json(explanation));
    if (options.json) continue;
    fmt::print("{}{}: {} at {}, {} block{} of images\n{}\n\n{}", list.size() > 1 ? "\n" : "", explanation.schedule,
               explanation.op, explanation.shape.text(), explanation.blocks, explanation.blocks == 1 ? "" : "s",
               explanation.target, gpu_text(explanation));
  }
  if (options.json) {
    fmt::print("{}\n", (requests.size() == 1 ? list.front() : list)
                           .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
  return 0;
}

FileUses files_of(const ExplainOptions& options) {
  FileUses uses = {.inputs = {{"FILE", find_schedule(options.file)}}, .outputs = {times_output()}};
  if (!options.other.empty()) uses.inputs.push_back({"--diff", find_schedule(options.other)});
  for (InputFile& file : own_files()) uses.inputs.push_back(std::move(file));
  return uses;
}

int run_explain(const ExplainOptions& options) {
  require_separate_files(files_of(options));
  const Question question = question_about(options, options.file, options.measure);
  std::vector<cost::ExplainRequest> requests = {question.request};
  if (!options.other.empty()) {
    requests.push_back(question_about(options, options.other, /*measure=*/false).request);
    require_same_operator(options, requests[0], requests[1]);
    if (requests[0].target.has_gpu_feature() != requests[1].target.has_gpu_feature()) {
      throw Error("--diff", "sets schedules of the same kind of processor beside each other; one of these is a GPU's");
    }
  }
  if (requests.front().target.has_gpu_feature()) return run_explain_gpu(options, requests);
  if (options.caches.empty()) tell_of_caches();
  std::vector<cost::Explanation> explanations;
  for (const cost::ExplainRequest& request : requests) explanations.push_back(cost::explain(request));
  if (options.json) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const cost::Explanation& explanation : explanations) {
      list.push_back(to_json(explanation));
      list.back()["machine"] = question.machine;
    }
    const nlohmann::ordered_json& printed = options.other.empty() ? list.front() : list;
    fmt::print("{}\n", printed.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return 0;
  }
  const cost::Explanation& first = explanations.front();
  fmt::print("{}: {} at {}, {} block{} a call\n{}\n\n", first.schedule, first.op, first.shape.text(), options.blocks,
             options.blocks == 1 ? "" : "s", first.target);
  for (const cost::Explanation& explanation : explanations) {
    if (explanations.size() > 1) fmt::print("{}\n", explanation.schedule);
    fmt::print("{}\n", loops_text(explanation));
  }
  fmt::print("{}{:<30}{}\n", summary_text(explanations), "machine", question.machine);
  return 0;
}

}  // namespace

void tell_of_caches() {
  if (const std::string source = cost::host_caches().source; !source.empty()) {
    say("nestwright: " + source);
  }
}

std::function<int()> add_explain(CLI::App& app) {
  const auto options = std::make_shared<ExplainOptions>();
  app.add_option("FILE", options->file, "A .nest file, or the name of a shipped one (conv2d/cpu)")->required();
  add_use_options(app, options->request);
  add_path(app, "--diff", options->other, "Another schedule of the same operator, to set beside it");
  add_text(app, "--tune", options->tune, "name=value,name=value",
           "Values of the schedule's parameters, as name=value,name=value");
  add_path(app, "--target", options->target,
           "A Halide target [this machine; of a GPU's schedule with cuda_capability_80]");
  add_integer(app, "--blocks", options->blocks, 1, 4096, "Blocks of images that a call is about [1]");
  app.add_option("--cache", options->caches,
                 "A cache as bytes,ways,line instead of this machine's; again for the next level");
  app.add_flag("--measure", options->measure,
               "Measure this machine again, whose times are kept with the tuning records");
  app.add_flag("--json", options->json, "Print it as JSON");
  return [options] { return run_explain(*options); };
}

}  // namespace nestwright::workbench
