"""`./nestwright fuzz`: inputs for the readers of files, made by clang's libFuzzer; `test` runs each fuzzer for seconds."""

import argparse
import difflib
import subprocess
from pathlib import Path
from typing import List, Set

from launcher import provision
from launcher.build import build, build_environment
from launcher.number_option import whole_number
from launcher.report import LauncherError, Parser, excerpt

PRESET = "fuzz"


def fuzzers(root: Path) -> List[str]:
    """Each has a dictionary."""
    return sorted(file.stem for file in (root / "tests" / "fuzz" / "dictionaries").glob("*.txt"))


def ensure_compiler(root: Path) -> Path:
    """All that the fuzzers' build needs; gives the environment of CMake and Ninja."""
    packages = provision.read_list(root / "tools" / "requirements" / "packages-fuzz.txt")
    provision.ensure_debian_packages(packages, root / "build" / "logs" / "apt.log")
    return provision.ensure_tools(root)


def build_fuzzers(root: Path, targets: List[str]) -> Path:
    """Builds them; gives the folder of their tests."""
    build(root, ensure_compiler(root), PRESET, targets)
    return root / "build" / PRESET / "tests" / "fuzz"


def parse(root: Path, arguments: List[str]) -> argparse.Namespace:
    names = fuzzers(root)
    parser = Parser(
        prog="./nestwright fuzz", description="Try a reader on inputs that clang's libFuzzer makes. It goes on from "
        "what earlier runs found (build/fuzz/corpus), and stops at the first crash, whose input it keeps.")
    parser.add_argument("target", metavar="TARGET", help=", ".join(names))
    parser.add_argument("--minutes", type=float, default=10.0, metavar="M", help="how long [10]")
    parser.add_argument("--inputs", type=whole_number(1, 2**31 - 1), metavar="N", help="stop after so many inputs, if that is sooner")
    options = parser.parse_args(arguments)
    if options.target not in names:
        nearest = difflib.get_close_matches(options.target, names, 1)
        hint = f"did you mean '{nearest[0]}'?" if nearest else "there are: " + ", ".join(names)
        raise LauncherError(f"fuzz: nothing is called '{excerpt(options.target)}'; {hint}")
    # The upper end, a year, is a choice; libFuzzer counts seconds in 32 bits.
    if not 0 < options.minutes <= 365 * 24 * 60:
        raise LauncherError(f"fuzz: --minutes: {options.minutes} is not above 0 and at most 525600")
    return options


def run_fuzz(root: Path, _preset: str, arguments: List[str]) -> int:
    options = parse(root, arguments)
    program = f"nestwright-fuzz-{options.target}"
    folder = build_fuzzers(root, [f"tests/fuzz/{program}"])
    kept = root / "build" / PRESET / "crashes"

    def crashes() -> Set[Path]:
        return set(kept.glob(f"{options.target}-*"))

    before = crashes()
    limits = [f"-max_total_time={max(1, round(60 * options.minutes))}"]
    if options.inputs is not None:
        limits.append(f"-runs={options.inputs}")
    status = subprocess.run([str(folder / f"fuzz-{options.target}"), *limits], env=build_environment(PRESET)).returncode
    if status == 0:
        return 0
    inputs = sorted(str(file) for file in crashes() - before)
    raise LauncherError(f"fuzz: {program} ended with status {status}; " + (
        f"to see it again: {folder / program} {' '.join(inputs)}" if inputs else "it kept no input; see above"))
