// nestwright-legality-fuzz FIRST COUNT: draws COUNT schedules from seed FIRST on, and tests every verdict.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>

#include "tests/legality/trial.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: nestwright-legality-fuzz FIRST COUNT\n");
    return 2;
  }
  // Sums that nothing reassociates are then the same to the last bit.
  setenv("HL_JIT_TARGET", "host-strict_float", 1);
  const std::uint64_t first = std::strtoull(argv[1], nullptr, 10), count = std::strtoull(argv[2], nullptr, 10);
  std::map<std::string, std::uint64_t> counts;
  bool is_right = true;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const nestwright::DrawnUse use = nestwright::draw_use(seed);
    const std::string schedule = nestwright::draw_schedule(use, seed);
    // One alone is shown whatever becomes of it, and of this program.
    if (count == 1) fmt::print("{} at {}:\n{}\n", use.op, use.shape.text(), schedule);
    std::fflush(stdout);
    nestwright::Trial trial;
    try {
      trial = nestwright::try_schedule(use, schedule);
    } catch (const std::exception& error) {
      trial = {nestwright::Trial::Verdict::wrong, fmt::format("it throws: {}", error.what())};
    }
    ++counts[name_of(trial.verdict)];
    const bool wrong = trial.verdict == nestwright::Trial::Verdict::wrong;
    is_right = is_right && !wrong;
    fmt::print("{} {}: {}\n", seed, name_of(trial.verdict), trial.detail.substr(0, trial.detail.find('\n')));
    if (wrong && count > 1) fmt::print("at {}:\n{}\n", use.shape.text(), schedule);
    std::fflush(stdout);
  }
  for (const auto& [verdict, times] : counts) fmt::print("{}: {}\n", verdict, times);
  return is_right ? 0 : 1;
}
