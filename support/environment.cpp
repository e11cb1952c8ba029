#include "support/environment.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

#include "support/error.h"
#include "support/machine.h"
#include "support/message.h"

namespace nestwright {
namespace {

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_thread_count(std::string_view text) {
  int threads = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
  return error == std::errc{} && end == text.data() + text.size() && threads >= 1 && threads <= most_threads;
}

}  // namespace

void require_thread_variable() {
  constexpr const char* name = "OMP_NUM_THREADS";
  const char* const value = std::getenv(name);
  if (value == nullptr || *value == '\0') return;
  for (std::string_view rest = value;;) {
    const std::size_t comma = rest.find(',');
    if (!is_thread_count(without_blanks(rest.substr(0, comma)))) {
      throw Error(name,
                  fmt::format("\"{}\" is not a whole number from 1 to {}, or several with commas between; unset it, "
                              "or set it to the number of threads",
                              excerpt(value), most_threads));
    }
    if (comma == std::string_view::npos) return;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace nestwright
