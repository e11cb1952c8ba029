#pragma once

#include "model/runtime/parameters.h"

namespace nestwright {

// The layout of the parameters in `graph` on a device. Each slot begins where a part of the device's memory may begin
// (device_alignment). A layer's biases lie where one kernel can write their gradients with those of the weights
// (ops/signature/bias_place.h); where that kernel writes rows that hold neither, there is no slot.
ParameterLayout device_parameter_layout(const Graph& graph);

}  // namespace nestwright
