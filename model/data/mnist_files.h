#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nestwright {

// One of the four files that MNIST, and every data set that follows its format, consists of.
struct MnistFile {
  std::string_view name;           // as the original is called
  std::string_view name_with_dot;  // as some copies are called
  std::uint64_t size;              // MNIST's own, unpacked, in bytes
  std::string_view sha256;         // MNIST's own, unpacked
};

// Training images, training labels, test images, test labels.
inline constexpr std::array<MnistFile, 4> mnist_files{{
    {"train-images-idx3-ubyte", "train-images.idx3-ubyte", 47040016,
     "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
    {"train-labels-idx1-ubyte", "train-labels.idx1-ubyte", 60008,
     "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
    {"t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte", 7840016,
     "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
    {"t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte", 10008,
     "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
}};

// The last two: what it takes to test a network.
inline constexpr std::span<const MnistFile> mnist_test_files = std::span(mnist_files).last<2>();

// `file` in `folder` under either of its names, plain or with .gz after it; plain first. Nothing when there is none.
// What is no regular file, such as a folder of that name, which some archives unpack to, is passed over.
std::optional<std::filesystem::path> find_mnist_file(const std::filesystem::path& folder, const MnistFile& file);

// The `files` in `folder`, in their order. Throws Error that names the first one missing, or why it can't be read.
std::vector<std::filesystem::path> find_mnist_files(const std::filesystem::path& folder,
                                                    std::span<const MnistFile> files);

}  // namespace nestwright
