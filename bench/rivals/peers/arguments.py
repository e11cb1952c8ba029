"""The command line that every peer has."""

import argparse
import os
from typing import NoReturn


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong as every program here does. It stands by itself: machines with a GPU get no launcher."""

    def error(self, message: str) -> NoReturn:
        text = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in message[:200])
        self.exit(1, f"{self.prog}: {text}; '{self.prog} --help' says what there is\n")


def number_within(kind: type, least: float, most: float):
    """For add_argument(type=...): a number of that kind within these bounds."""
    def read(text: str):
        try:
            number = kind(text[:40])
        except ValueError:
            number = None
        if number is None or not least <= number <= most:
            raise argparse.ArgumentTypeError(f"'{text[:80]}' is not a number from {least} to {most}")
        return number

    return read


def whole_numbers(text: str) -> list:
    return [number_within(int, 1, 2**20)(number) for number in text.split(",")]


def make_parser(description: str) -> argparse.ArgumentParser:
    parser = OneLineParser(description=description)
    parser.add_argument("--batch", type=whole_numbers, default=[1, 16, 64, 256, 1024], help="batch sizes, with commas")
    parser.add_argument("--threads", type=number_within(int, 1, 1024), default=1,
                        help="threads to use (and processors to run on)")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="what to run on")
    parser.add_argument("--seconds", type=number_within(float, 0.001, 3600), default=2.0,
                        help="time to spend on each row")
    return parser


def finish_on(torch, device: str):
    """A function that waits until PyTorch has done all that it was given on the device."""
    return torch.cuda.synchronize if device == "cuda" else lambda: None


def pin_to(threads: int) -> None:
    """Keeps this process on as many processors as it may use threads. Call it before a library starts its threads."""
    processors = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, processors[:threads])
