#include "model/data/mnist_download.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <thread>

#include "model/data/byte_reader.h"
#include "model/data/transfer.h"
#include "support/atomic_file.h"
#include "support/error.h"
#include "support/sha256.h"

namespace nestwright {
namespace {

namespace fs = std::filesystem;
using Outcome = TransferResult::Outcome;

constexpr int rounds = 3;  // of trying each mirror, for every file
// Half a second before the second round, a second before the third: choices, as is how often a stop is looked for.
constexpr auto first_pause = std::chrono::milliseconds(500);
constexpr auto pause_between_looks = std::chrono::milliseconds(50);
constexpr std::size_t bytes_at_once = std::size_t{1} << 18U;  // to unpack; a choice

bool is_stopped(const DataObserver& observer) { return observer.stop != nullptr && observer.stop->load(); }

Error stopped_error() { return Error("MNIST", "the download was stopped"); }

// Unpacks the file at `packed` into `file`. Throws Error when the result is not MNIST's `expected`.
void unpack_and_check(const fs::path& packed, const MnistFile& expected, AtomicFile& file) {
  ByteReader reader(packed);
  Sha256 hash;
  std::vector<std::uint8_t> buffer(bytes_at_once);
  std::uint64_t size = 0;
  while (const std::size_t count = reader.read(buffer)) {
    const auto bytes = std::span(buffer).first(count);
    size += count;
    if (size > expected.size) break;
    hash.add(bytes);
    file.write(std::as_bytes(bytes));
  }
  if (size != expected.size || hash.hex_digest() != expected.sha256) {
    throw Error(std::string(expected.name), "what was received is not MNIST: its SHA-256 is wrong");
  }
}

// One attempt with one mirror. Returns how it went; the file is in `folder` when complete.
TransferResult try_mirror(const std::string& mirror, const MnistFile& wanted, const fs::path& folder,
                          const DataObserver& observer) {
  const std::string name(wanted.name);
  const fs::path path = folder / name;
  AtomicFile packed(folder / (name + ".gz"));
  const auto on_progress = [&](std::uint64_t bytes, std::uint64_t total) {
    if (observer.on_progress) observer.on_progress(name, bytes, total);
    return !is_stopped(observer);
  };
  const std::string separator = mirror.ends_with('/') ? "" : "/";
  TransferResult result = fetch({.url = mirror + separator + name + ".gz",
                                 .limit = wanted.size + 1024,  // gzip may add a little to what it cannot pack
                                 .on_progress = on_progress},
                                packed);
  if (result.outcome != Outcome::complete) return result;
  AtomicFile file(path);
  try {
    unpack_and_check(packed.temporary_path(), wanted, file);
  } catch (const Error&) {
    // A repeated transfer would bring the same: a mirror's mistake, or a login page in front of the network.
    return {Outcome::refused, "what it sent is not MNIST (damaged, or its SHA-256 is wrong)"};
  }
  file.commit();
  return {};
}

void pause_before_round(int round, const DataObserver& observer) {
  const auto until = std::chrono::steady_clock::now() + first_pause * (1 << (round - 1));
  while (std::chrono::steady_clock::now() < until) {
    if (is_stopped(observer)) throw stopped_error();
    std::this_thread::sleep_for(pause_between_looks);
  }
}

// `mirrors` shrinks: one that cannot be reached or refuses is not asked again, for this file or for the next.
void download_file(const MnistFile& wanted, const fs::path& folder, std::vector<std::string>& mirrors,
                   const DataObserver& observer) {
  std::string last_reason = "no mirror is left";
  for (int round = 0; round < rounds && !mirrors.empty(); ++round) {
    if (round > 0) pause_before_round(round, observer);
    for (std::size_t i = 0; i < mirrors.size();) {
      const TransferResult result = try_mirror(mirrors[i], wanted, folder, observer);
      if (result.outcome == Outcome::complete) return;
      if (result.outcome == Outcome::stopped) throw stopped_error();
      last_reason = fmt::format("{}: {}", mirrors[i], result.reason);
      if (observer.on_message) observer.on_message(fmt::format("{} from {}", wanted.name, last_reason));
      if (result.outcome == Outcome::interrupted) {
        ++i;
      } else {
        mirrors.erase(mirrors.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
  }
  throw Error(std::string(wanted.name), "cannot be downloaded (" + last_reason + ")");
}

bool is_present(const fs::path& folder, const MnistFile& file) {
  const auto path = find_mnist_file(folder, file);
  if (!path) return false;
  std::error_code error;
  return path->extension() == ".gz" || fs::file_size(*path, error) == file.size;
}

}  // namespace

std::vector<std::string> mnist_mirrors() {
  const char* const given = std::getenv("NESTWRIGHT_MNIST_MIRRORS");
  if (given == nullptr) {
    return {"https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"};
  }
  std::vector<std::string> mirrors(1);
  for (const char character : std::string(given)) {
    if (character != ' ' && character != ',') {
      mirrors.back() += character;
    } else if (!mirrors.back().empty()) {
      mirrors.emplace_back();
    }
  }
  if (mirrors.back().empty()) mirrors.pop_back();
  return mirrors;
}

void download_mnist(const fs::path& folder, const std::vector<std::string>& mirrors, const DataObserver& observer,
                    std::span<const MnistFile> files) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error(folder.string(), "cannot be created: " + error.message());
  std::vector<std::string> left = mirrors;
  for (const MnistFile& file : files) {
    if (!is_present(folder, file)) download_file(file, folder, left, observer);
  }
}

}  // namespace nestwright
