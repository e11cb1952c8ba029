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
      if (fs::exists(path, error)) return path;
    }
  }
  return std::nullopt;
}

std::array<fs::path, 4> find_mnist_files(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    throw Error(folder.string(), fs::exists(folder, error) ? "is not a folder" : "does not exist");
  }
  std::array<fs::path, 4> paths;
  for (std::size_t i = 0; i < mnist_files.size(); ++i) {
    const auto path = find_mnist_file(folder, mnist_files[i]);
    if (!path) {
      throw Error(folder.string(), fmt::format("holds no {0} and no {0}.gz; a data set is four IDX files named as "
                                               "MNIST's are",
                                               mnist_files[i].name));
    }
    paths[i] = *path;
  }
  return paths;
}

}  // namespace nestwright
