#include "generators/kernel_list.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "support/error.h"

namespace nestwright {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

}  // namespace

std::vector<ListedKernel> read_kernel_list(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw Error(file.string(), "cannot be read; expected a list of kernels");
  std::vector<ListedKernel> kernels;
  for (std::string line; std::getline(stream, line);) {
    const std::vector<std::string> fields = split(line, '\t');
    if (fields.size() < 2) {
      throw Error(fmt::format("{}:{}", file.string(), kernels.size() + 1),
                  "expected a name and targets, then parameters");
    }
    ListedKernel kernel{.name = fields[0], .targets = split(fields[1], ','), .request = {}};
    for (std::size_t i = 2; i < fields.size(); ++i) {
      const std::size_t equals = fields[i].find('=');
      if (equals == std::string::npos) {
        throw Error(fmt::format("{}:{}", file.string(), kernels.size() + 1), "'" + fields[i] + "' is not name=value");
      }
      kernel.request[fields[i].substr(0, equals)] = fields[i].substr(equals + 1);
    }
    kernels.push_back(std::move(kernel));
  }
  return kernels;
}

}  // namespace nestwright
