#include "dsl/tune_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "dsl/check.h"
#include "dsl/source_error.h"

namespace nestwright::dsl {
namespace {

using Halide::Target;

bool has_avx512(const Target& target) {
  return target.features_any_of({Target::AVX512, Target::AVX512_KNL, Target::AVX512_Skylake, Target::AVX512_Cannonlake,
                                 Target::AVX512_Zen4, Target::AVX512_Zen5, Target::AVX512_SapphireRapids});
}
bool has_avx2(const Target& target) { return target.has_feature(Target::AVX2) || has_avx512(target); }
bool has_avx(const Target& target) { return target.has_feature(Target::AVX) || has_avx2(target); }
bool has_sse41(const Target& target) { return target.has_feature(Target::SSE41) || has_avx(target); }

struct TunableTarget {
  const char* name;
  bool (*matches)(const Target&);
};

// From the least to the most specific: the last one that matches and has a default decides.
constexpr TunableTarget tunable[] = {
    {"arm", [](const Target& target) { return target.arch == Target::ARM; }},
    {"sse41", has_sse41},
    {"avx", has_avx},
    {"avx2", has_avx2},
    {"avx512", has_avx512},
    {"opencl", [](const Target& target) { return target.has_feature(Target::OpenCL); }},
    {"cuda", [](const Target& target) { return target.has_feature(Target::CUDA); }},
};

bool is_candidate(const Tune& tune, int value) {
  return std::ranges::find(tune.candidates, value) != tune.candidates.end();
}

Error no_candidate(const Schedule& schedule, const Tune& tune, Position position, int value) {
  return error_at(schedule, position,
                  fmt::format("{} is no candidate of `{}`; expected one of {}", value, tune.name,
                              fmt::join(tune.candidates, ", ")));
}

int default_for(const Schedule& schedule, const Tune& tune, const Target& target) {
  for (const auto& [name, value, position] : tune.target_defaults) {
    const std::vector<std::string> names = tunable_targets();
    if (std::ranges::find(names, name) == names.end()) {
      throw error_at(schedule, position, fmt::format("no target `{}`{}", name, suggestion(name, names)));
    }
    if (!is_candidate(tune, value)) throw no_candidate(schedule, tune, position, value);
  }
  if (!is_candidate(tune, tune.fallback)) throw no_candidate(schedule, tune, tune.fallback_position, tune.fallback);
  int chosen = tune.fallback;
  for (const TunableTarget& candidate : tunable) {
    if (!candidate.matches(target)) continue;
    for (const auto& [name, value, position] : tune.target_defaults) {
      if (name == candidate.name) chosen = value;
    }
  }
  return chosen;
}

}  // namespace

std::vector<std::string> tunable_targets() {
  std::vector<std::string> names;
  for (const TunableTarget& candidate : tunable) names.emplace_back(candidate.name);
  return names;
}

std::map<std::string, int> tune_values(const Schedule& schedule, const Halide::Target& target,
                                       const std::map<std::string, int>& parameters) {
  std::map<std::string, int> values;
  std::vector<std::string> names;
  for (const Tune& tune : tunes(schedule)) {
    const int fallback = default_for(schedule, tune, target);
    const auto given = parameters.find(tune.name);
    const int value = given == parameters.end() ? fallback : given->second;
    if (!is_candidate(tune, value)) throw no_candidate(schedule, tune, tune.position, value);
    if (!values.emplace(tune.name, value).second) {
      throw error_at(schedule, tune.position, fmt::format("the parameter `{}` is there twice", tune.name));
    }
    names.push_back(tune.name);
  }
  for (const auto& [name, value] : parameters) {
    if (values.contains(name)) continue;
    throw Error(schedule.file, names.empty() ? fmt::format("no parameter `{}`; it has none", name)
                                             : fmt::format("no parameter `{}`{}", name, suggestion(name, names)));
  }
  return values;
}

}  // namespace nestwright::dsl
