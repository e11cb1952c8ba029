#!/usr/bin/env python3
"""One of Nestwright's operators in PyTorch, at a shape. As a program it times it, and prints a line of JSON."""

from typing import Callable, Dict

from arguments import make_parser, pin_to
from timing import emit, measure

Shape = Dict[str, int]


def parse_shape(text: str) -> Shape:
    entries = (entry.split("=") for entry in text.replace(",", " ").split())
    return {name: int(value) for name, value in entries}


def convolution(torch, op: str, shape: Shape, batch: int) -> Callable[[], object]:
    stride, padding, dilation = shape.get("stride", 1), shape.get("padding", 0), shape.get("dilation", 1)
    image = torch.randn(batch, shape["in_channels"], shape["height"], shape["width"])
    weight = torch.randn(shape["out_channels"], shape["in_channels"], shape["kernel_height"], shape["kernel_width"])
    bias = torch.randn(shape["out_channels"])
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    if op == "conv2d":
        return lambda: torch.nn.functional.conv2d(image, weight, bias, **options)
    if op == "conv2d_relu_max_pool2d":
        window = shape["window"]
        return lambda: torch.nn.functional.max_pool2d(
            torch.nn.functional.relu(torch.nn.functional.conv2d(image, weight, bias, **options)), window,
            return_indices=True)
    gradient = torch.randn_like(torch.nn.functional.conv2d(image, weight, bias, **options))
    mask = {"conv2d_input_gradient": [True, False, False], "conv2d_weight_gradient": [False, True, False]}[op]
    return lambda: torch.ops.aten.convolution_backward(gradient, image, weight, None, [stride] * 2, [padding] * 2,
                                                       [dilation] * 2, False, [0, 0], 1, mask)


def pooling(torch, op: str, shape: Shape, batch: int) -> Callable[[], object]:
    window, stride = [shape["window"]] * 2, [shape["stride"]] * 2
    image = torch.randn(batch, shape["channels"], shape["height"], shape["width"])
    if op == "avg_pool2d":
        return lambda: torch.nn.functional.avg_pool2d(image, window, stride)
    pooled, places = torch.ops.aten.max_pool2d_with_indices(image, window, stride)
    gradient = torch.randn_like(pooled)
    if op == "max_pool2d":
        return lambda: torch.ops.aten.max_pool2d_with_indices(image, window, stride)
    if op == "avg_pool2d_gradient":
        return lambda: torch.ops.aten.avg_pool2d_backward(gradient, image, window, stride, [0, 0], False, True, None)
    return lambda: torch.ops.aten.max_pool2d_with_indices_backward(gradient, image, window, stride, [0, 0], [1, 1],
                                                                   False, places)


def linear(torch, op: str, shape: Shape, batch: int) -> Callable[[], object]:
    features = torch.randn(batch, shape.get("in_features", 1))
    weight = torch.randn(shape["out_features"], shape.get("in_features", 1))
    bias, gradient = torch.randn(shape["out_features"]), torch.randn(batch, shape["out_features"])
    return {"linear": lambda: torch.nn.functional.linear(features, weight, bias),
            "linear_relu": lambda: torch.nn.functional.relu(torch.nn.functional.linear(features, weight, bias)),
            "linear_input_gradient": lambda: gradient @ weight,
            "linear_weight_gradient": lambda: gradient.T @ features,
            "linear_bias_gradient": lambda: gradient.sum(0)}[op]


def bias_sum(torch, op: str, shape: Shape, batch: int) -> Callable[[], object]:
    gradient = torch.randn(batch, shape["channels"], shape["height"], shape["width"])
    return lambda: gradient.sum((0, 2, 3))


def activation(torch, op: str, shape: Shape, batch: int) -> Callable[[], object]:
    values = torch.randn(batch, shape["size"])
    return {"relu": lambda: torch.relu(values), "tanh": lambda: torch.tanh(values),
            "sigmoid": lambda: torch.sigmoid(values)}[op]


MAKERS = {**dict.fromkeys(["conv2d", "conv2d_input_gradient", "conv2d_weight_gradient", "conv2d_relu_max_pool2d"],
                          convolution),
          **dict.fromkeys(["max_pool2d", "max_pool2d_gradient", "avg_pool2d", "avg_pool2d_gradient"], pooling),
          **dict.fromkeys(["linear", "linear_relu", "linear_input_gradient", "linear_weight_gradient",
                           "linear_bias_gradient"], linear),
          **dict.fromkeys(["relu", "tanh", "sigmoid"], activation),
          "conv2d_bias_gradient": bias_sum}


def operator_call(torch, op: str, shape: Shape, batch: int) -> Callable[[], object]:
    """A call without arguments by which PyTorch computes the operator. Raises KeyError where it is not in MAKERS."""
    return MAKERS[op](torch, op, shape, batch)


def main() -> None:
    parser = make_parser(__doc__)
    parser.add_argument("--op", required=True, choices=sorted(MAKERS))
    parser.add_argument("--shape", type=parse_shape, required=True)
    options = parser.parse_args()
    pin_to(options.threads)
    import torch

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    with torch.inference_mode():
        for batch in options.batch:
            emit("pytorch", "eager", options.op, batch, options.threads,
                 measure(operator_call(torch, options.op, options.shape, batch), options.seconds))


if __name__ == "__main__":
    main()
