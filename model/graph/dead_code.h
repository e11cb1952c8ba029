#pragma once

#include "model/graph/graph.h"

namespace nestwright {

// Removes the nodes that nothing depends on which a caller can see (outputs, and the gradients of parameters), and
// then the tensors that no node uses. Tensor ids change.
void eliminate_dead_code(Graph& graph);

}  // namespace nestwright
