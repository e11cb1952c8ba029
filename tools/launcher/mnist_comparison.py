"""Trains lenet5 on MNIST in PyTorch and in Nestwright, one after the other, and compares time and accuracy.

Both train the same network with the same data, normalisation, optimiser (Adadelta, learning rate 1 with decay 0.7 an
epoch), batch size and number of threads, and test after every epoch. PyTorch is given every advantage: its data set is
one normalised tensor in memory (--dataloader: loaded image by image, as its MNIST example does), and its clock starts
after its import. Nestwright's clock runs from the start of ./nestwright to its end.
"""

# The options only: they are read before what bench/compare_mnist.py imports is set up.

import argparse
import os
from typing import List

from launcher.number_option import whole_number
from launcher.report import LauncherError, Parser, excerpt, path_not_empty
from launcher.whole_file import require_separate_files


def seeds(text: str) -> List[int]:
    return [whole_number(0, 2**64 - 1)(seed) for seed in text.split(",")]


def parse_arguments(arguments: List[str]) -> argparse.Namespace:
    parser = Parser(prog="./nestwright compare-mnist", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    folder = os.environ.get("NESTWRIGHT_MNIST")
    parser.add_argument("--data", type=path_not_empty, default=folder, required=not folder, metavar="DIR",
                        help="the folder of MNIST's four files (default: $NESTWRIGHT_MNIST)")
    parser.add_argument("--epochs", type=whole_number(1, 1000000), default=10, metavar="N")
    parser.add_argument("--batch-size", type=whole_number(1, 2**24), default=64, metavar="N")
    parser.add_argument("--test-batch-size", type=whole_number(1, 2**24), default=1000, metavar="N")
    parser.add_argument("--seeds", type=seeds, default=[1], help="with commas; both train once for each")
    parser.add_argument("--threads", type=whole_number(1, 1024), default=len(os.sched_getaffinity(0)), metavar="N")
    parser.add_argument("--dataloader", action="store_true",
                        help="load PyTorch's images one by one, as its example does")
    parser.add_argument("--compiled", action="store_true", help="torch.compile PyTorch's network")
    parser.add_argument("--json", type=path_not_empty, metavar="FILE", help="write what was measured to this file")
    options = parser.parse_args(arguments)
    if not os.path.isdir(options.data):
        raise LauncherError(f"compare-mnist: --data: no folder {excerpt(options.data)}")
    options.data = options.data.resolve()
    if options.json:
        require_separate_files({"--json": options.json}, {"--data": list(options.data.iterdir())})
    return options
