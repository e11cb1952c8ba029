#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/runtime/required_kernels.h"
#include "ops/signature/call_size.h"
#include "ops/signature/shape.h"

namespace nestwright::workbench {

// One use of an operator: its shape, and where it occurs.
struct Use {
  std::string op;
  Shape shape;        // complete
  std::string where;  // "lenet5 conv2", or "" for a shape that a user gave
};

// The images in a block (its lanes) of a kernel for CPUs, where no shape says otherwise.
inline constexpr std::int64_t usual_lanes = 16;

// Which uses of an operator a user means. A text that is empty was not given.
struct UseRequest {
  std::string shape;  // name=value,...; `lanes`, and parameters that have defaults, may be left out
  std::string model;
  std::string layer;  // of the model
  std::int64_t lanes = usual_lanes;
};

// Every use of the operator in the shipped model, in the order of its forward and backward passes, each shape once. The
// operator may be one that only fusing makes; fused operators of GPUs count where a kernel of them ships.
std::vector<Use> uses_in_model(const std::string& op, const std::string& model, std::int64_t lanes);

// The uses that the request means, at least one. A request with neither shape nor model means those in lenet5, or, for
// an operator that lenet5 does not have, one shape as small networks have it. Throws Error where no use fits.
std::vector<Use> find_uses(const std::string& op, const UseRequest& request);

// The use whose kernel does the most work, for commands that show one use of several.
const Use& largest_use(const std::vector<Use>& uses);

// The number of parameters that an optimiser's kernel updates in commands that name no model: as many as lenet5 has.
std::int64_t example_parameters();

// The size of a call that takes a batch of `images`, or, for an optimiser, that updates example_parameters().
CallSize example_call(const Shape& shape, std::int64_t images);

// The floating-point operations that the use takes for one block of images.
double flops_of(const Use& use);

}  // namespace nestwright::workbench
