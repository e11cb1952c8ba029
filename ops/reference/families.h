#pragma once

#include <map>
#include <string>

#include "ops/reference/tensor.h"
#include "ops/signature/shape.h"

// Every operator as plain loops over float64, straight from its signature's formula; no Halide.
namespace nestwright::reference {

// The outputs of an operator for these inputs, and how far a float32 kernel may be from them.
using Reference = Tensors (*)(const Shape& shape, const Tensors& inputs);
using References = std::map<std::string, Reference>;

References convolution_references();
References depthwise_convolution_references();
References fused_convolution_references();
References feature_extractor_references();
References pooling_references();
References linear_references();
References activation_references();
References loss_references();
References classifier_references();
References parameter_gradient_references();
References optimizer_references();
References layout_references();

// All of the above. Throws std::out_of_range for an operator without a reference.
Tensors evaluate(const std::string& op, const Shape& shape, const Tensors& inputs);

}  // namespace nestwright::reference
