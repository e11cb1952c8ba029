#include "tools/workbench/import_schedule.h"

#include <Halide.h>
#include <fmt/format.h>

#include <functional>
#include <regex>

#include "dsl/parse.h"
#include "dsl/print.h"
#include "ops/algorithm/operator.h"
#include "support/error.h"

namespace nestwright::workbench {
namespace {

using Halide::Internal::Function;

// From an identifier of the C++ text to its name in schedules, which is "" for a Func that schedules can't name.
using Meanings = std::map<std::string, std::string>;

std::string schedule_name(const PipelineNames& names, const std::string& halide_name) {
  const auto found = names.schedule.find(halide_name);
  return found == names.schedule.end() ? "" : found->second;
}

// Reads a declaration such as "Func conv_1 = pipeline.get_func(6)"; false for other text.
bool read_func(const std::string& text, const PipelineNames& names, Meanings& meanings, Meanings& halide_names) {
  static const std::regex declaration(R"(^Func (\S+) = pipeline\.get_func\((\d+)\)$)");
  std::smatch match;
  if (!std::regex_match(text, match, declaration)) return false;
  const std::string& name = names.funcs.at(std::stoul(match[2]));
  halide_names[match[1]] = name;
  meanings[match[1]] = schedule_name(names, name);
  return true;
}

// Reads one of these three declarations of a loop; false for other text:
// RVar r_x(conv.update(0).get_schedule().dims()[0].var), Var lane = conv_1.args()[0], Var lanei("lanei")
bool read_loop(const std::string& text, const PipelineNames& names, Meanings& meanings, const Meanings& halide_names) {
  static const std::regex of_schedule(
      R"(^R?Var (\S+?)\((\S+?)(\.update\((\d+)\))?\.get_schedule\(\)\.(dims|rvars)\(\)\[(\d+)\]\.var\)$)");
  static const std::regex of_arguments(R"(^Var (\S+) = (\S+)\.args\(\)\[(\d+)\]$)");
  static const std::regex fresh(R"re(^R?Var (\S+?)\("(\S+)"\)$)re");
  std::smatch match;
  std::string loop;
  if (std::regex_match(text, match, of_schedule)) {
    const std::size_t stage = match[3].matched ? 1 + std::stoul(match[4]) : 0;
    const auto& loops = match[5] == "dims" ? names.loops : names.reductions;
    loop = loops.at(halide_names.at(match[2])).at(stage).at(std::stoul(match[6]));
  } else if (std::regex_match(text, match, of_arguments)) {
    loop = names.loops.at(halide_names.at(match[2])).at(0).at(std::stoul(match[3]));
  } else if (std::regex_match(text, match, fresh)) {
    meanings[match[1]] = match[1];
    return true;
  } else {
    return false;
  }
  const std::string known = schedule_name(names, loop);
  meanings[match[1]] = known.empty() ? loop : known;
  return true;
}

// The statement, with every identifier replaced by its meaning, except the names of directives and enumerations.
std::string translated(const std::string& text, const Meanings& meanings) {
  static const std::regex identifier(R"([A-Za-z_][A-Za-z0-9_$]*)");
  std::string result;
  std::size_t end = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), identifier), last; it != last; ++it) {
    const auto begin = static_cast<std::size_t>(it->position());
    const char before = begin == 0 ? ' ' : text[begin - 1];
    const auto meaning = meanings.find(it->str());
    result += text.substr(end, begin - end);
    result += before == '.' || before == ':' || meaning == meanings.end() ? it->str() : meaning->second;
    end = begin + static_cast<std::size_t>(it->length());
  }
  return result + text.substr(end);
}

std::string without_space(const std::string& text) {
  static const std::regex space(R"(^\s+|\s+$|\s+(?=\.))");
  return std::regex_replace(text, space, "");
}

struct Import {
  const PipelineNames& names;
  Meanings meanings, halide_names;
  std::string statements, left_out;

