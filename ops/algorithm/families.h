#pragma once

#include <vector>

#include "ops/algorithm/operator.h"

namespace nestwright::ops {

// One function a file: the operators of one family.
std::vector<Operator> convolution_operators();
std::vector<Operator> depthwise_convolution_operators();
std::vector<Operator> pooling_operators();
std::vector<Operator> fused_convolution_operators();
std::vector<Operator> feature_extractor_operators();
std::vector<Operator> linear_operators();
std::vector<Operator> activation_operators();
std::vector<Operator> loss_operators();
std::vector<Operator> classifier_operators();
std::vector<Operator> optimizer_operators();
std::vector<Operator> layout_operators();

}  // namespace nestwright::ops
