#include "support/stack_limits.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "support/error.h"

namespace nestwright {
namespace {

// Training and checking a schedule were seen to need between 16 and 32 KB; the rest is for schedules that keep stages
// on the stack, and for compilers that take more.
constexpr std::uint64_t least_stack = 256U << 10U;

// GNU's OpenMP ignores less, and says so itself.
constexpr std::uint64_t least_openmp_stack = 16U << 10U;

std::string_view without_spaces_around(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

// A size as the OpenMP specification has it: a number of kilobytes, or of the unit that follows, B, K, M or G. Nothing
// for any other text, which OpenMP ignores.
std::optional<std::uint64_t> size_in_bytes(std::string_view text) {
  text = without_spaces_around(text);
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view unit =
      without_spaces_around({stop, static_cast<std::size_t>(text.data() + text.size() - stop)});
  if (unit.size() > 1) return std::nullopt;
  constexpr std::string_view units = "bkmg";
  const std::size_t place =
      unit.empty() ? 1 : units.find(static_cast<char>(std::tolower(static_cast<unsigned char>(unit[0]))));
  if (place == std::string_view::npos) return std::nullopt;
  const std::size_t shift = 10 * place;
  return number > (UINT64_MAX >> shift) ? UINT64_MAX : number << shift;
}

}  // namespace

void require_stacks() {
  rlimit limit{};
  if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < least_stack) {
    throw Error("ulimit -s", fmt::format("limits the stack to {} KB, too few to run kernels; at least {} are expected: "
                                         "ulimit -s 8192",
                                         limit.rlim_cur >> 10U, least_stack >> 10U));
  }
  for (const char* name : {"OMP_STACKSIZE", "GOMP_STACKSIZE"}) {
    const char* const text = std::getenv(name);
    if (text == nullptr) continue;
    const std::optional<std::uint64_t> size = size_in_bytes(text);
    if (!size || *size < least_openmp_stack || *size >= least_stack) continue;
    throw Error(name,
                fmt::format("gives a thread a stack of {} KB, too few to run kernels; at least {} are expected, or "
                            "leave it out",
                            *size >> 10U, least_stack >> 10U));
  }
}

}  // namespace nestwright
