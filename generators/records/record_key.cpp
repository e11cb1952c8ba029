#include "generators/records/record_key.h"

#include <fmt/format.h>

#include <fstream>
#include <map>

#include "support/sha256.h"

namespace nestwright::tune {

std::string hash_of(const std::string& text) {
  constexpr std::size_t digits = 16;
  Sha256 hash;
  hash.add({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  return hash.hex_digest().substr(0, digits);
}

std::string processor_identity() {
  std::ifstream file("/proc/cpuinfo");
  std::map<std::string, std::string> fields;
  for (std::string line; std::getline(file, line) && !line.empty();) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::size_t end = line.find_last_not_of(" \t", colon - 1);
    const std::size_t begin = line.find_first_not_of(' ', colon + 1);
    fields[line.substr(0, end + 1)] = begin == std::string::npos ? "" : line.substr(begin);
  }
  if (!fields.contains("model name")) return "unknown";
  return fmt::format("{} family {} model {} stepping {}", fields["model name"], fields["cpu family"], fields["model"],
                     fields["stepping"]);
}

}  // namespace nestwright::tune
