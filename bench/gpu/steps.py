"""The steps of a run, in the order in which they are worth the time of a device that is there for minutes."""

import glob
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, List, Optional

from process import Command

# The batch size of training steps under compute-sanitizer, which makes them hundreds of times slower: a small one.
SANITIZED_BATCH = "64"


@dataclass
class Place:
    """Where the pack lies, where outputs go, and what this machine has."""

    pack: Path
    out: Path
    python: Optional[str]  # a Python that has PyTorch; None where there is none
    nvidia: str  # folders of NVIDIA's libraries, joined by colons
    mnist: Optional[str]  # the folder of MNIST's files; None where there is none
    cores: int  # processors that the run may use
    is_quick: bool = False  # one short repetition a row: nothing is measured

    def program(self, name: str) -> str:
        return str(self.pack / "bin" / name)

    def has(self, name: str) -> bool:
        return os.access(self.program(name), os.X_OK)

    def environment(self) -> Dict[str, str]:
        """The variables that our programs are run with; they find their own libraries without them."""
        # Whatever else is set (a stand-in for the driver, say) stays before NVIDIA's libraries.
        before = os.environ.get("LD_LIBRARY_PATH", "")
        return {"LD_LIBRARY_PATH": ":".join(part for part in (before, self.nvidia) if part),
                "NESTWRIGHT_SCHEDULES": str(self.pack / "schedules"),
                "NESTWRIGHT_FIXTURES": str(self.pack / "fixtures")}

    def bench(self, step: str, *arguments: str) -> Command:
        quick = ["--repetitions", "1", "--seconds", "0.001"] if self.is_quick else []
        return self.command(step, "nestwright-gpu-bench", "--device", "cuda", *arguments, *quick)

    def command(self, step: str, program: str, *arguments: str, part: str = "", **environment: str) -> Command:
        return Command([self.program(program), *arguments], self.out / f"{step}{part}.txt",
                       {**self.environment(), **environment})


@dataclass
class Step:
    name: str
    seconds: float  # that it may take at most
    commands: Callable[[Place], List[Command]]
    # Says in a few words why the step can't be run here; empty: it can.
    lacks: Callable[[Place], str] = lambda place: ""
    is_test: bool = False  # whether its commands are tests of GoogleTest
    in_turn: bool = False  # whether its commands run one after another; else they run side by side


def bench(step: str, *arguments: str) -> Callable[[Place], List[Command]]:
    return lambda place: [place.bench(step, *arguments, "--json", str(place.out / f"{step}.bench.json"))]


def rival(step: str, *arguments: str) -> Callable[[Place], List[Command]]:
    """Times cuDNN, in a process of its own."""
    def commands(place: Place) -> List[Command]:
        command = place.bench(step, "--alone", "cudnn", *arguments)
        command.rows = place.out / f"{step}.rows.jsonl"
        return [command]

    return commands


def pytorch(place: Place) -> List[Command]:
    script = str(place.pack / "peers" / "pytorch_step.py")
    return [Command([str(place.python), script, "--device", "cuda", "--mode", "graph", "--batch", "64,1024", "--seconds",
                     "1"], place.out / "pytorch.txt", rows=place.out / "pytorch.rows.jsonl")]


def train(step: str, place: Place, data: str, name: str, *arguments: str) -> Command:
    return place.command(step, "nestwright-gpu-train", "train", "--device", "cuda", "--data", data, "--json",
                         str(place.out / f"{name}.json"), *arguments)


def one_epoch(place: Place) -> List[Command]:
    data = ["synthetic"] + ([place.mnist] if place.mnist else [])
    names = ["epoch-synthetic", "epoch-mnist"]
    return [train("epoch", place, where, name, "--epochs", "1") for where, name in zip(data, names)]


def ten_epochs(place: Place) -> List[Command]:
    return [train("mnist", place, str(place.mnist), f"mnist-seed-{seed}", "--epochs", "10", "--seed", str(seed))
            for seed in (1, 2, 3)]


def sharded(step: str, program: str, tests: str) -> Callable[[Place], List[Command]]:
    def commands(place: Place) -> List[Command]:
        return [place.command(step, program, f"--gtest_filter={tests}", "--gtest_brief=1", part=f"-{shard}",
                              GTEST_TOTAL_SHARDS=str(place.cores), GTEST_SHARD_INDEX=str(shard))
                for shard in range(place.cores)]

    return commands


