#pragma once

#include <string>
#include <vector>

#include "model/graph/graph.h"

namespace nestwright {

// Appends the backward graph: the chain rule from the last node to the first, by a rule for each operator (reverse
// accumulation; Griewank and Walther, "Evaluating Derivatives", 2008, chapter 3).
//
// `value` is a tensor whose gradient `gradient` the graph computes already. For every parameter that `value` depends
// on, a tensor "NAME.gradient" is added, in role parameter_gradient, to which the graph adds its share. Gradients
// that turn out to serve nothing (that of the images, for one) are left to dead-code elimination.
//
// Throws Error (where: the layer) for an operator without a rule, and for a value that several nodes use, since
// no operator adds gradients up.
void differentiate(Graph& graph, TensorId value, TensorId gradient);

}  // namespace nestwright
