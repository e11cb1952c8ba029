#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "model/checkpoint/safetensors.h"
#include "model/data/dataset.h"
#include "model/training/progress.h"

namespace nestwright {

// The most epochs, and the largest batch, that a run may have: choices, beyond all that makes sense. A checkpoint can
// hold the results of so many epochs.
inline constexpr std::int64_t most_epochs = 1000000;
inline constexpr std::int64_t most_images_of_a_batch = 1 << 24;

// Everything that a run needs to go on as if it had never been interrupted: the weights, the optimiser's state, how
// far the run is, and what it was told. All random numbers come from counters (seed, epoch, step), so those three are
// the whole random state.
struct Checkpoint {
  std::string model;      // "lenet5"
  std::string optimizer;  // "adadelta"
  std::uint64_t seed = 1;
  TrainingProgress progress;
  Normalisation normalisation;
  std::map<std::string, std::string> options;  // the run's other options as text, "batch-size" -> "64"
  std::vector<NamedTensor> parameters;         // PyTorch's names and shapes: "conv1.weight", {6, 1, 5, 5}
  std::vector<NamedTensor> optimizer_state;    // "square_average.conv1.weight", {6, 1, 5, 5}
  bool has_digest = true;                      // as Safetensors::has_digest

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// Writes a safetensors file, atomically: the parameters under their names, the optimiser's state under
// "optimizer." + name, all else in the metadata. Throws Error where it cannot be written.
void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

// Reads what save_checkpoint() wrote. Throws Error (where: the path) when the file is damaged, contradicts itself, is a
// safetensors file but no checkpoint, or is of a version that this program does not know.
Checkpoint load_checkpoint(const std::filesystem::path& path);

// Throws Error (where: the path) unless `found` has the names and shapes of `expected`, in any order; the message
// names the first that is missing, left over or of another shape. Returns `found` in the order of `expected`.
std::vector<NamedTensor> match_tensors(const std::filesystem::path& path, const std::vector<NamedTensor>& expected,
                                       std::vector<NamedTensor> found);

}  // namespace nestwright
