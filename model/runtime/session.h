#pragma once

#include <cstddef>
#include <filesystem>

#include "model/checkpoint/checkpoint.h"
#include "model/training/learner.h"

namespace nestwright {

// The memory that a session holds, without the data set; in bytes, but for `workers`.
struct MemoryReport {
  // Activations and their gradients by the memory plan: of one block on a thread, of all blocks of a batch on a device.
  std::size_t planned = 0;
  std::size_t sum_of_all = 0;  // the same if no two tensors shared memory
  int workers = 0;             // each holds `planned` bytes: the threads, or one device
  std::size_t parameters = 0;
  // Vectors of gradients: one for each group; on a device, one for each block, and one of zeros.
  std::size_t partial_gradients = 0;
  std::size_t optimizer_state = 0;
};

// A network in training, wherever it runs.
class Session : public Learner {
 public:
  // Fills in what the session knows of a checkpoint: model, optimiser, seed, normalisation and tensors.
  virtual void save(Checkpoint& checkpoint) const = 0;
  // Takes up where the checkpoint left off. Throws Error (where: `path`) that says what differs when it is of another
  // model, optimiser, seed or normalisation.
  virtual void restore(const std::filesystem::path& path, const Checkpoint& checkpoint) = 0;

  virtual MemoryReport memory() = 0;
};

}  // namespace nestwright
