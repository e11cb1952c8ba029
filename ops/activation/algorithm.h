#pragma once

#include <Halide.h>

namespace nestwright::ops {

// Functions of each element of a Func with any number of dimensions; the result has the variables of the argument.

// max(input, 0). Goodfellow, Bengio and Courville 2016, section 6.3.1.
Halide::Func relu(const Halide::Func& input);

// `gradient` where `output`, which relu gave, is positive, and 0 elsewhere: relu'(0) = 0, as in PyTorch.
Halide::Func relu_gradient(const Halide::Func& gradient, const Halide::Func& output);

// tanh(input), to 2 units in the last place: Moshier's Cephes, tanhf.c (a polynomial below 0.625, exp above).
Halide::Func tanh(const Halide::Func& input);

// gradient * (1 - output^2), where tanh gave `output`.
Halide::Func tanh_gradient(const Halide::Func& gradient, const Halide::Func& output);

// 1 / (1 + exp(-input)), without overflow for any finite input.
Halide::Func sigmoid(const Halide::Func& input);

// gradient * output * (1 - output), where sigmoid gave `output`.
Halide::Func sigmoid_gradient(const Halide::Func& gradient, const Halide::Func& output);

}  // namespace nestwright::ops
