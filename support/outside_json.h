#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace nestwright {

// The most levels of objects and lists in JSON from outside: a choice, far above what this project writes, and far
// below what a stack holds.
inline constexpr int deepest_json = 32;

// The value of JSON that comes from outside. Throws Error (where: `where`) for text that is no JSON, that nests more
// than deepest_json deep, that has a number which no type holds, and that names something twice in one object. A
// byte-order mark and NUL bytes are no JSON.
nlohmann::json read_outside_json(std::string_view text, const std::string& where);

// `value` as a whole number from `least` to `most`. Throws Error, whose place is `where`, and which calls the value
// `name`, for all else.
std::int64_t integer_of(const nlohmann::json& value, const std::string& name, std::int64_t least, std::int64_t most,
                        const std::string& where);

}  // namespace nestwright
