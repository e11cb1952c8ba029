#pragma once

#include <string>
#include <vector>

#include "model/checkpoint/safetensors.h"
#include "model/data/dataset.h"
#include "model/runtime/optimizer.h"

namespace nestwright {

// A tensor as the fixture gives it: its norm, and a few entries.
struct SampledTensor {
  double norm = 0.0;
  std::vector<double> entries;
};

// How far PyTorch's float32 run is from its float64 run: of a loss, absolute; of a norm, relative; of an entry, in
// units of the tensor's norm.
struct Float32Error {
  double loss = 0.0;
  double norms = 0.0;
  double entries = 0.0;
};

struct PyTorchStep {
  double loss = 0.0;  // before the step's update, like the gradients
  std::vector<SampledTensor> gradients;
};

// The first training steps of one model under one optimiser, as PyTorch computed them in float64.
struct PyTorchRun {
  std::string model;
  OptimizerOptions optimizer;
  double learning_rate = 0.0;
  std::int64_t batch = 0;
  std::uint32_t data = 0;                         // which images and labels
  std::vector<NamedTensor> parameters;            // at the start; without the model's names
  std::vector<std::vector<std::size_t>> sampled;  // for each parameter, which entries are given
  std::vector<PyTorchStep> steps;
  std::vector<SampledTensor> final_parameters;
  Float32Error step_error;   // the largest of all steps
  Float32Error final_error;  // of final_parameters
};

// Reads fixtures/lenet5_steps.json, and makes the parameters, by the formulas that fixtures/make_pytorch_fixture.py
// documents.
std::vector<PyTorchRun> read_pytorch_runs();

// The images of `steps` steps, one batch after another, by the same formulas.
LabelledImages pytorch_images(std::int64_t steps, std::int64_t batch, std::uint32_t data);

// The normalisation of all these images: MNIST's.
inline constexpr Normalisation pytorch_normalisation = {.mean = 0.1307F, .deviation = 0.3081F};

// How far tensors are from PyTorch's: the largest error of a norm, relative, or of an entry, in units of its tensor's
// norm; each as a multiple of what float32 may be off by.
struct Deviation {
  double multiple = 0.0;
  std::string where;

  void add(double error, double float32_error, const std::string& tensor);
};

// `expected` are those of one of the run's steps, or its end, and `error` what PyTorch's float32 run is off by there.
Deviation deviation_of(const std::vector<NamedTensor>& tensors, const std::vector<SampledTensor>& expected,
                       const PyTorchRun& run, const Float32Error& error);

// The multiple of PyTorch's own float32 error that is allowed: other orders of summation may be further off than
// PyTorch's, and results that are wrong are off by far more.
inline constexpr double pytorch_slack = 8.0;
// The least float32 error that is assumed of PyTorch, a few roundings: in a step where it was lucky, its own is
// smaller.
inline constexpr double least_float32_error = 2e-6;

}  // namespace nestwright
