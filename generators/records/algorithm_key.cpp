#include "generators/records/algorithm_key.h"

#include <fmt/format.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace nestwright::tune {
namespace {

using Halide::Internal::Function;

void append_text(const Function& function, std::set<std::string>& seen, std::ostream& text) {
  if (!seen.insert(function.name()).second) return;
  for (const auto& [name, callee] : Halide::Internal::find_direct_calls(function)) append_text(callee, seen, text);
  text << function.name() << "(";
  for (const std::string& argument : function.args()) text << argument << ",";
  text << ")\n";
  for (const Halide::Expr& value : function.values()) text << " = " << value << "\n";
  for (const auto& update : function.updates()) {
    for (const Halide::Expr& argument : update.args()) text << " [" << argument << "]";
    for (const Halide::Expr& value : update.values()) text << " = " << value << "\n";
    if (update.predicate().defined()) text << " where " << update.predicate() << "\n";
    for (const auto& rvar : update.schedule().rvars()) {
      text << " over " << rvar.var << " from " << rvar.min << " by " << rvar.extent << "\n";
    }
  }
}

// Halide calls what it names itself within an expression t0, t1, ..., counting on through the process: here they are
// counted from their first occurrence in the text.
std::string with_lets_in_order(const std::string& text) {
  static const std::regex name("\\bt[0-9]+\\b");
  std::map<std::string, std::string> renamed;
  std::string result;
  std::size_t end = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), name), last; it != last; ++it) {
    const auto begin = static_cast<std::size_t>(it->position());
    const auto entry = renamed.emplace(it->str(), fmt::format("t#{}", renamed.size())).first;
    result += text.substr(end, begin - end) + entry->second;
    end = begin + static_cast<std::size_t>(it->length());
  }
  return result + text.substr(end);
}

Halide::Target only_gpu_features(const Halide::Target& target) {
  Halide::Target kept(target.os, target.arch, target.bits);
  for (int f = 0; f < Halide::Target::FeatureEnd; ++f) {
    const auto feature = static_cast<Halide::Target::Feature>(f);
    const std::string name = Halide::Target::feature_to_name(feature);
    const bool is_of_gpu = name.starts_with("cuda") || name.starts_with("opencl") || name.starts_with("cl_");
    if (is_of_gpu && target.has_feature(feature)) kept.set_feature(feature);
  }
  return kept;
}

// What a kernel is compiled with, and makes no difference to which schedule is fastest. Of a GPU's kernel the processor
// is of that kind, which only starts it.
Halide::Target without_ways_of_compiling(Halide::Target target) {
  if (target.has_gpu_feature()) target = only_gpu_features(target);
  for (const auto feature : {Halide::Target::JIT, Halide::Target::NoRuntime, Halide::Target::NoAsserts,
                             Halide::Target::NoBoundsQuery, Halide::Target::UserContext}) {
    target.set_feature(feature, false);
  }
  return target;
}

}  // namespace

std::string hash_of(const BoundAlgorithm& bound) {
  std::ostringstream text;
  std::set<std::string> seen;
  for (const Halide::Func& output : bound.algorithm.outputs) append_text(output.function(), seen, text);
  // Halide numbers names that it has given before in this process: "conv$1".
  static const std::regex number("\\$[0-9]+");
  return hash_of(with_lets_in_order(std::regex_replace(text.str(), number, "")));
}

RecordKey record_key(const BoundAlgorithm& bound, const Halide::Target& target, const std::string& processor) {
  return {.op = bound.op,
          .algorithm = bound.algorithm_name,
          .shape = bound.shape.text(),
          .target = without_ways_of_compiling(target).to_string(),
          .processor = processor,
          .halide = fmt::format("{}.{}.{}", HALIDE_VERSION_MAJOR, HALIDE_VERSION_MINOR, HALIDE_VERSION_PATCH),
          .algorithm_hash = hash_of(bound)};
}

}  // namespace nestwright::tune
