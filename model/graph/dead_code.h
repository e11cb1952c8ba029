#pragma once

#include "model/graph/graph.h"

namespace nestwright {

// Removes the nodes that contribute to nothing that a caller reads (outputs, and the gradients of parameters), and then
// the tensors that no node uses. Tensor ids change.
void eliminate_dead_code(Graph& graph);

}  // namespace nestwright
