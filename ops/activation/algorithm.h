#pragma once

#include <Halide.h>

namespace nestwright::ops {

// Element by element, over a Func of any dimensions; the result has the argument's variables.

// max(input, 0). Goodfellow, Bengio and Courville 2016, section 6.3.1.
Halide::Func relu(const Halide::Func& input);

// gradient where output, a relu's output, is positive; 0 elsewhere: relu'(0) = 0, as in PyTorch.
Halide::Func relu_gradient(const Halide::Func& gradient, const Halide::Func& output);

// tanh(input), to 2 units in the last place: Moshier's Cephes, tanhf.c (a polynomial below 0.625, exp above).
Halide::Func tanh(const Halide::Func& input);

// gradient * (1 - output^2), output a tanh's output.
Halide::Func tanh_gradient(const Halide::Func& gradient, const Halide::Func& output);

// 1 / (1 + exp(-input)), without overflow for any finite input.
Halide::Func sigmoid(const Halide::Func& input);

// gradient * output * (1 - output), output a sigmoid's output.
Halide::Func sigmoid_gradient(const Halide::Func& gradient, const Halide::Func& output);

}  // namespace nestwright::ops
