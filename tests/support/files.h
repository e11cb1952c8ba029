#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "support/error.h"
#include "support/temporary_folder.h"

namespace nestwright {

using Bytes = std::vector<std::uint8_t>;

void write_bytes(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);
Bytes read_bytes(const std::filesystem::path& path);

// `bytes` as a gzip file holds them.
Bytes gzipped(std::span<const std::uint8_t> bytes);

// The names of the files in `folder`, sorted.
std::vector<std::string> names_in(const std::filesystem::path& folder);

// What the Error says that `action` throws; empty when it throws none.
template <typename Action>
std::string error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace nestwright
