#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/device/cuda_driver.h"

namespace nestwright::cudnn {

// What a library was made ready for: calls that give a stream its work and return. They neither allocate device memory
// nor wait, so that a stream which is being captured takes them too.
struct Operation {
  std::string plan;  // how it is done: engines, algorithms, what is fused
  std::vector<std::function<void()>> calls;

  void issue() const {
    for (const auto& call : calls) call();
  }
};

// One after the other. None where one of them is none.
std::optional<Operation> then(const std::optional<Operation>& first, const std::optional<Operation>& second);

// Whether it can be issued and comes to an end. What a library offers may fail nevertheless: then it is no candidate.
bool works(const std::optional<Operation>& operation, cuda::Stream stream);

// How long `issue` keeps the stream's device busy. It is recorded several times over and launched as a whole: the
// kernels of a small network are shorter than their launches, which a training step that is recorded doesn't wait for.
// Throws Error where it fails, or can't be recorded.
double device_milliseconds(cuda::Stream stream, const std::function<void()>& issue);

// The fastest of `candidates` that work. Throws Error (where: "cudnn") that names `what` where none does.
Operation fastest(cuda::Stream stream, const std::string& what,
                  const std::vector<std::optional<Operation>>& candidates);

// The same; none where none does.
std::optional<Operation> fastest_if_any(cuda::Stream stream, const std::vector<std::optional<Operation>>& candidates);

}  // namespace nestwright::cudnn
