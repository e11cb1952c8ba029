#pragma once

#include <map>
#include <string>

#include "ops/families.h"
#include "ops/reference/random.h"
#include "ops/reference/tensor.h"
#include "ops/signature/shape.h"

// Every operator as plain loops over float64, straight from its signature's formula; no Halide.
namespace nestwright::reference {

// The outputs of an operator for these inputs, and how far a float32 kernel may be from them.
using Evaluate = Tensors (*)(const Shape& shape, const Tensors& inputs);

struct Reference {
  Evaluate evaluate;
  // Draws the inputs that sample_inputs() does not know by name; nothing: they are Random::real().
  Draw draw = nullptr;
};

// By the operator's name.
using References = std::map<std::string, Reference>;

// A function a family, the references of its operators: References convolution_references(), and so on.
#define NESTWRIGHT_REFERENCES_OF(family) References family##_references();
NESTWRIGHT_FAMILIES(NESTWRIGHT_REFERENCES_OF)
#undef NESTWRIGHT_REFERENCES_OF

// Those of the operator `op`. Throws std::out_of_range for an operator without a reference.
const Reference& find_reference(const std::string& op);

// The outputs of the operator `op`. Throws std::out_of_range for an operator without a reference.
Tensors evaluate(const std::string& op, const Shape& shape, const Tensors& inputs);

}  // namespace nestwright::reference
