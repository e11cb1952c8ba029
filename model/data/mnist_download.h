#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model/data/mnist_files.h"

namespace nestwright {

// Who is told what happens while a data set is fetched or made. All may be left empty.
struct DataObserver {
  std::function<void(const std::string& line)> on_message = {};
  // Bytes of `file` so far, and in all (0: not known); a few times a second.
  std::function<void(const std::string& file, std::uint64_t bytes, std::uint64_t total)> on_progress = {};
  const std::atomic<bool>* stop = nullptr;  // set: give up soon, with an Error
};

// The addresses to download MNIST from, in the order they are tried: those in the environment variable
// NESTWRIGHT_MNIST_MIRRORS (separated by spaces or commas; none when it is set and empty), else two public ones.
std::vector<std::string> mnist_mirrors();

// Puts those of MNIST's four files that `folder` lacks, or holds in another size, into it, unpacked. A file appears
// once its SHA-256 is right, or not at all. Mirrors that cannot be reached are given up at once; broken transfers
// are repeated, at most three rounds. Throws Error with the last reason when a file is to be had from no mirror.
void download_mnist(const std::filesystem::path& folder, const std::vector<std::string>& mirrors,
                    const DataObserver& observer, std::span<const MnistFile> files = mnist_files);

}  // namespace nestwright
