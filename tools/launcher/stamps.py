"""Stamps say that a step was finished, and with what; locks keep two launchers out of one folder."""

import contextlib
import errno
import fcntl
import hashlib
import os
from pathlib import Path
from typing import Iterable, Iterator, Union

from launcher.report import LauncherError, say
from launcher.whole_file import reason, write_file


def digest(parts: Iterable[Union[str, Path]]) -> str:
    """A hash of texts and of files' contents; a file that does not exist counts as empty."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part.read_bytes() if part.exists() else b""
        state.update(len(data).to_bytes(8, "little") + data)
    return state.hexdigest()


def is_stamped(stamp: Path, value: str) -> bool:
    try:
        return stamp.read_text() == value
    except OSError:
        return False


def write_stamp(stamp: Path, value: str) -> None:
    """Written last and as a whole, so that an interrupted step leaves no stamp."""
    write_file(stamp, value)


@contextlib.contextmanager
def locked(lock: Path) -> Iterator[None]:
    """Holds `lock` while its block runs; waits for another process that holds it.

    Commands that the block starts with close_fds=False hold it too: if this process is killed, the next one waits for
    what it left running. The system frees the lock when the last of them ends.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        opened = lock.open("w")
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        raise LauncherError(f"{lock}: {reason(error)}; this tree must be one that you can write to, for it is built in "
                            "its folder build: work in a copy of your own") from None
    with opened as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("waiting for another nestwright that is setting up or building")
            fcntl.flock(file, fcntl.LOCK_EX)
        os.set_inheritable(file.fileno(), True)
        yield
