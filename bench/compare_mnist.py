#!/usr/bin/env python3
"""Trains lenet5 on MNIST in PyTorch and in Nestwright, one after the other, and compares time and accuracy.

What is compared is in tools/launcher/mnist_comparison.py, which reads the command line. Run it by
`./nestwright compare-mnist`, in the environment that has PyTorch.
"""

import gzip
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from launcher.json_file import read_json  # noqa: E402: the path above is what makes it importable
from launcher.mnist_comparison import parse_arguments  # noqa: E402
from launcher.report import LauncherError, say_error  # noqa: E402
from launcher.whole_file import write_file  # noqa: E402

MEAN, DEVIATION, PADDING, TARGET = 0.1307, 0.3081, 2, 0.99


def read_idx(folder: Path, name: str) -> numpy.ndarray:
    """An IDX file of bytes, gzipped or not; its magic number says how many dimensions it has."""
    packed = folder / f"{name}.gz"
    data = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / name).read_bytes()
    dimensions = numpy.frombuffer(data, ">i4", count=data[3], offset=4)
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * data[3]).reshape(dimensions)


def load(torch, folder: Path, part: str) -> tuple:
    """Normalised images (count, 1, 32, 32), padded with black before they are normalised, and labels (count)."""
    images = torch.from_numpy(numpy.pad(read_idx(folder, f"{part}-images-idx3-ubyte"), [(0, 0)] + [(PADDING,) * 2] * 2))
    labels = torch.from_numpy(read_idx(folder, f"{part}-labels-idx1-ubyte").astype(numpy.int64))
    return images.unsqueeze(1).float().div_(255).sub_(MEAN).div_(DEVIATION), labels


def load_one_by_one(torch, folder: Path):
    """The training images as PyTorch's example has them: each converted and normalised when it is asked for."""
    images, labels = (read_idx(folder, f"train-{name}") for name in ("images-idx3-ubyte", "labels-idx1-ubyte"))

    class Images(torch.utils.data.Dataset):
        def __len__(self):
            return len(labels)

        def __getitem__(self, index):
            image = torch.from_numpy(numpy.pad(images[index], PADDING)).unsqueeze(0).float().div_(255)
            return image.sub_(MEAN).div_(DEVIATION), int(labels[index])

    return Images()


def batches_of(torch, options, data):
    """The batches of one epoch, shuffled anew by every call."""
    if options.dataloader:
        yield from torch.utils.data.DataLoader(data, batch_size=options.batch_size, shuffle=True)
        return
    images, labels = data
    for indices in torch.randperm(len(labels)).split(options.batch_size):
        yield images[indices], labels[indices]


def accuracy_of(torch, network, data, batch_size: int) -> float:
    network.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for images, labels in zip(data[0].split(batch_size), data[1].split(batch_size)):
            logits = network(images)
            loss += torch.nn.functional.cross_entropy(logits, labels, reduction="sum").item()
            right += (logits.argmax(1) == labels).sum().item()
    return right / len(data[1])


def train_pytorch(options, seed: int) -> dict:
    sys.path.insert(0, str(ROOT / "bench" / "rivals" / "peers"))
    import torch
    from pytorch_network import make_lenet5

    torch.set_num_threads(options.threads)
    torch.manual_seed(seed)
    start = time.perf_counter()
    data = load_one_by_one(torch, options.data) if options.dataloader else load(torch, options.data, "train")
    tests = load(torch, options.data, "t10k")
    network = make_lenet5()
    optimizer = torch.optim.Adadelta(network.parameters(), lr=1.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.7)
    step_function = torch.compile(network) if options.compiled else network
    accuracies, reached = [], None
    for epoch in range(options.epochs):
        network.train()
        for images, labels in batches_of(torch, options, data):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(step_function(images), labels).backward()
            optimizer.step()
        accuracies.append(accuracy_of(torch, network, tests, options.test_batch_size))
        if reached is None and accuracies[-1] >= TARGET:
            reached = time.perf_counter() - start
        scheduler.step()
        print(f"  PyTorch    epoch {epoch + 1:2}  {100 * accuracies[-1]:.2f} %  "
              f"{time.perf_counter() - start:6.1f} s", flush=True)
    return {"seconds": time.perf_counter() - start, "seconds_to_target": reached, "accuracy": accuracies[-1]}


def train_nestwright(options, seed: int) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        report_file = Path(folder) / "report.json"
        command = [str(ROOT / "nestwright"), "train", "--data", str(options.data), "--epochs", str(options.epochs),
                   "--batch-size", str(options.batch_size), "--test-batch-size", str(options.test_batch_size),
                   "--seed", str(seed), "--threads", str(options.threads), "--json", str(report_file), "--quiet"]
        start = time.perf_counter()
        subprocess.run(command, check=True)
        seconds = time.perf_counter() - start
        report = read_json(report_file)
    for epoch in report["epochs"]:
        print(f"  Nestwright epoch {epoch['epoch']:2}  {100 * epoch['test_accuracy']:.2f} %  "
              f"{epoch['total_seconds']:6.1f} s", flush=True)
    totals = report["totals"]
    reached = totals["seconds_to_accuracy_0.99"]
    # Its own clock starts after the program did; what came before counts too.
    before = seconds - totals["total_seconds"]
    return {"seconds": seconds, "seconds_to_target": None if reached is None else reached + before,
            "accuracy": totals["test_accuracy"], "images_per_second": [e["images_per_second"] for e in report["epochs"]],
            "peak_memory_bytes": totals["peak_memory_bytes"]}


def ratio(pytorch, nestwright) -> str:
    return "-" if pytorch is None or nestwright is None else f"{pytorch / nestwright:.1f}x"


def seconds_text(seconds) -> str:
    return "never" if seconds is None else f"{seconds:.2f} s"


def print_row(seed: int, pytorch: dict, nestwright: dict) -> None:
    print(f"seed {seed}: whole run {seconds_text(pytorch['seconds'])} / {seconds_text(nestwright['seconds'])} = "
          f"{ratio(pytorch['seconds'], nestwright['seconds'])}; to {100 * TARGET:.1f} %: "
          f"{seconds_text(pytorch['seconds_to_target'])} / {seconds_text(nestwright['seconds_to_target'])} = "
          f"{ratio(pytorch['seconds_to_target'], nestwright['seconds_to_target'])}; accuracy "
          f"{100 * pytorch['accuracy']:.2f} % / {100 * nestwright['accuracy']:.2f} % (PyTorch / Nestwright)")


def main() -> None:
    options = parse_arguments(sys.argv[1:])
    rows = []
    for seed in options.seeds:
        nestwright, pytorch = train_nestwright(options, seed), train_pytorch(options, seed)
        rows.append({"seed": seed, "pytorch": pytorch, "nestwright": nestwright})
        print_row(seed, pytorch, nestwright)
    if len(rows) > 1:
        speedups = [row["pytorch"]["seconds"] / row["nestwright"]["seconds"] for row in rows]
        print(f"median speed-up of the whole run: {statistics.median(speedups):.1f}x")
    if options.json:
        write_file(options.json, json.dumps({"threads": options.threads, "dataloader": options.dataloader,
                                             "compiled": options.compiled, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    try:
        main()
    except LauncherError as error:
        say_error(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