  void add_statement(const std::string& text) {
    const std::string head = text.substr(0, text.find('.'));
    const auto meaning = meanings.find(head);
    if (meaning == meanings.end() || meaning->second.empty()) {
      const std::string func = head.substr(0, head.find('$'));
      left_out += (left_out.empty() ? "" : ", ") + func;
      return;
    }
    std::string statement = translated(text, meanings);
    static const std::regex braces("[{}]");
    statement = std::regex_replace(statement, braces, "");
    const auto halide_name = halide_names.find(head);
    if (names.outputs.contains(halide_name == halide_names.end() ? head : halide_name->second)) {
      static const std::regex tail(R"(, ?(TailStrategy::)?(ShiftInwards|RoundUp|Auto)\b)");
      statement = std::regex_replace(statement, tail, "");
    }
    statements += statement + "\n";
  }
};

}  // namespace

PipelineNames names_of(const BoundAlgorithm& bound) {
  PipelineNames names;
  Halide::Pipeline pipeline(bound.algorithm.outputs);
  std::map<std::string, Function> functions;
  for (const Halide::Func& output : bound.algorithm.outputs) {
    names.outputs.insert(output.name());
    functions.emplace(output.name(), output.function());
    for (const auto& entry : Halide::Internal::find_transitive_calls(output.function())) functions.insert(entry);
  }
  for (std::size_t i = 0; i < functions.size(); ++i) names.funcs.push_back(pipeline.get_func(i).name());
  for (const auto& [name, func] : bound.algorithm.funcs) names.schedule[func.name()] = name;
  for (const auto& [name, variable] : bound.algorithm.reduction_variables) names.schedule[variable.name()] = name;
  for (const auto& [name, function] : functions) {
    const auto add = [&, key = name](const Halide::Internal::Definition& definition) {
      auto& loops = names.loops[key].emplace_back();
      for (const auto& dim : definition.schedule().dims()) loops.push_back(dim.var);
      auto& reductions = names.reductions[key].emplace_back();
      for (const auto& rvar : definition.schedule().rvars()) reductions.push_back(rvar.var);
    };
    if (!function.has_pure_definition()) continue;
    add(function.definition());
    for (const auto& update : function.updates()) add(update);
  }
  return names;
}

std::string import_schedule(const std::string& schedule_source, const PipelineNames& names,
                            const BoundAlgorithm& bound) {
  // Li2018 prints Halide's own names, so they have their meanings from the start.
  Import import = {.names = names, .meanings = {}, .halide_names = {}, .statements = {}, .left_out = {}};
  for (const std::string& func : names.funcs) import.meanings[func] = schedule_name(names, func);
  for (const auto& [halide_name, name] : names.schedule) import.meanings[halide_name] = name;
  static const std::regex scope(R"(^\s*[{}]\s*$)", std::regex::multiline);
  std::string rest = std::regex_replace(schedule_source, scope, "");
  for (std::size_t end = rest.find(';'); end != std::string::npos; end = rest.find(';')) {
    const std::string text = without_space(rest.substr(0, end));
    rest = rest.substr(end + 1);
    if (text.empty() || read_func(text, names, import.meanings, import.halide_names)) continue;
    if (read_loop(text, names, import.meanings, import.halide_names)) continue;
    import.add_statement(text);
  }
  const std::string default_algorithm = ops::find_operator(bound.op).algorithm;
  std::string nest = fmt::format("schedule {}{} for cpu\n\n", bound.op,
                                 bound.algorithm_name == default_algorithm ? "" : " using " + bound.algorithm_name);
  if (!import.left_out.empty())
    nest += fmt::format("# Left out: copies of {}, which schedules can't name.\n", import.left_out);
  nest += import.statements;
  return dsl::print(dsl::parse(nest, "the autoscheduler's schedule"));
}

}  // namespace nestwright::workbench
