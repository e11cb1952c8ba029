#pragma once

#include <map>
#include <string>

#include "ops/families.h"
#include "ops/reference/random.h"
#include "ops/reference/tensor.h"
#include "ops/signature/shape.h"

// Every operator as plain loops over float64, straight from its signature's formula; no Halide.
namespace nestwright::reference {

// Gives an operator's outputs for `inputs` at a complete `shape`; the errors of their Numbers say how far a float32
// kernel may be from them.
using Evaluate = Tensors (*)(const Shape& shape, const Tensors& inputs);

struct Reference {
  Evaluate evaluate;
  // Draws an element of those inputs that sample_inputs() does not draw by their names itself; null: they are
  // Random::real().
  Draw draw = nullptr;
};

// The references of operators, by the operators' names.
using References = std::map<std::string, Reference>;

// Declares a function for each family, which gives the references of its operators: References
// convolution_references(), and so on.
#define NESTWRIGHT_REFERENCES_OF(family) References family##_references();
NESTWRIGHT_FAMILIES(NESTWRIGHT_REFERENCES_OF)
#undef NESTWRIGHT_REFERENCES_OF

// The reference of the operator `op`. Throws std::out_of_range for an operator without one.
const Reference& find_reference(const std::string& op);

// The outputs of the operator `op`. Throws std::out_of_range for an operator without a reference.
Tensors evaluate(const std::string& op, const Shape& shape, const Tensors& inputs);

}  // namespace nestwright::reference
