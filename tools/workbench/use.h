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

// How a user says which uses are meant. Empty texts are left out.
struct UseRequest {
  std::string shape;  // name=value,...; parameters with defaults, and lanes (16), may be left out
  std::string model;
  std::string layer;  // of the model
  std::int64_t lanes = 16;
};

// Every use in a shipped model of the operator, fused or not, in forward or backward order, each shape once. GPUs'
// fused operators are those of kernels that ship.
std::vector<Use> uses_in_model(const std::string& op, const std::string& model, std::int64_t lanes);

// Those that the request means, at least one. With neither shape nor model: lenet5's; of an operator that it does not
// have, a shape as small networks have it. Throws Error where nothing fits.
std::vector<Use> find_uses(const std::string& op, const UseRequest& request);

// The use whose kernel does most work: what is shown where one is to stand for all.
const Use& largest_use(const std::vector<Use>& uses);

// What an optimiser has to update where no model is named: the number of lenet5's parameters.
std::int64_t example_parameters();

// The call that takes a batch of so many images, or that updates example_parameters().
CallSize example_call(const Shape& shape, std::int64_t images);

// Floating-point operations of one block.
double flops_of(const Use& use);

}  // namespace nestwright::workbench
