"""The program that compiles kernels, run in a process of its own: LLVM ends the process that asks it for too much."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple, Optional, Sequence

from launcher.report import LONGEST, LauncherError, excerpt, printable


# What LLVM says of its options, which are in the environment variable HL_LLVM_ARGS.
UNKNOWN_TO_LLVM = "Unknown command line argument"


class Generator(NamedTuple):
    program: Path
    function: str
    request: Sequence[str]  # key=value, as generators/kernel_request.h has them

    def run(self, arguments: Sequence[str], folder: Optional[Path] = None) -> "subprocess.CompletedProcess[str]":
        """Runs it, in `folder` if it is to write there: the headers that it writes name the folder as it is told it.

        Its temporary files are there, too (generators/temporary_names.cpp). It has the lock of that folder.
        """
        environment = {**os.environ, "TMPDIR": "."} if folder else None
        result = subprocess.run([str(self.program), *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True,
                                errors="surrogateescape", close_fds=False)
        for setting in self.request:  # a file whose name has lines in it would break a message
            value = setting.partition("=")[2]
            result.stderr = result.stderr.replace(value, printable(value)) if value else result.stderr
        return result

    def interface(self, targets: str) -> str:
        """What belongs into the kernel's header. Raises LauncherError for a request that is not valid."""
        result = self.run(["--interface", self.function, *self.request, f"target={targets}"])
        if result.returncode != 0:
            raise own_error(result)
        return result.stdout

    def compile(self, folder: Path, kinds: Sequence[str],
                targets: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        return self.run(["-g", "kernel", "-f", self.function, "-n", self.function, "-o", ".", "-e",
                         ",".join(kinds), "target=" + ",".join(targets), *self.request], folder)

    def write(self, folder: Path, kinds: Sequence[str], targets: Sequence[str]) -> None:
        """Compiles the kernel; `kinds` are named as Halide does. What it says of records goes to standard error."""
        result = self.compile(folder, kinds, targets)
        if result.returncode != 0:
            raise self.failure(result, folder, targets)
        # LLVM may warn of the debug information that Halide makes, which nobody can do anything about.
        print(re.sub(r"(?m)^warning: .*\n", "", result.stderr), end="", file=sys.stderr)

    def compile_runtime(self, folder: Path, targets: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        """It has no floating-point code that could be strict, and Halide compiles none that is said to be."""
        own = [re.sub(r"-(no_runtime|strict_float)\b", "", target) for target in targets]
        return self.run(["-r", "halide_runtime", "-o", ".", "-e", "object", "target=" + ",".join(own)], folder)

    def write_runtime(self, folder: Path, targets: Sequence[str]) -> None:
        result = self.compile_runtime(folder, targets)
        if result.returncode == 0:
            return
        raise failure_of_system(result, folder) or LauncherError(
            self.crash_text(result, folder, targets, is_runtime=True) if result.returncode < 0 else
            f"--emit runtime: there is none for {excerpt(','.join(targets))}: {message_of(result)}")

    def failure(self, result: "subprocess.CompletedProcess[str]", folder: Path,
                targets: Sequence[str]) -> LauncherError:
        thrown, halides = (text in result.stderr for text in ("Unhandled exception: ", "Unhandled exception: Error: "))
        if result.returncode >= 0 and thrown and not halides:
            return own_error(result)
        of_system = failure_of_system(result, folder)
        if of_system:
            return of_system
        if result.returncode >= 0 and thrown:
            return LauncherError(f"--target: Halide can't compile this kernel for "
                                 f"{excerpt(shown(','.join(targets)))}: {message_of(result)}")
        return LauncherError(self.crash_text(result, folder, targets))

    def crash_text(self, result: "subprocess.CompletedProcess[str]", folder: Path, targets: Sequence[str],
                   is_runtime: bool = False) -> str:
        """One line about a compiler that ended itself: for which target, and which of its features it does without."""
        with tempfile.TemporaryDirectory(dir=folder) as name:
            def compiles(target: str) -> bool:
                result = (self.compile_runtime(Path(name), [target]) if is_runtime else
                          self.compile(Path(name), ["object"], [target]))
                return result.returncode == 0

            culprit = next((target for target in targets if not compiles(target)), targets[0])
            words = culprit.split("-")
            shorter = ["-".join(words[:i] + words[i + 1:]) for i in range(1 if words[0] == "host" else 3, len(words))
                       if words[i] != "no_runtime"]
            cure = next((target for target in shorter if compiles(target)), None)
        hint = f"it can for {excerpt(shown(cure))}" if cure else "choose another target or schedule"
        what = "its runtime" if is_runtime else "this kernel"
        return f"--target: Halide can't compile {what} for {excerpt(shown(culprit))} ({message_of(result)}); {hint}"


def shown(text: str) -> str:
    """The text with targets as the user wrote them."""
    return text.replace("-no_runtime", "")


def failure_of_system(result: "subprocess.CompletedProcess[str]", folder: Path) -> Optional[LauncherError]:
    """What is neither the target's fault nor the schedule's: there is no space, or LLVM's options are wrong."""
    if result.returncode == -signal.SIGXFSZ or re.search(
            r"No space left|Disk quota|File too large|IO failure|Unable to create temp", result.stderr):
        return LauncherError(f"--out: {excerpt(folder.parent)}: {message_of(result)}")
    if UNKNOWN_TO_LLVM in result.stderr:
        return LauncherError(f"HL_LLVM_ARGS: {excerpt(result.stderr.splitlines()[0])}; correct that variable of the "
                             "environment, or unset it")
    return None


def own_error(result: "subprocess.CompletedProcess[str]") -> LauncherError:
    """What the generator itself says of a request; beneath its line may be the schedule's, with a caret."""
    return LauncherError(*message_of(result).split("\n", 1))


def message_of(result: "subprocess.CompletedProcess[str]") -> str:
    """What the generator said, without what Halide's main() and its errors put before and after it."""
    text = re.sub(r"^(nestwright-generator|Unhandled exception): ", "", result.stderr.strip())
    is_own = result.returncode >= 0 and not text.startswith(("Error: ", "Internal Error", "LLVM ERROR"))
    if not is_own:
        wanted = [line for line in text.splitlines() if re.search(r"LLVM ERROR|Error", line)]
        text = re.sub(r"^(Error: |LLVM ERROR: )", "", (wanted or [""])[0])
    if result.returncode < 0:
        what = "an assertion of LLVM fails" if "Assertion" in result.stderr else text
        ended = f"ended by {signal.Signals(-result.returncode).name}"
        text = f"{what}: {ended}" if what else ended
    if "--interface" not in result.args:  # which gets the targets as the user wrote them
        text = shown(text)
    return text if is_own or len(text) <= LONGEST else text[:LONGEST] + " ..."
