#!/usr/bin/env python3
"""Times the single operators of lenet5 in PyTorch; a line of JSON a row, `what` being "operator layer"."""

from arguments import make_parser, pin_to
from pytorch_operator import operator_call
from timing import emit, measure


def convolution_shape(inputs: int, outputs: int, size: int) -> dict:
    return {"in_channels": inputs, "out_channels": outputs, "width": size, "height": size, "kernel_width": 5,
            "kernel_height": 5}


def pooling_shape(channels: int, size: int) -> dict:
    return {"channels": channels, "width": size, "height": size, "window": 2, "stride": 2}


CONVOLUTIONS = {"conv1": convolution_shape(1, 6, 32), "conv2": convolution_shape(6, 16, 14)}
POOLINGS = {"pool1": pooling_shape(6, 28), "pool2": pooling_shape(16, 10)}
LINEARS = {f"linear{index + 1}": {"in_features": inputs, "out_features": outputs}
           for index, (inputs, outputs) in enumerate([(400, 120), (120, 84), (84, 10)])}
OPERATORS = [(CONVOLUTIONS, ["conv2d", "conv2d_input_gradient", "conv2d_weight_gradient"]),
             (POOLINGS, ["max_pool2d", "max_pool2d_gradient"]),
             (LINEARS, ["linear", "linear_input_gradient", "linear_weight_gradient", "linear_bias_gradient"])]


def main() -> None:
    options = make_parser(__doc__).parse_args()
    pin_to(options.threads)
    import torch

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    with torch.inference_mode():
        for batch in options.batch:
            for layers, operators in OPERATORS:
                for layer, shape in layers.items():
                    for op in operators:
                        timing = measure(operator_call(torch, op, shape, batch), options.seconds)
                        emit("pytorch", "eager", f"{op} {layer}", batch, options.threads, timing)


if __name__ == "__main__":
    main()
