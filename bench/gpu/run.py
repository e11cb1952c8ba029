#!/usr/bin/env python3
"""Everything that only a GPU can say, on a machine that has NVIDIA's driver and Python: gpu.sh run.

Steps run one after another, each for a limited time, the most telling ones first. After every step, and every few
seconds, OUT/gpu.json says all that is known, and OUT/gpu.tar.gz holds what was printed: however the run ends, both are
whole.
"""

import argparse
import datetime
import glob
import importlib.util
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List, NoReturn

import process
import summary
from steps import STEPS, Place, Step, complaint_of_tests

REFRESH_SECONDS = 3.0  # between two updates of gpu.json while a step runs
RESERVE_SECONDS = 5.0  # are kept for writing the results at the end
LEAST_SECONDS = 5.0  # with fewer left, no step is begun
# The bounds of --minutes: the least leaves one step some seconds beside the reserve, and the most is a choice.
LEAST_MINUTES, MOST_MINUTES = 0.2, 600


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong as every program here does."""

    def error(self, message: str) -> NoReturn:
        text = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in message[:200])
        self.exit(1, f"gpu.sh: {text}; 'gpu.sh run --help' says what there is\n")


class Stopped(Exception):
    """The run is to end."""


def answer(*arguments: str) -> str:
    """What a command prints about this machine; empty where the command is missing, fails or takes too long."""
    try:
        run = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             timeout=30, check=False, universal_newlines=True)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""


def libraries_of_python() -> List[str]:
    """The folders of NVIDIA's libraries that this Python brings, as PyTorch's packages do."""
    spec = importlib.util.find_spec("nvidia")
    roots = list(spec.submodule_search_locations or []) if spec else []
    return [folder for root in roots for folder in sorted(glob.glob(f"{root}/*/lib"))]


def find_place(pack: Path, out: Path, is_quick: bool) -> Place:
    mnist = os.environ.get("NESTWRIGHT_MNIST") or (str(pack / "mnist") if (pack / "mnist").is_dir() else None)
    named = os.environ.get("NESTWRIGHT_NVIDIA_LIBRARIES")
    nvidia = [named] if named else [*libraries_of_python(), "/usr/local/cuda/lib64", "/usr/local/cuda/lib"]
    python = os.environ.get("NESTWRIGHT_PEERS_PYTHON") or (sys.executable if importlib.util.find_spec("torch") else None)
    return Place(pack=pack, out=out, python=python, nvidia=":".join(nvidia), mnist=mnist,
                 cores=len(os.sched_getaffinity(0)), is_quick=is_quick)


def description(place: Place) -> Dict[str, Any]:
    """The device, its driver, and the versions of the libraries that are compared with ours."""
    torch = ""
    if place.python:
        torch = answer(place.python, "-c", "import torch; print('PyTorch', torch.__version__, 'CUDA', torch.version.cuda, "
                                           "'cuDNN', torch.backends.cudnn.version())")
    revision = place.pack / "revision"
    return {"revision": revision.read_text().strip() if revision.exists() else "",
            "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
            "devices": answer("nvidia-smi", "--query-gpu=name,driver_version,memory.total,clocks.max.sm",
                              "--format=csv,noheader") or "none",
            "libraries": torch or "no PyTorch",
            "system": f"{platform.system()} {platform.release()} {platform.machine()}, {place.cores} cores"}


class Run:
    """A run: it takes steps one by one, and keeps the results so far in files."""

    def __init__(self, place: Place, folder: Path, minutes: float) -> None:
        self.place, self.folder = place, folder
        self.start, self.minutes = time.monotonic(), minutes
        self.refreshed = 0.0
        self.result: Dict[str, Any] = {"state": "running", "minutes": minutes, "steps": []}

    def seconds_left(self) -> float:
        return 60 * self.minutes - (time.monotonic() - self.start) - RESERVE_SECONDS

    def write(self) -> None:
        self.refreshed = time.monotonic()
        out = self.place.out
        bench = summary.bench_of(out)
        if bench:
            self.result["bench"] = bench
        trainings = {file.stem: summary.json_of(file) for file in sorted([*out.glob("epoch-*.json"),
                                                                          *out.glob("mnist-*.json")])}
        if trainings:
            self.result["trainings"] = trainings
        candidates = summary.json_lines_of(out / "candidates.jsonl")
        if candidates:
            self.result["candidates"] = candidates
        self.result["seconds"] = round(time.monotonic() - self.start, 1)
        summary.write_json(self.folder / "gpu.json", self.result)

    def write_all(self) -> None:
        summary.write_archive(self.folder / "gpu.tar.gz", self.place.out)
        self.write()

    def refresh(self) -> None:
        if time.monotonic() - self.refreshed > REFRESH_SECONDS:
            self.write()

    def add(self, name: str, status: str, reason: str = "", **more: Any) -> Dict[str, Any]:
        entry = {"step": name, "status": status, **({"reason": reason} if reason else {}), **more}
        self.result["steps"].append(entry)
        print(f"== {name}: {status}{': ' + reason if reason else ''}", flush=True)
        return entry

    def run_step(self, step: Step) -> None:
        reason = step.lacks(self.place)
        if not reason and self.seconds_left() < LEAST_SECONDS:
            reason = "no time was left"
        if reason:
            self.add(step.name, "left out", reason)
            return self.write()
        commands = step.commands(self.place)
        start = time.monotonic()
        limit = min(step.seconds, self.seconds_left())
        entry = {"step": step.name, "status": "running"}
        self.result["steps"].append(entry)
        self.write()
        outcome = self.outcome(step, commands, limit)
        self.result["steps"].remove(entry)
        outputs = sorted({command.output for command in commands})
        if outcome.status in ("passed", "failed"):
            complaint = summary.complaint_of_rows(self.place.out, step.name)
            if step.is_test and outcome.status == "passed":
                complaint = complaint_of_tests(outputs)
            outcome = process.Outcome("failed", complaint) if complaint else outcome
        self.add(step.name, outcome.status, outcome.reason, seconds=round(time.monotonic() - start, 1),
                 end=summary.telling_lines(outputs))
        self.write_all()

    def outcome(self, step: Step, commands: List[process.Command], limit: float) -> process.Outcome:
        if not step.in_turn:
            return process.run(commands, limit, self.refresh)
        end = time.monotonic() + limit
        for command in commands:
            outcome = process.run([command], max(0.0, end - time.monotonic()), self.refresh)
            if outcome.status != "passed":
                return outcome
        return process.Outcome("passed")

    def finish(self, state: str) -> int:
        self.result["state"] = state
        for entry in self.result["steps"]:
            if entry["status"] == "running":
                entry.update(status="stopped", reason="the run was ended")
        self.write_all()
        bad = [entry["step"] for entry in self.result["steps"] if entry["status"] not in ("passed", "left out")]
        print(f"{self.folder / 'gpu.json'}: {state}{'; not passed: ' + ', '.join(bad) if bad else ''}", flush=True)
        return 1 if bad or state != "done" else 0


SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def stop(number: int, frame: Any) -> None:
    for other in SIGNALS:  # ending takes a moment, and is not to be ended
        signal.signal(other, signal.SIG_IGN)
    raise Stopped


def parse(arguments: List[str]) -> argparse.Namespace:
    names = [step.name for step in STEPS]
    parser = OneLineParser(prog="gpu.sh run", description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("folder", nargs="?", default="results", help="takes gpu.json and gpu.tar.gz [results]")
    parser.add_argument("--minutes", type=float, default=8.0, help="for all of it [8]")
    parser.add_argument("--steps", default=",".join(names), help=f"some of: {', '.join(names)} [all]")
    parser.add_argument("--quick", action="store_true", help="one short repetition of a row: to rehearse, not to measure")
    options = parser.parse_args(arguments)
    options.steps = options.steps.split(",")
    for name in options.steps:
        if name not in names:
            parser.error(f"--steps: no step '{name}'; there are {', '.join(names)}")
    if not LEAST_MINUTES <= options.minutes <= MOST_MINUTES:
        parser.error(f"--minutes: expected a number from {LEAST_MINUTES} to {MOST_MINUTES}")
    return options


def main(arguments: List[str]) -> int:
    options = parse(arguments)
    pack = Path(__file__).resolve().parent.parent
    if not os.access(pack / "bin" / "nestwright-gpu-bench", os.X_OK):
        print(f"gpu.sh: {pack} has no programs; run 'bench/gpu.sh pack', and unpack what it makes", file=sys.stderr)
        return 1
    folder = Path(options.folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    out = Path(tempfile.mkdtemp(prefix="nestwright-gpu-"))
    run = Run(find_place(pack, out, options.quick), folder, options.minutes)
    run.write()
    try:
        for number in SIGNALS:
            signal.signal(number, stop)
        run.result.update(description(run.place))
        run.write()
        for step in STEPS:
            if step.name in options.steps:
                run.run_step(step)
        return run.finish("done")
    except Stopped:
        return run.finish("stopped")
    finally:
        shutil.rmtree(out, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
