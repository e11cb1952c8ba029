#!/usr/bin/env python3
"""The cache model against cachegrind: predicted and simulated misses of many schedules.

Needs valgrind, a C compiler, and `./nestwright build nestwright-call-kernel nestwright-generator nestwright-workbench`.
Kernels are compiled for AVX2, as valgrind knows no AVX-512. A kernel is called once and twice: the difference is one
call on caches that the call before has filled, which is what the model predicts.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, List, Optional

from random_schedules import LAYERS, Layer, draw_schedules

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "default"
TARGET = "x86-64-linux-avx-avx2-f16c-fma-sse41"
FIRST, LAST = "32768,8,64", "1048576,16,64"
TOLERANCE = 0.25
# Fewer misses than so many are the program's and the stack's, not the kernel's.
NEGLIGIBLE = 64


def run(command: List[str]) -> str:
    result = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if result.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name}: {result.stderr.strip().splitlines()[-1:]}")
    return result.stdout


def predict(layer: Layer, file: Path) -> Dict:
    return json.loads(run([str(BUILD / "workbench" / "nestwright-workbench"), "explain", str(file), "--shape",
                           layer.shape, "--target", TARGET, "--blocks", str(layer.blocks), "--cache", FIRST, "--cache",
                           LAST, "--json"]))


def build_kernel(layer: Layer, file: Path, folder: Path) -> Path:
    generator = str(BUILD / "generators" / "nestwright-generator")
    target = f"target={TARGET}-no_asserts-no_bounds_query-no_runtime"
    run([generator, "-g", "kernel", "-f", "kernel", "-n", "kernel", "-o", str(folder), "-e", "object", target,
         f"op={layer.op}", f"schedule={file}", f"shape={layer.shape.replace('=', ':')}"])
    runtime = folder.parent / "runtime.o"
    library = folder / "kernel.so"
    run(["cc", "-shared", "-o", str(library), str(folder / "kernel.o"), str(runtime), "-lpthread", "-ldl", "-lm"])
    return library


def cachegrind(layer: Layer, library: Path, calls: int) -> Dict[str, int]:
    out = library.parent / f"cachegrind.{calls}"
    run(["valgrind", "--tool=cachegrind", "--cache-sim=yes", f"--I1={FIRST}", f"--D1={FIRST}", f"--LL={LAST}",
         f"--cachegrind-out-file={out}", str(BUILD / "bench" / "cost_model" / "nestwright-call-kernel"), str(library),
         "kernel_argv", layer.op, layer.shape, str(layer.blocks), str(calls)])
    text = out.read_text()
    names = re.search(r"^events: (.*)$", text, re.M).group(1).split()
    values = re.search(r"^summary: (.*)$", text, re.M).group(1).split()
    return dict(zip(names, map(int, values)))


def simulate(layer: Layer, library: Path) -> Dict[str, int]:
    once, twice = (cachegrind(layer, library, calls) for calls in (1, 2))
    call = {name: twice[name] - once[name] for name in once}
    # Accesses cannot be compared: valgrind decodes a multiply-add that reads memory as a load a lane.
    return {"first": call["D1mr"] + call["D1mw"], "last": call["DLmr"] + call["DLmw"]}


def deviation(predicted: float, simulated: float) -> float:
    """Relative to what was simulated; 0 where both are negligible."""
    if max(predicted, simulated) <= NEGLIGIBLE:
        return 0.0
    return abs(predicted - simulated) / max(simulated, 1)


def check(layer: Layer, text: str, folder: Path) -> Optional[Dict]:
    """None where the schedule is not legal."""
    folder.mkdir()
    file = folder / "schedule.nest"
    file.write_text(text)
    try:
        explanation = predict(layer, file)
        simulated = simulate(layer, build_kernel(layer, file, folder))
    except RuntimeError as error:
        print(f"left out: {error}", file=sys.stderr)
        return None
    levels = explanation["levels"]
    predicted = {"first": levels[0]["misses"], "last": levels[1]["misses"]}
    return {"op": layer.op, "layer": layer.name, "blocks": layer.blocks, "schedule": text, "predicted": predicted,
            "simulated": simulated,
            "deviation": {name: deviation(predicted[name], simulated[name]) for name in predicted}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=8, help="schedules to draw for a layer; some are not legal")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, help="where to write the table as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run([str(BUILD / "generators" / "nestwright-generator"), "-r", "runtime", "-o", name, "-e", "object",
             f"target={TARGET}"])
        drawn = [(layer, text) for layer in LAYERS for text in draw_schedules(layer, options.count, options.seed)]
        with ThreadPoolExecutor(options.jobs) as pool:
            found = pool.map(lambda job: check(job[1][0], job[1][1], folder / str(job[0])), enumerate(drawn))
            rows = [row for row in found if row]
    print("| operator | layer | L1 misses predicted | cachegrind | off | LL misses predicted | cachegrind | off |")
    print("|---|---|---|---|---|---|---|---|")
    for row in rows:
        cells = "".join(f" {row['predicted'][level]} | {row['simulated'][level]} | {row['deviation'][level]:.0%} |"
                        for level in ("first", "last"))
        print(f"| {row['op']} | {row['layer']} |{cells}")
    shares = {level: sum(row["deviation"][level] <= TOLERANCE for row in rows) / max(1, len(rows))
              for level in ("first", "last")}
    both = sum(max(row["deviation"]["first"], row["deviation"]["last"]) <= TOLERANCE for row in rows)
    print(f"\n{len(rows)} schedules; within {TOLERANCE:.0%}: L1 {shares['first']:.0%}, LL {shares['last']:.0%}, "
          f"both {both / max(1, len(rows)):.0%}")
    if options.out:
        document = {"target": TARGET, "first_level": FIRST, "last_level": LAST, "tolerance": TOLERANCE,
                    "within": {**shares, "both": both / max(1, len(rows))}, "rows": rows}
        options.out.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
