#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/device/cuda_driver.h"

namespace nestwright::cudnn {

// Something that a library is ready to compute: calls that give a stream its work and return. They neither allocate
// device memory nor wait, so they may also be made while the stream is captured.
struct Operation {
  std::string plan;  // how it is computed, in words: engines, algorithms, what is fused
  std::vector<std::function<void()>> calls;

  void issue() const {
    for (const auto& call : calls) call();
  }
};

// Both operations, one after the other; nothing where either is missing.
std::optional<Operation> then(const std::optional<Operation>& first, const std::optional<Operation>& second);

// Whether the operation can be issued and comes to an end. A library may offer what fails when it is tried.
bool works(const std::optional<Operation>& operation, cuda::Stream stream);

// The milliseconds that the device takes for what `issue` gives the stream to do. It is recorded several times over and
// launched as a whole, like a recorded training step: kernels of a small network are shorter than launches of their
// own, which would be timed instead. Throws Error where it fails, or can't be recorded.
double device_milliseconds(cuda::Stream stream, const std::function<void()>& issue);

// The fastest of `candidates` that work. Throws Error (where: "cudnn") that names `what` where none does.
Operation fastest(cuda::Stream stream, const std::string& what,
                  const std::vector<std::optional<Operation>>& candidates);

// The same, but nothing where none works.
std::optional<Operation> fastest_if_any(cuda::Stream stream, const std::vector<std::optional<Operation>>& candidates);

}  // namespace nestwright::cudnn
