#pragma once

#include <string>
#include <vector>

#include "model/checkpoint/safetensors.h"
#include "model/data/dataset.h"
#include "model/runtime/optimizer.h"

namespace nestwright {

// A tensor as the fixture gives it: its Euclidean norm, and a few of its entries.
struct SampledTensor {
  double norm = 0.0;
  std::vector<double> entries;
};

// The largest errors of PyTorch's float32 run against its float64 run.
struct Float32Error {
  double loss = 0.0;     // absolute
  double norms = 0.0;    // of a tensor's norm, relative to the norm
  double entries = 0.0;  // of an entry, relative to its tensor's norm
};

// One training step.
struct PyTorchStep {
  double loss = 0.0;                     // before the step's update
  std::vector<SampledTensor> gradients;  // of each parameter, before the update as well
};

// The first training steps of one model under one optimiser, as PyTorch computed them in float64.
struct PyTorchRun {
  std::string model;
  OptimizerOptions optimizer;
  double learning_rate = 0.0;
  std::int64_t batch = 0;                         // images of a step
  std::uint32_t data = 0;                         // the number of the data set, from which images and labels are made
  std::vector<NamedTensor> parameters;            // at the start, in the model's order; without names
  std::vector<std::vector<std::size_t>> sampled;  // for each parameter, the indices of the entries that are given
  std::vector<PyTorchStep> steps;
  std::vector<SampledTensor> final_parameters;  // after the last step
  Float32Error step_error;                      // of the losses and gradients, over all steps
  Float32Error final_error;                     // of final_parameters
};

// Reads fixtures/lenet5_steps.json, and makes the parameters, by the formulas that fixtures/make_pytorch_fixture.py
// documents.
std::vector<PyTorchRun> read_pytorch_runs();

// The images and labels of `steps` steps, one batch after another, by the same formulas. `data`: the data set's number.
LabelledImages pytorch_images(std::int64_t steps, std::int64_t batch, std::uint32_t data);

// The normalisation of all these images: MNIST's.
inline constexpr Normalisation pytorch_normalisation = {.mean = 0.1307F, .deviation = 0.3081F};

// How far tensors are from PyTorch's: the largest error of a norm or an entry, as a multiple of the error that float32
// may have there.
struct Deviation {
  double multiple = 0.0;
  std::string where;  // the name of the tensor with the largest error

  // Takes one more error into account, beside that of PyTorch's float32 run.
  void add(double error, double float32_error, const std::string& tensor);
};

// The deviation of `tensors` from `expected`, the gradients of one of the run's steps or its final parameters. `error`:
// that of PyTorch's float32 run there.
Deviation deviation_of(const std::vector<NamedTensor>& tensors, const std::vector<SampledTensor>& expected,
                       const PyTorchRun& run, const Float32Error& error);

// The largest deviation that is allowed: another order of summation may have a larger error than PyTorch's, and results
// that are wrong have a far larger one.
inline constexpr double pytorch_slack = 8.0;
// The least float32 error that is assumed of PyTorch, a few roundings: its own may by chance be smaller.
inline constexpr double least_float32_error = 2e-6;

}  // namespace nestwright
