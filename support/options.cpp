#include "support/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "support/nearest_name.h"

namespace nestwright {
namespace {

// Whether all of `text` is a number, which `value` then holds.
template <typename Number>
bool parse(const std::string& text, Number& value) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && stop == end;
}

CLI::ValidationError wrong(const std::string& name, const std::string& text, const std::string& expected) {
  return CLI::ValidationError(name, fmt::format("\"{}\" is not {}", text, expected));
}

// Adds an option that hands its text to `set`. When it is given twice, the last one counts, as with most programs;
// CLI11 by itself would complain of the second.
CLI::Option* add(CLI::App& app, const std::string& name, const std::function<void(const std::string&)>& set,
                 const std::string& type, const std::string& help) {
  return app.add_option_function<std::string>(name, set, help)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->type_name(type);
}

std::int64_t integer_of(const std::string& name, const std::string& text, std::int64_t least, std::int64_t most) {
  std::int64_t value = 0;
  if (!parse(text, value) || value < least || value > most) {
    throw wrong(name, text, fmt::format("a whole number from {} to {}", least, most));
  }
  return value;
}

}  // namespace

CLI::Option* add_integer(CLI::App& app, const std::string& name, std::int64_t& target, std::int64_t least,
                         std::int64_t most, const std::string& help) {
  const auto set = [=, &target](const std::string& text) { target = integer_of(name, text, least, most); };
  return add(app, name, set, "N", help);
}

CLI::Option* add_integer(CLI::App& app, const std::string& name, int& target, int least, int most,
                         const std::string& help) {
  const auto set = [=, &target](const std::string& text) {
    target = static_cast<int>(integer_of(name, text, least, most));
  };
  return add(app, name, set, "N", help);
}

CLI::Option* add_integers(CLI::App& app, const std::string& name, std::vector<std::int64_t>& target, std::int64_t least,
                          std::int64_t most, const std::string& help) {
  const auto set = [=, &target](const std::string& text) {
    target.clear();
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      target.push_back(integer_of(name, text.substr(begin, end - begin), least, most));
      begin = end + 1;
    }
  };
  return add(app, name, set, "N,...", help);
}

CLI::Option* add_seed(CLI::App& app, const std::string& name, std::uint64_t& target, const std::string& help) {
  const auto set = [=, &target](const std::string& text) {
    if (!parse(text, target)) throw wrong(name, text, "a whole number from 0 to 2^64 - 1");
  };
  return add(app, name, set, "N", help);
}

CLI::Option* add_number(CLI::App& app, const std::string& name, double& target, bool zero, double most,
                        const std::string& help) {
  const auto set = [=, &target](const std::string& text) {
    double value = 0.0;
    const bool valid = parse(text, value) && std::isfinite(value) && value <= most && (zero ? value >= 0 : value > 0);
    if (!valid) throw wrong(name, text, fmt::format("a number {} 0 and at most {}", zero ? "from" : "above", most));
    target = value;
  };
  return add(app, name, set, "X", help);
}

CLI::Option* add_number_from(CLI::App& app, const std::string& name, double& target, double least, double most,
                             const std::string& help) {
  const auto set = [=, &target](const std::string& text) {
    double value = 0.0;
    if (!parse(text, value) || !(value >= least && value <= most)) {  // NaN is neither
      throw wrong(name, text, fmt::format("a number from {} to {}", least, most));
    }
    target = value;
  };
  return add(app, name, set, "X", help);
}

CLI::Option* add_choice(CLI::App& app, const std::string& name, std::string& target,
                        const std::vector<std::string>& choices, const std::string& help) {
  const auto set = [=, &target](const std::string& text) {
    if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
      const std::string nearest = nearest_name(text, choices);
      throw wrong(name, text,
                  fmt::format("one of {}{}", fmt::join(choices, ", "),
                              nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest)));
    }
    target = text;
  };
  return add(app, name, set, fmt::format("{}", fmt::join(choices, "|")), help);
}

CLI::Option* add_path(CLI::App& app, const std::string& name, std::string& target, const std::string& help) {
  return add_text(app, name, target, "a name", help)->type_name("PATH");
}

CLI::Option* add_text(CLI::App& app, const std::string& name, std::string& target, const std::string& expected,
                      const std::string& help) {
  const auto set = [=, &target](const std::string& text) {
    if (text.empty()) throw wrong(name, text, expected);
    target = text;
  };
  return add(app, name, set, "TEXT", help);
}

}  // namespace nestwright
