#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/gpu/library_call.h"

// How cuDNN and cuBLASLt compute each operator that they have, alone or as a sequence of calls.
namespace nestwright {

// The ways to compute one operator; none in the place of a graph that cuDNN has no plan for on this device.
using Ways = std::vector<std::optional<cudnn::Operation>>;
using Prepare = Ways (*)(LibraryCall& call);

// By operator: convolutions and pooling; linear layers, activations and losses.
std::map<std::string, Prepare> convolution_ways();
std::map<std::string, Prepare> linear_ways();

// The gradient of a bias from that of what it was added to.
Ways bias_gradient_ways(LibraryCall& call, const cudnn::Images& output_gradient);

}  // namespace nestwright
