"""Numbers on the command lines of Python scripts."""

import argparse
import re
from typing import Callable


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """For add_argument(type=...): a whole number within these bounds, in decimal digits."""
    def read(text: str) -> int:
        # Python's int() would take "1_0", other scripts' digits and as many of them as anyone writes.
        if not re.fullmatch(r"-?[0-9]{1,20}", text, re.ASCII) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"'{text[:80]}' is not a whole number from {least} to {most}")
        return int(text)

    return read