def sanitizer(tool: str) -> Callable[[Place], List[Command]]:
    def commands(place: Place) -> List[Command]:
        step = place.bench(tool, "--batch", SANITIZED_BATCH, "--take-steps", "3")
        # Our variables are for our program alone, not for the tool.
        variables = [f"{name}={value}" for name, value in step.environment.items()]
        return [Command([find_sanitizer() or "", "--tool", tool, "--target-processes", "all", "--error-exitcode", "1",
                         "env", *variables, *step.arguments], step.output)]

    return commands


def find_sanitizer() -> Optional[str]:
    """compute-sanitizer, in PATH or beside a CUDA toolkit."""
    beside = sorted(glob.glob("/usr/local/cuda*/bin/compute-sanitizer") +
                    glob.glob("/usr/local/cuda*/compute-sanitizer/compute-sanitizer"))
    return shutil.which("compute-sanitizer") or (beside[0] if beside else None)


def lacks_program(name: str, pack: str) -> Callable[[Place], str]:
    return lambda place: "" if place.has(name) else f"the {pack} pack is not here"


def lacks_cudnn(place: Place) -> str:
    folders = [folder for folder in place.environment()["LD_LIBRARY_PATH"].split(":") if folder]
    # The system's own folders, where a distribution's package puts it, come last.
    folders += ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/lib/x86_64-linux-gnu"]
    is_here = any(Path(folder, "libcudnn.so.9").exists() for folder in folders)
    return "" if is_here else "libcudnn.so.9 is not here"


def lacks_sanitizer(place: Place) -> str:
    return "" if find_sanitizer() else "no compute-sanitizer is here"


def first(*reasons: Callable[[Place], str]) -> Callable[[Place], str]:
    return lambda place: next((reason for reason in (why(place) for why in reasons) if reason), "")


# The limits are choices. The candidates get --minutes that end before their step's limit does, so that they end by
# themselves.
STEPS = [
    Step("epoch", 45, one_epoch, in_turn=True),
    Step("steps", 60, bench("steps", "--what", "steps")),
    Step("kernels", 45, bench("kernels", "--what", "operators")),
    Step("rival", 90, rival("rival", "--what", "steps", "--batch", "64,1024"), lacks_cudnn),
    Step("pytorch", 60, pytorch, lambda place: "" if place.python else "no python3 here has PyTorch"),
    Step("candidates", 120,
         lambda place: [place.command("candidates", "nestwright-gpu-candidates", "--minutes", "1.8", "--json",
                                      str(place.out / "candidates.jsonl"), "--records",
                                      str(place.out / "records.jsonl"))],
         lambda place: "" if place.has("nestwright-gpu-candidates") else "the pack was made without --candidates"),
    Step("rival_others", 90, rival("rival_others", "--what", "all", "--batch", "1,16,256,4096"), lacks_cudnn),
    Step("rival_tf32", 60, rival("rival_tf32", "--what", "steps", "--batch", "64,1024", "--tf32"), lacks_cudnn),
    Step("operators", 150, sharded("operators", "nestwright-gpu-tests", "*OnCuda*"),
         lacks_program("nestwright-gpu-tests", "large"), is_test=True),
    Step("sessions", 90,
         lambda place: [place.command("sessions", "nestwright-device-tests", "--gtest_filter=On/*/cuda",
                                      "--gtest_brief=1")],
         lacks_program("nestwright-device-tests", "large"), is_test=True),
    Step("cudnn", 120, sharded("cudnn", "nestwright-cudnn-tests", "*"),
         first(lacks_program("nestwright-cudnn-tests", "large"), lacks_cudnn), is_test=True),
    Step("memcheck", 60, sanitizer("memcheck"), lacks_sanitizer),
    Step("racecheck", 60, sanitizer("racecheck"), lacks_sanitizer),
    Step("mnist", 60, ten_epochs, lambda place: "" if place.mnist else "MNIST is not here", in_turn=True),
]


def complaint_of_tests(outputs: List[Path]) -> str:
    """GoogleTest says success for a filter that matches nothing, and for tests that skip: neither has shown anything."""
    passed = 0
    for output in outputs:
        text = output.read_text(errors="replace") if output.exists() else ""
        if "SKIPPED" in text:
            return "tests were skipped"
        passed += sum(int(number) for number in re.findall(r"\[  PASSED  \] (\d+) test", text))
    return "" if passed else "no test was run"
