#pragma once

#include <cstddef>
#include <filesystem>

#include "model/checkpoint/checkpoint.h"
#include "model/training/learner.h"

namespace nestwright {

// Bytes that a session holds, without the data set.
struct MemoryReport {
  std::size_t planned = 0;     // a worker's activations and gradients of a block, by the memory plan; a device's of all
  std::size_t sum_of_all = 0;  // what they would take without sharing
  int workers = 0;
  std::size_t parameters = 0;
  std::size_t partial_gradients = 0;  // of all groups
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
