#include "model/data/data_source.h"

#include <fmt/format.h>

#include <cstdlib>
#include <future>

#include "model/data/idx.h"
#include "model/data/mnist_files.h"
#include "model/data/synthetic_digits.h"
#include "support/error.h"

namespace nestwright {
namespace {

namespace fs = std::filesystem;

// An empty environment variable counts as none.
std::optional<std::string> environment(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

std::span<const MnistFile> files_of(DataPart part) {
  return part == DataPart::test ? mnist_test_files : std::span<const MnistFile>(mnist_files);
}

Dataset read_folder(const fs::path& folder, std::string name, DataPart part) {
  const std::vector<fs::path> paths = find_mnist_files(folder, files_of(part));
  Dataset dataset{.name = std::move(name)};
  if (part == DataPart::test) {
    dataset.test = read_idx(paths[0], paths[1]);
    return dataset;
  }
  // Unpacking is most of a run's start: the test set is read while the training set is.
  std::future<LabelledImages> test = std::async(std::launch::async, [&] { return read_idx(paths[2], paths[3]); });
  dataset.train = read_idx(paths[0], paths[1]);
  dataset.test = test.get();
  if (dataset.test.width != dataset.train.width || dataset.test.height != dataset.train.height) {
    throw Error(paths[2].string(),
                fmt::format("its images are {} x {} pixels, those of {} are {} x {}", dataset.test.width,
                            dataset.test.height, paths[0].string(), dataset.train.width, dataset.train.height));
  }
  return dataset;
}

Dataset synthetic_instead(const DataObserver& observer, const std::string& why) {
  if (observer.on_message) observer.on_message(why + "; using synthetic digits instead");
  return make_synthetic_digits();
}

Dataset load_automatically(const DataObserver& observer, DataPart part) {
  if (const auto folder = environment("NESTWRIGHT_MNIST")) return read_folder(*folder, "MNIST", part);
  const auto cache = mnist_cache_folder();
  if (!cache) return synthetic_instead(observer, "no MNIST: neither HOME nor XDG_CACHE_HOME says where to keep it");
  try {
    download_mnist(*cache, mnist_mirrors(), observer, files_of(part));
  } catch (const Error& error) {
    if (observer.stop != nullptr && observer.stop->load()) throw;
    return synthetic_instead(observer, fmt::format("no MNIST: {}", error.what()));
  }
  return read_folder(*cache, "MNIST", part);
}

}  // namespace

std::optional<fs::path> mnist_cache_folder() {
  if (const auto cache = environment("XDG_CACHE_HOME")) return fs::path(*cache) / "nestwright" / "mnist";
  if (const auto home = environment("HOME")) return fs::path(*home) / ".cache" / "nestwright" / "mnist";
  return std::nullopt;
}

std::vector<fs::path> data_files(const std::string& source) {
  if (source == "synthetic") return {};
  std::optional<fs::path> folder = source;
  if (source == "auto") folder = environment("NESTWRIGHT_MNIST");
  if (!folder) folder = mnist_cache_folder();
  std::vector<fs::path> files;
  if (!folder) return files;
  for (const MnistFile& file : mnist_files) {
    for (const std::string_view name : {file.name, file.name_with_dot}) {
      files.push_back(*folder / name);
      files.push_back(*folder / (std::string(name) + ".gz"));
    }
  }
  return files;
}

Dataset load_dataset(const std::string& source, const DataObserver& observer, DataPart part) {
  if (source == "auto") return load_automatically(observer, part);
  if (source == "synthetic") return make_synthetic_digits();
  if (source.empty()) throw Error("--data", "is empty; give auto, synthetic or a folder");
  return read_folder(source, source, part);
}

}  // namespace nestwright
