"""Files that a command makes appear together and whole, or not at all.

They are made in a hidden folder within the one that they are for, and renamed at the end. Whatever ends the command, a
signal too, the hidden folder goes; what kill -9 leaves goes at the next command that writes there.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import Iterable, Iterator, List, Tuple

from launcher.report import LauncherError

PREFIX = ".nestwright-"
STALE = 60  # seconds: younger ones may be another command's that has not locked it yet
PROBE = 1 << 16  # bytes: more than a file system gives a file at a time


class Ended(Exception):
    """The signal `number` asks for the end of the command."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.number = number


def end(number: int, _frame: object) -> None:
    raise Ended(number)


@contextlib.contextmanager
def signals_as_exceptions() -> Iterator[None]:
    """Ends by SIGTERM and SIGHUP are exceptions, as that by Ctrl-C is, so that `finally` is reached."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    for number, handler in before.items():
        if handler != signal.SIG_IGN:  # as nohup sets it
            signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    numbers = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, numbers)


def remove_stale(folder: Path) -> None:
    for left in folder.glob(PREFIX + "*"):
        with contextlib.suppress(OSError):
            descriptor = os.open(left, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if time.time() - left.stat().st_mtime > STALE:
                    shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(descriptor)


def missing_folders(folder: Path) -> List[Path]:
    """The folder and those above it that are not there, the innermost first."""
    return [each for each in [folder.absolute(), *folder.absolute().parents] if not os.path.isdir(each)]


@contextlib.contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """An empty folder within `folder`, which is made if need be. Unless place() is reached, nothing stays of either."""
    with signals_as_exceptions():
        made: List[Path] = []
        stage, descriptor = None, -1
        try:
            remove_stale(folder)
            with uninterrupted():  # a signal finds all of them or none
                made = missing_folders(folder)
                folder.mkdir(parents=True, exist_ok=True)
                stage = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
                descriptor = os.open(stage, os.O_RDONLY | os.O_DIRECTORY)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield stage
        finally:
            with uninterrupted():
                if stage is not None:
                    shutil.rmtree(stage, ignore_errors=True)
                if descriptor >= 0:
                    os.close(descriptor)
                with contextlib.suppress(OSError):  # one that has something in it is not empty and stays
                    for each in made:
                        each.rmdir()


def require_space(stage: Path) -> None:
    """Raises OSError where the file system is full: what was written may then be a part of what should have been."""
    probe = stage / "probe"
    with probe.open("wb") as file:
        file.write(b"\0" * PROBE)
        file.flush()
        os.fsync(file.fileno())
    probe.unlink()


def place(stage: Path, folder: Path, files: Iterable[Tuple[str, str]]) -> List[Path]:
    """Moves files from the stage, each under a new name, into the folder. Raises LauncherError where one is missing."""
    moves = [(stage / made, folder / name) for made, name in files]
    for source, target in moves:
        if not source.is_file() or source.stat().st_size == 0:
            raise LauncherError(f"{target}: Halide made no such file, or an empty one; is there space in {folder}?")
        if target.is_dir():
            raise LauncherError(f"{target}: is a folder; expected a file or nothing there")
    require_space(stage)
    for source, _ in moves:
        with source.open("rb") as file:
            os.fsync(file.fileno())
    with uninterrupted():
        for source, target in moves:
            source.replace(target)
    return [target for _, target in moves]
