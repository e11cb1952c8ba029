#pragma once

#include <string>
#include <vector>

#include "model/checkpoint/safetensors.h"
#include "model/data/dataset.h"

namespace nestwright {

// What is wrong with the first of `tensors` that has values which are no numbers (NaN, infinity), for example
// "\"conv1.weight\" has 3 values of 150 that are not finite, the first of them nan"; empty where all are finite.
std::string what_is_not_finite(const std::vector<NamedTensor>& tensors);

// The largest magnitude of all weights, with its tensor's name: "1e+38 in \"fc1.weight\"".
std::string largest_weight(const std::vector<NamedTensor>& parameters);

// Why the network of these parameters, in the network's order, may give no numbers for an image: "as sums within it
// grow beyond float32; the largest weight is 1e+38 in \"fc1.weight\""; empty where all that it computes is a number.
std::string what_may_give_no_numbers(const std::vector<NamedTensor>& parameters, const Normalisation& normalisation);

// A bound of every value within the network of these parameters, in the network's order, for any image: no layer makes
// its inputs larger than by the largest sum of an output's weights, and its bias. (Relu and pooling make none larger.)
double largest_value(const std::vector<NamedTensor>& parameters, const Normalisation& normalisation);

}  // namespace nestwright
