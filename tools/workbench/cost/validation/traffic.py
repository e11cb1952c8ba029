"""The misses that the cache model predicts for a schedule, and those that cachegrind simulates for its kernel.

Needs valgrind, a C compiler, and the build's nestwright-call-kernel, nestwright-generator and nestwright-workbench.
Kernels are compiled for AVX2, since valgrind does not know AVX-512. One run calls the kernel once, another twice. The
difference is that of a call whose caches an earlier call has filled, which is what the model predicts.
"""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List

TARGET = "x86-64-linux-avx-avx2-f16c-fma-sse41"
# bytes,ways,line of the two simulated caches: as docs/cost-model.md has them.
FIRST, LAST = "32768,8,64", "1048576,16,64"
LINE = 64


@dataclass(frozen=True)
class Use:
    """A schedule of an operator, and the size of its calls."""

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
    """Makes Halide's runtime in `folder`, for the kernels that build_kernel() makes in subfolders of it."""
    run([str(build / "generators" / "nestwright-generator"), "-r", "runtime", "-o", str(folder), "-e", "object",
         f"target={TARGET}"])


def predict(build: Path, use: Use) -> Dict[str, int]:
    """The predicted misses of the first and the last cache in one call."""
    tune = ["--tune", use.parameters] if use.parameters else []
    workbench = build / "tools" / "workbench" / "nestwright-workbench"
    levels = json.loads(run([str(workbench), "explain", str(use.file), "--shape", use.shape, "--target", TARGET,
                             "--blocks", str(use.blocks), "--cache", FIRST, "--cache", LAST, "--json",
                             *tune]))["levels"]
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
    program = build / "tools" / "workbench" / "cost" / "validation" / "nestwright-call-kernel"
    run(["valgrind", "--tool=cachegrind", "--cache-sim=yes", f"--I1={FIRST}", f"--D1={FIRST}", f"--LL={LAST}",
         f"--cachegrind-out-file={out}", str(program), str(library), "kernel_argv", use.op, use.shape,
         str(use.blocks), str(calls)])
    text = out.read_text()
    names = re.search(r"^events: (.*)$", text, re.M).group(1).split()
    values = re.search(r"^summary: (.*)$", text, re.M).group(1).split()
    return dict(zip(names, map(int, values)))


def simulate(build: Path, use: Use, folder: Path) -> Dict[str, int]:
    """The simulated misses of the first and the last cache in one call.

    Leaves the kernel in `folder`. make_runtime() must have made the runtime in the parent of `folder`.
    """
    library = build_kernel(build, use, folder)
    once, twice = (cachegrind(build, use, library, calls) for calls in (1, 2))
    call = {name: twice[name] - once[name] for name in once}
    # Numbers of accesses cannot be compared: valgrind takes a multiply-add that reads memory for one load a lane.
    return {"first": call["D1mr"] + call["D1mw"], "last": call["DLmr"] + call["DLmw"]}
