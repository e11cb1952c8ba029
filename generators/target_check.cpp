#include "generators/target_check.h"

#include <Halide.h>
#include <fmt/format.h>

#include <map>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "generators/scheduling/apply_schedule.h"
#include "generators/target_words.h"
#include "support/error.h"

namespace nestwright {
namespace {

using Halide::Target;

// Features that all targets of a kernel have, or none: they change the call, or what the runtime, of which there is
// one, does.
constexpr Target::Feature common_features[] = {Target::ASAN,         Target::CPlusPlusMangling,
                                               Target::Debug,        Target::EnableBacktraces,
                                               Target::HexagonDma,   Target::HVX,
                                               Target::MSAN,         Target::SanitizerCoverage,
                                               Target::SoftFloatABI, Target::TSAN,
                                               Target::Simulator,    Target::UserContext,
                                               Target::WasmThreads};

// Features whose registers are as long as the target says, and how long they can be, in bits.
struct SizedVectors {
  Target::Feature feature;
  int least, most;
};
constexpr SizedVectors sized_vectors[] = {{.feature = Target::SVE, .least = 128, .most = 2048},
                                          {.feature = Target::SVE2, .least = 128, .most = 2048},
                                          {.feature = Target::RVV, .least = 128, .most = 65536},
                                          {.feature = Target::AVX10_1, .least = 256, .most = 512}};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text + separator);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

void require_vectors(const std::string& text, const Target& target) {
  for (const auto& [feature, least, most] : sized_vectors) {
    if (target.has_feature(feature) && (target.vector_bits < least || target.vector_bits > most)) {
      refuse_target(text, fmt::format("'{}' needs a size of its vectors from {} to {}; write vector_bits_{}",
                                      Target::feature_to_name(feature), least, most, least));
    }
  }
  if (target.arch == Target::RISCV && !target.has_feature(Target::RVV)) {
    refuse_target(text, "Halide compiles for riscv with vectors only; add rvv-vector_bits_128");
  }
  if (target.arch == Target::Hexagon && !target.has_feature(Target::HVX)) {
    refuse_target(text, "Halide compiles for hexagon with vectors only; add hvx");
  }
}

Target target_of(const std::string& text) {
  require_known_words(text, split(text, '-'));
  std::string why;
  try {
    const Target target(text);
    require_vectors(text, target);
    if (target.supported()) return target;
    why = "this build of Halide has no compiler for it; choose another";
  } catch (const Halide::Error& error) {
    why = "Halide does not take it: " + first_line(error.what());
  } catch (const std::logic_error& error) {  // of the standard library, where Halide converts numbers
    why = fmt::format("Halide does not take it: {}", error.what());
  }
  refuse_target(text, why);
}

void require_one_machine(const std::string& text, const Target& target, const Target& first) {
  const auto machine_of = [](const Target& each) { return Target(each.os, each.arch, each.bits).to_string(); };
  if (machine_of(target) != machine_of(first)) {
    refuse_target(text, fmt::format("is for {}, the first for {}; the targets of one kernel differ in features only",
                                    machine_of(target), machine_of(first)));
  }
}

void require_common_features(const std::string& text, const Target& target, const Target& first) {
  for (const Target::Feature feature : common_features) {
    if (target.has_feature(feature) != first.has_feature(feature)) {
      refuse_target(text, fmt::format("{} '{}', the first target {}; all targets of one kernel have it, or none",
                                      target.has_feature(feature) ? "has" : "lacks", Target::feature_to_name(feature),
                                      target.has_feature(feature) ? "lacks it" : "has it"));
    }
  }
}

}  // namespace

void require_known_targets(const std::string& targets) {
  std::map<std::string, std::string> texts;  // by what they mean
  std::vector<Target> known;
  for (const std::string& text : split(targets, ',')) {
    if (text.empty()) {
      refuse_target(targets,
                    "a target is missing before, after or between its ','; expected host or arch-bits-os, "
                    "then features");
    }
    const Target target = target_of(text);
    // A kernel is compiled without the runtime, whether the target says so or not.
    const auto [same, is_new] = texts.emplace(target.without_feature(Target::NoRuntime).to_string(), text);
    if (!is_new && same->second == text) refuse_target(text, "is there twice; write it once");
    if (!is_new) refuse_target(text, fmt::format("is the same target as '{}'; write one of them", same->second));
    known.push_back(target);
    require_one_machine(text, target, known.front());
    require_common_features(text, target, known.front());
  }
}

}  // namespace nestwright
