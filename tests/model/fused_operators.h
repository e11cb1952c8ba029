#pragma once

#include <string>

#include "ops/signature/shape.h"

namespace nestwright {

// What a device can run of fused operators (CanRun), for graphs without kernels: all of them, or none.
inline bool every_fused_operator(const std::string& /*op*/, const Shape& /*shape*/) { return true; }
inline bool no_fused_operator(const std::string& /*op*/, const Shape& /*shape*/) { return false; }

}  // namespace nestwright
