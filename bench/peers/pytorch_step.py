#!/usr/bin/env python3
"""Times lenet5's training step (Adadelta) and inference in PyTorch, eager and compiled; a line of JSON a row."""

from arguments import make_parser, pin_to
from timing import emit, measure


def training_step(torch, network, batch: int, compiled: bool):
    optimizer = torch.optim.Adadelta(network.parameters(), lr=1.0)
    images = torch.randn(batch, 1, 32, 32)
    labels = torch.randint(0, 10, (batch,))

    def loss_of(images, labels):
        return torch.nn.functional.cross_entropy(network(images), labels)

    forward = torch.compile(loss_of) if compiled else loss_of
    update = torch.compile(optimizer.step) if compiled else optimizer.step

    def step():
        optimizer.zero_grad(set_to_none=True)
        forward(images, labels).backward()
        update()

    return step


def inference(torch, network, batch: int, compiled: bool):
    images = torch.randn(batch, 1, 32, 32)
    forward = torch.compile(network) if compiled else network

    def step():
        with torch.inference_mode():
            forward(images)

    return step


def main() -> None:
    parser = make_parser(__doc__)
    parser.add_argument("--mode", choices=["eager", "compiled"], action="append", help="both unless one is given")
    options = parser.parse_args()
    pin_to(options.threads)
    import torch
    from pytorch_network import make_lenet5

    torch.set_num_threads(options.threads)
    for mode in options.mode or ["eager", "compiled"]:
        for batch in options.batch:
            for what, make in (("training_step", training_step), ("inference", inference)):
                torch.manual_seed(1)
                if mode == "compiled":
                    # Each row is compiled for its own shape, as one that trains with it would have it.
                    torch.compiler.reset()
                step = make(torch, make_lenet5(), batch, mode == "compiled")
                emit("pytorch", mode, what, batch, options.threads, measure(step, options.seconds))


if __name__ == "__main__":
    main()
