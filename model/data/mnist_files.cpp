#include "model/data/mnist_files.h"

#include <fmt/format.h>

#include <string>
#include <system_error>
#include <utility>

#include "support/error.h"

namespace nestwright {

namespace fs = std::filesystem;

namespace {

// All names that the file may have in `folder`, in the order in which they are tried.
std::vector<fs::path> places_of(const fs::path& folder, const MnistFile& file) {
  std::vector<fs::path> places;
  for (const std::string_view ending : {"", ".gz"}) {
    for (const std::string_view name : {file.name, file.name_with_dot}) {
      places.push_back(folder / fmt::format("{}{}", name, ending));
    }
  }
  return places;
}

// Why there is none in `folder`: the first place at which something else is, or that can't be looked at.
Error none_found(const fs::path& folder, const MnistFile& file) {
  for (const fs::path& place : places_of(folder, file)) {
    std::error_code error;
    const fs::file_type type = fs::status(place, error).type();
    if (type == fs::file_type::not_found) continue;
    const std::string reason =
        type == fs::file_type::none ? "cannot be read: " + error.message() : "is no regular file";
    return Error(place.string(), reason + "; expected an IDX file, plain or packed by gzip");
  }
  return Error(folder.string(), fmt::format("holds no {0} and no {0}.gz; a data set is four IDX files named as "
                                            "MNIST's are",
                                            file.name));
}

}  // namespace

std::optional<fs::path> find_mnist_file(const fs::path& folder, const MnistFile& file) {
  for (fs::path& place : places_of(folder, file)) {
    std::error_code error;
    if (fs::is_regular_file(place, error)) return std::move(place);
  }
  return std::nullopt;
}

std::vector<fs::path> find_mnist_files(const fs::path& folder, std::span<const MnistFile> files) {
  std::error_code error;
  const fs::file_type type = fs::status(folder, error).type();
  if (type == fs::file_type::none) throw Error(folder.string(), "cannot be read: " + error.message());
  if (type == fs::file_type::not_found) throw Error(folder.string(), "does not exist");
  if (type != fs::file_type::directory) throw Error(folder.string(), "is not a folder");
  std::vector<fs::path> paths;
  for (const MnistFile& file : files) {
    std::optional<fs::path> path = find_mnist_file(folder, file);
    if (!path) throw none_found(folder, file);
    paths.push_back(std::move(*path));
  }
  return paths;
}

}  // namespace nestwright
