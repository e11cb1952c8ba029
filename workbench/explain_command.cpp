// nestwright explain FILE: what a schedule costs, predicted from the loop nest that it makes.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/options.h"
#include "cost/explain.h"
#include "error/error.h"
#include "workbench/command.h"
#include "workbench/explain_text.h"
#include "workbench/schedule_files.h"

namespace nestwright::workbench {
namespace {

struct ExplainOptions {
  std::string file;
  std::string other;
  UseRequest request;
  std::string tune;
  std::string target = "host";
  std::vector<std::string> caches;
  std::int64_t blocks = 1;
  bool json = false;
};

// "bytes,ways,line": the number of the level is its place on the command line.
cost::CacheShape parse_cache(const std::string& text, std::size_t level) {
  const Error bad("--cache", fmt::format("'{}' is no cache; expected bytes,ways,line, for example 32768,8,64", text));
  std::vector<std::int64_t> numbers;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    const std::string number = text.substr(begin, comma - begin);
    if (number.empty() || number.size() > 12 || number.find_first_not_of("0123456789") != std::string::npos) throw bad;
    numbers.push_back(std::stoll(number));
    begin = comma + 1;
  }
  if (numbers.size() != 3) throw bad;
  return {.name = fmt::format("L{}", level), .bytes = numbers[0], .ways = numbers[1], .line = numbers[2]};
}

std::map<std::string, int> parse_tune(const std::string& text) {
  std::map<std::string, int> values;
  if (text.empty()) return values;
  const Shape parsed = Shape::parse(text);
  for (const auto& [name, value] : parsed.entries()) values[name] = static_cast<int>(value);
  return values;
}

Halide::Target parse_target(const std::string& text) {
  if (!Halide::Target::validate_target_string(text)) {
    throw Error("--target", fmt::format("'{}' is no target of Halide's; expected host, or one such as {}", text,
                                        Halide::get_host_target().to_string()));
  }
  return Halide::Target(text);
}

cost::ExplainRequest request_for(const ExplainOptions& options, const std::string& name) {
  const ReadSchedule schedule = read_and_parse(find_schedule(name));
  const std::vector<Use> uses = find_uses(schedule.parsed.op, options.request);
  cost::ExplainRequest request = {.schedule = schedule.source,
                                  .algorithm = schedule.parsed.algorithm,
                                  .op = schedule.parsed.op,
                                  .shape = largest_use(uses).shape,
                                  .size = {.blocks = options.blocks, .images = 16 * options.blocks},
                                  .target = parse_target(options.target)};
  request.schedule.parameters = parse_tune(options.tune);
  request.machine = cost::measure_machine(request.target);
  request.caches = request.machine.caches;
  if (!options.caches.empty()) request.caches.clear();
  for (const std::string& cache : options.caches) {
    request.caches.push_back(parse_cache(cache, request.caches.size() + 1));
  }
  return request;
}

int run_explain(const ExplainOptions& options) {
  std::vector<cost::Explanation> explanations = {cost::explain(request_for(options, options.file))};
  if (!options.other.empty()) {
    cost::ExplainRequest other = request_for(options, options.other);
    if (other.op != explanations.front().op) {
      throw Error("--diff", fmt::format("{} schedules {}, but {} schedules {}; expected the same operator",
                                        options.other, other.op, options.file, explanations.front().op));
    }
    explanations.push_back(cost::explain(other));
  }
  if (options.json) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const cost::Explanation& explanation : explanations) list.push_back(to_json(explanation));
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
  fmt::print("{}", summary_text(explanations));
  return 0;
}

}  // namespace

std::function<int()> add_explain(CLI::App& app) {
  const auto options = std::make_shared<ExplainOptions>();
  app.add_option("FILE", options->file, "A .nest file, or the name of a shipped one (conv2d/cpu)")->required();
  add_use_options(app, options->request);
  add_path(app, "--diff", options->other, "Another schedule of the same operator, to set beside it");
  add_path(app, "--tune", options->tune, "Values of the schedule's parameters, as name=value,name=value");
  add_path(app, "--target", options->target, "A Halide target [host]");
  add_integer(app, "--blocks", options->blocks, 1, 4096, "Blocks of images that a call is about [1]");
  app.add_option("--cache", options->caches,
                 "A cache as bytes,ways,line instead of this machine's; again for the next level");
  app.add_flag("--json", options->json, "Print it as JSON");
  return [options] { return run_explain(*options); };
}

}  // namespace nestwright::workbench
