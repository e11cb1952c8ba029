"""Configures with CMake, and builds with Ninja, showing little unless something fails."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, List, Sequence

from launcher.report import LauncherError, can_redraw, excerpt, run_step, say, written_to
from launcher.stack_limit import require_stack
from launcher.stamps import digest, is_stamped, locked, write_stamp

PROGRESS = re.compile(r"^\[(\d+)/(\d+)\] ")


def build_environment(preset: str) -> Dict[str, str]:
    environment = dict(os.environ)
    if preset == "debug":
        # libHalide is not instrumented: containers that pass through it look overflowed, and it frees little at exit.
        environment.setdefault("ASAN_OPTIONS", "detect_leaks=0:detect_container_overflow=0")
        environment.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
    return environment


def configure(root: Path, tools: Path, preset: str) -> None:
    """Runs CMake where that was never finished for this folder and these presets; later changes are Ninja's to see."""
    folder = root / "build" / preset
    # CMake looks for CUDA's and cuDNN's headers once: where they came later, it is to look again.
    cuda = root / "build" / ".cuda"
    wanted = digest([str(root), root / "CMakePresets.json", root / "tools" / "requirements" / "build.txt", cuda / ".complete",
                     cuda / "include" / ".complete"])
    stamp = folder / ".configured"
    if is_stamped(stamp, wanted) and (folder / "build.ninja").exists():
        return
    run_step(f"configuring build/{preset}", [str(tools / "bin" / "cmake"), "--fresh", "-S", str(root), "--preset", preset],
             root / "build" / "logs" / f"configure-{preset}.log", env=build_environment(preset))
    write_stamp(stamp, wanted)


class Progress:
    """Ninja's lines as one that is rewritten on a terminal, and as one every ten seconds elsewhere."""

    def __init__(self, preset: str) -> None:
        self.preset, self.terminal, self.shown = preset, can_redraw(sys.stderr), time.monotonic()
        self.start, self.steps = self.shown, 0

    def line(self, line: str) -> None:
        match = PROGRESS.match(line)
        if match is None:
            return
        self.steps = int(match.group(1))
        what = line[match.end():].strip().replace(os.linesep, " ")
        if self.terminal:
            width = max(os.get_terminal_size(sys.stderr.fileno()).columns - 1, 20)
            text = f"nestwright: building {match.group(1)}/{match.group(2)} {what}"
            print("\r\033[K" + text[:width], end="", file=sys.stderr, flush=True)
        elif time.monotonic() - self.shown > 10:
            self.shown = time.monotonic()
            say(f"building build/{self.preset}: {match.group(1)} of {match.group(2)} steps")

    def finish(self) -> None:
        if self.terminal and self.steps:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        if self.steps and time.monotonic() - self.start > 2:
            say(f"built build/{self.preset} in {time.monotonic() - self.start:.0f} s")


def failure_text(lines: Sequence[str], limit: int = 60) -> List[str]:
    """What Ninja printed of the first step that failed, without the steps that went well; at most `limit` lines."""
    start = next((index for index, line in enumerate(lines) if line.startswith("FAILED:")), None)
    if start is None:
        return [line for line in lines[-12:] if not line.startswith("ninja: Entering directory")]
    end = next((index for index in range(start + 1, len(lines)) if PROGRESS.match(lines[index])), len(lines))
    # The step's command line is in the log; here it would hide the message.
    return [lines[start], *lines[start + 2:end]][:limit]


def failure(targets: Sequence[str], status: int, lines: Sequence[str], log: Path) -> LauncherError:
    """Shows the step that failed. What Ninja says of itself, a target that it does not know above all, is one line."""
    complaint = next((line[len("ninja: error: "):] for line in lines if line.startswith("ninja: error: ")), "")
    if status < 0:
        complaint = f"ninja was ended by {signal.Signals(-status).name}"
    elif not complaint:
        for line in failure_text(lines):
            print(line, file=sys.stderr)
    what = excerpt(" ".join(targets) or "everything")
    why = f": {excerpt(complaint)}" if complaint else ""
    return LauncherError(f"the build of {what} failed{why} (all of its output: {log})")


def build(root: Path, tools: Path, preset: str, targets: Sequence[str], jobs: int = 0) -> None:
    """Builds `targets` (none: everything) of a preset. Raises LauncherError after showing what failed."""
    require_stack()
    folder = root / "build" / preset
    log = root / "build" / "logs" / f"build-{preset}.log"
    with locked(root / "build" / f".{preset}.lock"):
        configure(root, tools, preset)
        # Ninja's own CMake, not the one in the environment: what it finds must not depend on PATH.
        command = [str(tools / "bin" / "ninja"), "-C", str(folder), *([f"-j{jobs}"] if jobs else []), *targets]
        log.parent.mkdir(parents=True, exist_ok=True)
        progress, lines = Progress(preset), []
        with written_to(log), log.open("w") as output, subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                universal_newlines=True, errors="replace", close_fds=False, env=build_environment(preset)) as ninja:
            for line in ninja.stdout:
                output.write(line)
                lines.append(line.rstrip("\n"))
                progress.line(line)
        progress.finish()
    if ninja.returncode != 0:
        raise failure(targets, ninja.returncode, lines, log)
