#include "generators/target_words.h"

#include <Halide.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <ranges>
#include <set>
#include <string_view>
#include <utility>

#include "support/error.h"
#include "support/message.h"
#include "support/nearest_name.h"

namespace nestwright {
namespace {

using Halide::Target;

// The machines that Halide compiles for: of each architecture bits and system.
const std::map<std::string, std::set<std::string>> machines = {
    {"x86",
     {"32-linux", "32-windows", "32-osx", "32-android", "32-ios", "32-noos", "32-fuchsia", "64-linux", "64-windows",
      "64-osx", "64-android", "64-ios", "64-noos", "64-fuchsia"}},
    {"arm",
     {"32-linux", "32-android", "32-ios", "32-noos", "32-fuchsia", "64-linux", "64-windows", "64-osx", "64-android",
      "64-ios", "64-noos", "64-fuchsia"}},
    {"hexagon", {"32-linux", "32-noos", "32-qurt"}},
    {"powerpc", {"32-linux", "64-linux"}},
    {"wasm", {"32-wasmrt"}},
    {"riscv", {"32-linux", "32-android", "32-noos", "64-linux", "64-android", "64-noos"}}};
const std::vector<std::string> systems = {"linux", "windows", "osx",     "android", "ios",
                                          "qurt",  "noos",    "fuchsia", "wasmrt"};

// Words that one architecture alone has, by what they begin with, the longest first. Halide itself takes most of them
// for any.
const std::vector<std::pair<std::string, std::string>> owners = {
    {"sse", "x86"},         {"avx", "x86"},      {"fma", "x86"},      {"f16c", "x86"},      {"x86apx", "x86"},
    {"tune_", "x86"},       {"armv7", "arm-32"}, {"armv8", "arm-64"}, {"arm", "arm"},       {"no_neon", "arm-32"},
    {"sve", "arm-64"},      {"hvx", "hexagon"},  {"vsx", "powerpc"},  {"power", "powerpc"}, {"rvv", "riscv"},
    {"hexagon", "hexagon"}, {"wasm_", "wasm"}};
// Those of devices that no schedule here is for, by what they begin with.
const std::vector<std::string> other_devices = {"d3d12compute", "egl", "metal", "spirv", "vk_", "vulkan", "webgpu"};
// Those that never make a kernel, and why.
const std::map<std::string, std::string> refused = {
    {"jit", "is for code that is run at once"},
    {"avx512_knl", "is for processors that LLVM no longer knows; avx512_skylake is for newer ones"}};
// Those that one system alone has.
const std::map<std::string, std::string> system_of = {
    {"profile_by_timer", "linux"}, {"semihosting", "noos"}, {"simulator", "ios"}};
// Those that one architecture lacks.
const std::map<std::string, std::string> lacked_by = {{"sanitizer_coverage", "wasm"}, {"tsan", "wasm"}};

constexpr std::string_view size_of_vectors = "vector_bits_";

bool is_machine_word(const std::string& word) {
  return machines.contains(word) || word == "32" || word == "64" || std::ranges::find(systems, word) != systems.end();
}

// Halide parses numbers without a look at what it parses, and so must be asked of words only that hold none.
bool halide_knows(const std::string& word) {
  return !word.starts_with(size_of_vectors) && Target::validate_target_string("x86-64-linux-" + word);
}

void require_size_of_vectors(const std::string& text, const std::string& word) {
  constexpr int least = 64, most = 65536;
  int bits = 0;
  const char* const begin = word.data() + size_of_vectors.size();
  const char* const end = word.data() + word.size();
  const auto [stop, failure] = std::from_chars(begin, end, bits);
  const bool is_number = failure == std::errc() && stop == end && *begin != '0';
  if (!is_number || bits < least || bits > most || (bits & (bits - 1)) != 0) {
    refuse_target(text, fmt::format("'{}' is no size of vectors; expected a power of two from {} to {}, as in {}256",
                                    word, least, most, size_of_vectors));
  }
}

[[noreturn]] void refuse_unknown_word(const std::string& text, const std::string& word) {
  TargetWords names = {"host"};  // of words equally near it is the first
  names.insert(names.end(), systems.begin(), systems.end());
  for (int feature = 0; feature < Target::FeatureEnd; ++feature) {
    names.push_back(Target::feature_to_name(static_cast<Target::Feature>(feature)));
  }
  for (const auto& [name, _] : machines) names.push_back(name);
  const std::string nearest = nearest_name(word, names);
  refuse_target(text, fmt::format("Halide has no target word '{}'; {}", excerpt(word),
                                  nearest.empty() ? "expected host or arch-bits-os, then features, such as "
                                                    "x86-64-linux-avx2-fma"
                                                  : fmt::format("did you mean '{}'?", nearest)));
}

// Each word for itself: it is one that there is, and is there once.
void require_words(const std::string& text, const TargetWords& words) {
  std::set<std::string> seen;
  for (const std::string& word : words) {
    if (word.empty()) {
      refuse_target(text,
                    "a word is missing before, after or between its '-'; expected host or arch-bits-os, then "
                    "features");
    }
    if (!seen.insert(word).second) refuse_target(text, fmt::format("'{}' is there twice; write it once", word));
    const bool is_host = word == "host";
    if (is_host && &word != &words.front()) refuse_target(text, "'host' stands for arch-bits-os and comes first");
    if (word.starts_with(size_of_vectors)) {
      require_size_of_vectors(text, word);
    } else if (!is_host && !is_machine_word(word) && !halide_knows(word)) {
      refuse_unknown_word(text, word);
    }
  }
}

void require_machine(const std::string& text, const TargetWords& words) {
  const bool is_host = words.front() == "host";
  const auto stray = std::ranges::find_if(
      words.begin() + (is_host ? 1 : std::min<std::ptrdiff_t>(3, std::ssize(words))), words.end(), is_machine_word);
  if (is_host && stray != words.end()) {
    refuse_target(text, fmt::format("'host' and '{}' don't go together; write one of them", *stray));
  }
  if (is_host) return;
  const auto architecture = machines.find(words[0]);
  if (words.size() < 3 || architecture == machines.end() || (words[1] != "32" && words[1] != "64") ||
      std::ranges::find(systems, words[2]) == systems.end()) {
    refuse_target(text, fmt::format("begins with no machine; expected host or arch-bits-os, such as x86-64-linux; "
                                    "arch is one of {}; os one of {}",
                                    fmt::join(std::views::keys(machines), ", "), fmt::join(systems, ", ")));
  }
  if (stray != words.end()) {
    refuse_target(text, fmt::format("'{}' comes after the machine {}-{}-{}; a target has one machine", *stray, words[0],
                                    words[1], words[2]));
  }
  if (!architecture->second.contains(words[1] + "-" + words[2])) {
    refuse_target(text, fmt::format("Halide has no compiler for {}-{}-{}; of {} it has {}", words[0], words[1],
                                    words[2], words[0], fmt::join(architecture->second, ", ")));
  }
}

// Of several words that say one thing in different ways a target has one.
void require_one_of_a_kind(const std::string& text, const TargetWords& words) {
  for (const std::string& kind : {std::string("tune_"), std::string(size_of_vectors)}) {
    const auto is_of_it = [&](const std::string& word) { return word.starts_with(kind); };
    const auto first = std::ranges::find_if(words, is_of_it);
    const auto second = first == words.end() ? first : std::find_if(first + 1, words.end(), is_of_it);
    if (second != words.end()) {
      refuse_target(text, fmt::format("'{}' and '{}' don't go together; write one of them", *first, *second));
    }
  }
}

void require_usable(const std::string& text, const TargetWords& words) {
  const Target host = Halide::get_host_target();
  const bool is_host = words.front() == "host";
  const Target machine = is_host ? host : Target(fmt::format("{}-{}-{}", words[0], words[1], words[2]));
  const std::string name = Target(machine.os, machine.arch, machine.bits).to_string();
  for (const std::string& word : words) {
    if (is_machine_word(word)) continue;
    const auto begins = [&](const std::string& beginning) { return word.starts_with(beginning); };
    if (const auto found = refused.find(word); found != refused.end()) {
      refuse_target(text, fmt::format("'{}' {}; leave it out", word, found->second));
    }
    if (std::ranges::any_of(other_devices, begins)) {
      refuse_target(text, fmt::format("there are no kernels for '{}'; of devices there are cuda and opencl", word));
    }
    const auto owner = std::ranges::find_if(owners, begins, &std::pair<std::string, std::string>::first);
    if (owner != owners.end() && word != "tune_generic" && !name.starts_with(owner->second + "-")) {
      refuse_target(text, fmt::format("'{}' is a feature of {}'s processors only; leave it out", word, owner->second));
    }
    if (const auto found = system_of.find(word); found != system_of.end() && !name.ends_with("-" + found->second)) {
      refuse_target(text, fmt::format("'{}' is for the system {} only; leave it out", word, found->second));
    }
    if (const auto found = lacked_by.find(word); found != lacked_by.end() && name.starts_with(found->second + "-")) {
      refuse_target(text, fmt::format("'{}' is for all architectures but {}; leave it out", word, found->second));
    }
  }
}

}  // namespace

void refuse_target(const std::string& text, const std::string& why) {
  throw Error("--target", fmt::format("'{}': {}", excerpt(text), why));
}

void require_known_words(const std::string& text, const TargetWords& words) {
  require_words(text, words);
  require_machine(text, words);
  require_one_of_a_kind(text, words);
  require_usable(text, words);
}

}  // namespace nestwright
