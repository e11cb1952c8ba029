#!/usr/bin/env python3
"""Times lenet5's training step (Adadelta) and inference in PyTorch, eager and compiled, and on a GPU recorded as a CUDA
graph; a line of JSON a row."""

from arguments import finish_on, make_parser, pin_to
from timing import emit, emit_failure, measure


def training_step(torch, network, batch: int, mode: str, device: str):
    # A graph can only be recorded of an optimiser that keeps its state on the device.
    optimizer = torch.optim.Adadelta(network.parameters(), lr=1.0, capturable=device == "cuda")
    images = torch.randn(batch, 1, 32, 32, device=device)
    labels = torch.randint(0, 10, (batch,), device=device)

    def loss_of(images, labels):
        return torch.nn.functional.cross_entropy(network(images), labels)

    forward = torch.compile(loss_of) if mode == "compiled" else loss_of
    update = torch.compile(optimizer.step) if mode == "compiled" else optimizer.step

    def step():
        optimizer.zero_grad(set_to_none=True)
        forward(images, labels).backward()
        update()

    return recorded(torch, step) if mode == "graph" else step


def inference(torch, network, batch: int, mode: str, device: str):
    images = torch.randn(batch, 1, 32, 32, device=device)
    forward = torch.compile(network) if mode == "compiled" else network

    def step():
        with torch.inference_mode():
            forward(images)

    return recorded(torch, step) if mode == "graph" else step


def recorded(torch, step):
    """The step as a CUDA graph, as PyTorch's notes on CUDA have it: a few runs on a stream beside, then the capture."""
    beside = torch.cuda.Stream()
    beside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(beside):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(beside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def main() -> None:
    parser = make_parser(__doc__)
    parser.add_argument("--mode", choices=["eager", "compiled", "graph"], action="append",
                        help="all that the device has unless one is given")
    options = parser.parse_args()
    pin_to(options.threads)
    import torch
    from pytorch_network import make_lenet5

    torch.set_num_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    on_cuda = options.device == "cuda"
    for mode in options.mode or (["eager", "compiled", "graph"] if on_cuda else ["eager", "compiled"]):
        for batch in options.batch:
            for what, make in (("training_step", training_step), ("inference", inference)):
                torch.manual_seed(1)
                if mode == "compiled":
                    # Each row is compiled for its own shape, as one that trains with it would have it.
                    torch.compiler.reset()
                row = ("pytorch", mode, what, batch, options.threads)
                try:
                    step = make(torch, make_lenet5().to(options.device), batch, mode, options.device)
                    emit(*row, measure(step, options.seconds, finish_on(torch, options.device)))
                except Exception as error:  # whatever a mode can't do here: the others go on
                    emit_failure(*row, error)


if __name__ == "__main__":
    main()
