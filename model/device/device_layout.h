#pragma once

#include "model/runtime/parameters.h"

namespace nestwright {

// The layout of the parameters in `graph` on a device: each slot where a part of its memory may begin, a layer's biases
// where one kernel can write their gradients with those of the weights (ops/signature/bias_place.h), and nothing where
// that kernel writes rows that hold neither.
ParameterLayout device_parameter_layout(const Graph& graph);

}  // namespace nestwright
