#include "generators/records/record_key.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <map>

#include "support/error.h"

namespace nestwright::tune {

std::string hash_of(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw Error("SHA-256", "OpenSSL can't compute it");
  }
  std::string digits;
  for (std::size_t i = 0; i < 8; ++i) digits += fmt::format("{:02x}", digest.at(i));
  return digits;
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
