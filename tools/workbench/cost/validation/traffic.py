"""What the cache model predicts of a schedule, and what cachegrind simulates of its kernel.

Needs valgrind, a C compiler, and the build's nestwright-call-kernel, nestwright-generator and nestwright-workbench.
Kernels are compiled for AVX2, as valgrind knows no AVX-512. A kernel is called once and twice: the difference is one
call on caches that the call before has filled, which is what the model predicts.
"""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List

TARGET = "x86-64-linux-avx-avx2-f16c-fma-sse41"
FIRST, LAST = "32768,8,64", "1048576,16,64"
LINE = 64


@dataclass(frozen=True)
class Use:
    """A schedule of an operator, and what it is called with."""

    op: str
    shape: str  # name=value,...
    blocks: int
    file: Path
    parameters: str = ""  # name=value,...


def run(command: List[str]) -> str:
    result = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if result.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name}: {result.stderr.strip().splitlines()[-1:]}")
    return result.stdout


def make_runtime(build: Path, folder: Path) -> None:
    """Halide's, for the kernels that build_kernel() makes in folders of `folder`."""
    run([str(build / "generators" / "nestwright-generator"), "-r", "runtime", "-o", str(folder), "-e", "object",
         f"target={TARGET}"])


def predict(build: Path, use: Use) -> Dict[str, int]:
    """Misses of the first and the last level."""
    tune = ["--tune", use.parameters] if use.parameters else []
    levels = json.loads(run([str(build / "tools" / "workbench" / "nestwright-workbench"), "explain", str(use.file), "--shape",
                             use.shape, "--target", TARGET, "--blocks", str(use.blocks), "--cache", FIRST, "--cache",
                             LAST, "--json", *tune]))["levels"]
    return {"first": levels[0]["misses"], "last": levels[1]["misses"]}


def build_kernel(build: Path, use: Use, folder: Path) -> Path:
    target = f"target={TARGET}-no_asserts-no_bounds_query-no_runtime"
    tune = [f"tune={use.parameters.replace('=', ':')}"] if use.parameters else []
    run([str(build / "generators" / "nestwright-generator"), "-g", "kernel", "-f", "kernel", "-n", "kernel", "-o",
         str(folder), "-e", "object", target, f"op={use.op}", f"schedule={use.file}",
         f"shape={use.shape.replace('=', ':')}", *tune])
    library = folder / "kernel.so"
    run(["cc", "-shared", "-o", str(library), str(folder / "kernel.o"), str(folder.parent / "runtime.o"), "-lpthread",
         "-ldl", "-lm"])
    return library


def cachegrind(build: Path, use: Use, library: Path, calls: int) -> Dict[str, int]:
    out = library.parent / f"cachegrind.{calls}"
    run(["valgrind", "--tool=cachegrind", "--cache-sim=yes", f"--I1={FIRST}", f"--D1={FIRST}", f"--LL={LAST}",
         f"--cachegrind-out-file={out}", str(build / "tools" / "workbench" / "cost" / "validation" / "nestwright-call-kernel"), str(library),
         "kernel_argv", use.op, use.shape, str(use.blocks), str(calls)])
    text = out.read_text()
    names = re.search(r"^events: (.*)$", text, re.M).group(1).split()
    values = re.search(r"^summary: (.*)$", text, re.M).group(1).split()
    return dict(zip(names, map(int, values)))


def simulate(build: Path, use: Use, folder: Path) -> Dict[str, int]:
    """Misses of the first and the last level; leaves the kernel in `folder`, beside whose parent lies the runtime."""
    library = build_kernel(build, use, folder)
    once, twice = (cachegrind(build, use, library, calls) for calls in (1, 2))
    call = {name: twice[name] - once[name] for name in once}
    # Accesses cannot be compared: valgrind decodes a multiply-add that reads memory as a load a lane.
    return {"first": call["D1mr"] + call["D1mw"], "last": call["DLmr"] + call["DLmw"]}
