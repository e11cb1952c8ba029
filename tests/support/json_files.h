#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/files.h"

namespace nestwright {

inline nlohmann::json read_json(const std::filesystem::path& path) {
  const Bytes bytes = read_bytes(path);
  return nlohmann::json::parse(bytes.begin(), bytes.end());
}

}  // namespace nestwright
