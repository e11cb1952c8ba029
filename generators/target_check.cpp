#include "generators/target_check.h"

#include <Halide.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ranges>
#include <set>
#include <sstream>
#include <string_view>
#include <vector>

#include "generators/scheduling/apply_schedule.h"
#include "support/error.h"
#include "support/nearest_name.h"

namespace nestwright {
namespace {

using Halide::Target;

// The architectures and systems as Halide's targets name them.
const std::map<std::string, Target::Arch> architectures = {{"x86", Target::X86},          {"arm", Target::ARM},
                                                           {"hexagon", Target::Hexagon},  {"powerpc", Target::POWERPC},
                                                           {"wasm", Target::WebAssembly}, {"riscv", Target::RISCV}};
const std::vector<std::string> systems = {"linux", "windows", "osx",     "android", "ios",
                                          "qurt",  "noos",    "fuchsia", "wasmrt"};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text + separator);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

bool is_machine(const std::string& word) {
  return architectures.contains(word) || word == "32" || word == "64" ||
         std::ranges::find(systems, word) != systems.end();
}

bool is_feature(const std::string& word) { return Target::feature_from_name(word) != Target::FeatureEnd; }

std::vector<std::string> feature_names() {
  std::vector<std::string> names;
  for (int feature = 0; feature < Target::FeatureEnd; ++feature) {
    names.push_back(Target::feature_to_name(static_cast<Target::Feature>(feature)));
  }
  return names;
}

// Of the features that one architecture alone has, those that Halide itself takes for any.
Target::Arch architecture_of(const std::string& feature) {
  if (feature.starts_with("hvx") || feature.starts_with("hexagon")) return Target::Hexagon;
  if (feature.starts_with("armv8")) return Target::ARM;
  return Target::ArchUnknown;
}

[[noreturn]] void refuse(const std::string& target, const std::string& why) {
  throw Error("--target", fmt::format("'{}': {}", target, why));
}

void require_known_words(const std::string& text, const std::vector<std::string>& words) {
  std::set<std::string> seen;
  for (const std::string& word : words) {
    if (word.empty()) refuse(text, "a word is missing between two '-'; expected host or arch-bits-os, then features");
    if (!seen.insert(word).second) refuse(text, fmt::format("'{}' is there twice; write it once", word));
    const bool is_host = word == "host";
    if (is_host && &word != &words.front()) refuse(text, "'host' stands for arch-bits-os and comes first");
    if (is_host || is_machine(word) || Target::validate_target_string("x86-64-linux-" + word)) continue;
    std::vector<std::string> names = {"host"};  // of words equally near it is the first
    names.insert(names.end(), systems.begin(), systems.end());
    for (const std::string& feature : feature_names()) names.push_back(feature);
    for (const auto& [name, architecture] : architectures) names.push_back(name);
    const std::string nearest = nearest_name(word, names);
    refuse(text,
           fmt::format("Halide has no target word '{}'; {}", word,
                       nearest.empty() ? "expected host or arch-bits-os, then features, such as x86-64-linux-avx2-fma"
                                       : fmt::format("did you mean '{}'?", nearest)));
  }
}

void require_machine(const std::string& text, const std::vector<std::string>& words) {
  if (words.front() == "host") {
    const auto place = std::ranges::find_if(words, is_machine);
    if (place != words.end()) refuse(text, fmt::format("'host' and '{}' don't go together; write one of them", *place));
  } else if (words.size() < 3 || !architectures.contains(words[0]) || (words[1] != "32" && words[1] != "64") ||
             std::ranges::find(systems, words[2]) == systems.end()) {
    refuse(text, fmt::format(
                     "begins with no machine; expected host or arch-bits-os, such as x86-64-linux; arch is one of {}; "
                     "os one of {}",
                     fmt::join(std::views::keys(architectures), ", "), fmt::join(systems, ", ")));
  }
  if (!Target::validate_target_string(text)) refuse(text, "Halide does not take these words together");
}

void require_compilable(const std::string& text, const Target& target, const std::vector<std::string>& words) {
  if (target.has_feature(Target::JIT)) refuse(text, "'jit' is for code that is run at once; leave it out");
  for (const std::string& word : words) {
    const Target::Arch architecture = is_feature(word) ? architecture_of(word) : Target::ArchUnknown;
    if (architecture == Target::ArchUnknown || architecture == target.arch) continue;
    const auto name =
        std::ranges::find(architectures, architecture, &std::pair<const std::string, Target::Arch>::second);
    refuse(text, fmt::format("'{}' is a feature of {}'s processors only; leave it out", word, name->first));
  }
  if (!target.supported()) refuse(text, "this build of Halide has no compiler for it; choose another");
}

}  // namespace

void require_known_targets(const std::string& targets) {
  std::set<std::string> seen;
  std::string first_machine;
  for (const std::string& text : split(targets, ',')) {
    const std::vector<std::string> words = split(text, '-');
    require_known_words(text, words);
    require_machine(text, words);
    std::string machine;
    try {
      const Target target(text);
      require_compilable(text, target, words);
      machine = Target(target.os, target.arch, target.bits).to_string();
    } catch (const Halide::Error& error) {
      const std::string line = first_line(error.what()), prefix = "Error: ";
      refuse(text, line.starts_with(prefix) ? line.substr(prefix.size()) : line);
    }
    if (!seen.insert(text).second) refuse(text, "is there twice; write it once");
    if (first_machine.empty()) first_machine = machine;
    if (machine != first_machine) {
      refuse(text, fmt::format("is for {}, the first for {}; the targets of one kernel differ in features only",
                               machine, first_machine));
    }
  }
}

}  // namespace nestwright
