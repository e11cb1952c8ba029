#!/usr/bin/env python3
"""Times the single operators of lenet5 in PyTorch; a line of JSON a row, `what` being "operator layer"."""

from arguments import make_parser, pin_to
from timing import emit, measure

# Layer: input channels, output channels, width and height of the input; kernels are 5x5.
CONVOLUTIONS = {"conv1": (1, 6, 32), "conv2": (6, 16, 14)}
# Layer: channels, width and height of the input; windows are 2x2.
POOLINGS = {"pool1": (6, 28), "pool2": (16, 10)}
LINEARS = {"linear1": (400, 120), "linear2": (120, 84), "linear3": (84, 10)}


def convolution_operators(torch, batch: int):
    for layer, (inputs, outputs, size) in CONVOLUTIONS.items():
        image, weight = torch.randn(batch, inputs, size, size), torch.randn(outputs, inputs, 5, 5)
        bias, gradient = torch.randn(outputs), torch.randn(batch, outputs, size - 4, size - 4)

        def backward(mask, image=image, weight=weight, gradient=gradient):
            return lambda: torch.ops.aten.convolution_backward(gradient, image, weight, None, [1, 1], [0, 0], [1, 1],
                                                               False, [0, 0], 1, mask)

        yield f"conv2d {layer}", lambda: torch.nn.functional.conv2d(image, weight, bias)
        yield f"conv2d_input_gradient {layer}", backward([True, False, False])
        yield f"conv2d_weight_gradient {layer}", backward([False, True, False])
        yield f"conv2d_bias_gradient {layer}", lambda: gradient.sum((0, 2, 3))


def pooling_operators(torch, batch: int):
    for layer, (channels, size) in POOLINGS.items():
        image = torch.randn(batch, channels, size, size)
        gradient = torch.randn(batch, channels, size // 2, size // 2)
        _, places = torch.ops.aten.max_pool2d_with_indices(image, [2, 2], [2, 2])
        yield f"max_pool2d {layer}", lambda: torch.ops.aten.max_pool2d_with_indices(image, [2, 2], [2, 2])
        yield f"max_pool2d_gradient {layer}", lambda: torch.ops.aten.max_pool2d_with_indices_backward(
            gradient, image, [2, 2], [2, 2], [0, 0], [1, 1], False, places)


def linear_operators(torch, batch: int):
    for layer, (inputs, outputs) in LINEARS.items():
        features, weight = torch.randn(batch, inputs), torch.randn(outputs, inputs)
        bias, gradient = torch.randn(outputs), torch.randn(batch, outputs)
        yield f"linear {layer}", lambda: torch.nn.functional.linear(features, weight, bias)
        yield f"linear_input_gradient {layer}", lambda: gradient @ weight
        yield f"linear_weight_gradient {layer}", lambda: gradient.T @ features
        yield f"linear_bias_gradient {layer}", lambda: gradient.sum(0)


def main() -> None:
    options = make_parser(__doc__).parse_args()
    pin_to(options.threads)
    import torch

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    with torch.inference_mode():
        for batch in options.batch:
            for operators in (convolution_operators, pooling_operators, linear_operators):
                # Timed as it is yielded: the closures are those of the layer at hand.
                for what, operator in operators(torch, batch):
                    emit("pytorch", "eager", what, batch, options.threads, measure(operator, options.seconds))


if __name__ == "__main__":
    main()
