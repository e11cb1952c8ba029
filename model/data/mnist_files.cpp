#include "model/data/mnist_files.h"

#include <fmt/format.h>

#include <string>
#include <system_error>

#include "support/error.h"

namespace nestwright {

namespace fs = std::filesystem;

std::optional<fs::path> find_mnist_file(const fs::path& folder, const MnistFile& file) {
  for (const std::string_view ending : {"", ".gz"}) {
    for (const std::string_view name : {file.name, file.name_with_dot}) {
      fs::path path = folder / fmt::format("{}{}", name, ending);
      std::error_code error;
      const fs::file_status status = fs::status(path, error);
      if (fs::exists(status) && !fs::is_directory(status)) return path;
    }
  }
  return std::nullopt;
}

std::vector<fs::path> find_mnist_files(const fs::path& folder, std::span<const MnistFile> files) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    throw Error(folder.string(), fs::exists(folder, error) ? "is not a folder" : "does not exist");
  }
  std::vector<fs::path> paths;
  for (const MnistFile& file : files) {
    const auto path = find_mnist_file(folder, file);
    if (!path) {
      throw Error(folder.string(), fmt::format("holds no {0} and no {0}.gz; a data set is four IDX files named as "
                                               "MNIST's are",
                                               file.name));
    }
    paths.push_back(*path);
  }
  return paths;
}

}  // namespace nestwright
