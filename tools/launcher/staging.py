"""Files that a command makes appear together and whole, or not at all.

They are made in a hidden folder within the one that they are for, and renamed at the end. Whatever ends the command, a
signal too, the hidden folder goes; what kill -9 leaves goes at the next command that writes there.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import stat
from pathlib import Path
from typing import Iterable, Iterator, List, Tuple

from launcher.report import LauncherError, excerpt
from launcher.whole_file import (random_digits, replace_together, sync_folder, take_over_permissions, target_of,
                                 unfinished_copy)

# The hidden folder's name, which digits follow, and what is in each: a folder that a user names so has no such file.
PREFIX = ".nestwright-stage-"
MARKER = ".made-by-nestwright"
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


def remove_stage(stage: Path) -> None:
    """The marker goes last, so that what an interruption leaves is still known for what it is."""
    for each in [each for each in stage.iterdir() if each.name != MARKER]:
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each, ignore_errors=True)
        else:
            each.unlink()
    with contextlib.suppress(FileNotFoundError):
        (stage / MARKER).unlink()
    stage.rmdir()


def is_marked(stage: Path, descriptor: int) -> bool:
    """Whether the folder, which is open as `descriptor`, is a stage that this user's command made."""
    marker = (stage / MARKER).lstat()
    return os.fstat(descriptor).st_uid == marker.st_uid == os.geteuid() and stat.S_ISREG(marker.st_mode)


def remove_stale(folder: Path) -> None:
    """Removes the stages of this user that no process has locked, as a killed one leaves them."""
    for left in folder.glob(PREFIX + "*"):
        with contextlib.suppress(OSError):
            descriptor = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if is_marked(left, descriptor):
                    remove_stage(left)
            finally:
                os.close(descriptor)


def missing_folders(folder: Path) -> List[Path]:
    """The folder and those above it that are not there, the innermost first."""
    return [each for each in [folder.absolute(), *folder.absolute().parents] if not os.path.isdir(each)]


def locked_folder(folder: Path) -> int:
    """Opens and locks it. What a killed command started and left running holds the lock, too, and may still write."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    with contextlib.suppress(OSError):  # of a file system without locks
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.set_inheritable(descriptor, True)
    return descriptor


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
                stage = folder / (PREFIX + random_digits())
                stage.mkdir(mode=0o700)
                descriptor = locked_folder(stage)
                (stage / MARKER).touch()
            yield stage
        finally:
            with uninterrupted():
                if stage is not None:
                    with contextlib.suppress(OSError):
                        remove_stage(stage)
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


def prepare(source: Path, target: Path) -> None:
    """Gives a file that is to replace another one what that has of permissions, and sees that it is on the disk."""
    with source.open("rb") as file:
        take_over_permissions(file.fileno(), target)
        os.fsync(file.fileno())


def place(stage: Path, folder: Path, files: Iterable[Tuple[str, str]]) -> List[Path]:
    """Moves files from the stage, each under a new name, into the folder. Raises LauncherError where one is missing.

    A link is followed: what it names is replaced, in whatever folder that is.
    """
    named = [(stage / made, folder / name) for made, name in files]
    for source, path in named:
        if not source.is_file() or source.stat().st_size == 0:
            raise LauncherError(f"{excerpt(path)}: Halide made no such file, or an empty one; is there space in "
                                f"{excerpt(folder)}?")
    require_space(stage)
    with contextlib.ExitStack() as copies:
        moves = []
        for source, path in named:
            target = target_of(path)
            if target.parent == Path(os.path.realpath(folder)):
                prepare(source, target)
            else:  # it may be on another file system, to which nothing can be moved
                source = copies.enter_context(unfinished_copy(target, source.read_bytes()))
            moves.append((source, target))
        with uninterrupted():
            replace_together(moves)
    for each in {target.parent for _, target in moves}:
        sync_folder(each)
    return [path for _, path in named]
