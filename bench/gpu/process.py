"""Runs commands beside each other for a limited time, and says how they ended."""

import ctypes
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Dict, List, Mapping, Optional

POLL_SECONDS = 0.2  # between two looks at what runs
PR_SET_PDEATHSIG = 1  # of Linux's prctl()


@dataclass
class Command:
    """A command, the variables that its environment has besides ours, and the file that takes what it prints."""

    arguments: List[str]
    output: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    rows: Optional[Path] = None  # takes standard output instead, where that is data


@dataclass
class Outcome:
    status: str  # "passed", "failed", "crashed", "timed out"
    reason: str = ""


def ends_with_parent() -> None:
    """Called in a new process: makes the system end it when the run ends, however that happens."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start(command: Command) -> subprocess.Popen:
    with command.output.open("ab") as output:
        rows = command.rows.open("wb") if command.rows else None
        try:
            return subprocess.Popen(command.arguments, stdin=subprocess.DEVNULL, stdout=rows or output, stderr=output,
                                    env={**os.environ, **command.environment}, start_new_session=True,
                                    preexec_fn=ends_with_parent)
        finally:
            if rows:
                rows.close()


def end_all(processes: List[subprocess.Popen]) -> None:
    for process in processes:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except OSError:
            pass
        process.wait()


def outcome_of(command: Command, returncode: int) -> Outcome:
    name = Path(command.arguments[0]).name
    if returncode < 0:
        return Outcome("crashed", f"{name} was ended by {signal.Signals(-returncode).name}")
    return Outcome("failed", f"{name} ended with status {returncode}") if returncode else Outcome("passed")


def run(commands: List[Command], seconds: float, on_wait: Callable[[], None]) -> Outcome:
    """Runs all commands at once, and waits until all have ended, for at most `seconds`. Gives the outcome of the first
    in the list that did not pass. `on_wait` is called again and again while they run."""
    processes: List[subprocess.Popen] = []
    end = time.monotonic() + seconds
    try:
        for command in commands:
            processes.append(start(command))
        while any(process.poll() is None for process in processes):
            if time.monotonic() > end:
                return Outcome("timed out", f"after {seconds:.0f} s")
            on_wait()
            time.sleep(POLL_SECONDS)
    except OSError as error:
        return Outcome("failed", f"{error.filename or commands[len(processes)].arguments[0]}: {error.strerror}")
    finally:
        end_all(processes)
    outcomes = [outcome_of(command, process.returncode) for command, process in zip(commands, processes)]
    return next((outcome for outcome in outcomes if outcome.status != "passed"), Outcome("passed"))
