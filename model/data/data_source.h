#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/data/dataset.h"
#include "model/data/mnist_download.h"

namespace nestwright {

// What is wanted of a data set: all of it, or the test images alone, for which the other files need not be there.
enum class DataPart { all, test };

// The data set that `source` names; with DataPart::test its training images may be left empty:
// - a folder: the four IDX files in it, named as MNIST's are, plain or gzipped;
// - "synthetic": the built-in synthetic digits;
// - "auto": the folder in the environment variable NESTWRIGHT_MNIST, else MNIST from the user's cache, else
//   downloaded into the cache, else the synthetic digits (the observer is told why).
//
// Throws Error when the folder is missing, or a file in it is damaged or does not go with the others. "auto" falls
// back only where MNIST is not to be had, never where what it found is damaged.
Dataset load_dataset(const std::string& source, const DataObserver& observer = {}, DataPart part = DataPart::all);

// The names that the files of the data set `source` may have, whether they are there or not: what is not to be
// replaced.
std::vector<std::filesystem::path> data_files(const std::string& source);

// The folder where MNIST is cached: nestwright/mnist in $XDG_CACHE_HOME, else in $HOME/.cache; none without both.
std::optional<std::filesystem::path> mnist_cache_folder();

}  // namespace nestwright
