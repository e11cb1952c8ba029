"""Files that appear whole or not at all, as the programs write theirs (support/atomic_file.h)."""

import contextlib
import errno
import fcntl
import os
import re
import stat
from pathlib import Path
from typing import Dict, Iterator, List, Tuple, Union

from launcher.report import LauncherError, excerpt

# What the name of a temporary file is, as that of the programs' is: 16 digits follow, drawn by chance, which tell it
# from any file that a user names so.
UNFINISHED = ".nestwright-unfinished-"
# A file that has no name but this for a moment: nobody may take it for a leftover.
KEPT = ".nestwright-kept-"
DIGITS = re.compile(r"[0-9a-f]{16}")


def random_digits() -> str:
    return os.urandom(8).hex()


def reason(error: OSError) -> str:
    return error.strerror or str(error)


def is_stream(path: Path) -> bool:
    """Whether `path` is a pipe or a device, which can be written to, but not replaced."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def is_protected(file: Path) -> bool:
    """Whether the folder is sticky, so that only its owner, the file's and root may replace the file."""
    folder = file.parent.stat()
    return bool(folder.st_mode & stat.S_ISVTX) and os.geteuid() not in (0, folder.st_uid, file.stat().st_uid)


def target_of(path: Path) -> Path:
    """The regular file that is replaced or made where `path` is written to. Raises LauncherError for anything else."""
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise LauncherError(f"{excerpt(path)} cannot be written: {os.strerror(errno.ELOOP)}")
    if target.is_dir():
        raise LauncherError(f"{excerpt(path)} is a folder; give the name of a file")
    if target.exists() and not target.is_file():
        raise LauncherError(f"{excerpt(path)} is not a regular file; choose another name")
    if not target.parent.is_dir():
        raise LauncherError(f"{excerpt(path)} cannot be written: there is no folder {excerpt(target.parent)}")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise LauncherError(f"{excerpt(path)} cannot be written: {os.strerror(errno.EACCES)}")
    if target.exists() and is_protected(target):
        raise LauncherError(f"{excerpt(path)} cannot be replaced: it is another user's, in a folder where each keeps "
                            "the own (as /tmp is); choose another name")
    return target


def require_writable(path: Path, option: str) -> None:
    """Raises LauncherError unless a file can be put at `path`; for checking an option before any work."""
    try:
        if not is_stream(path):
            target_of(path)
    except LauncherError as error:
        raise LauncherError(f"{option}: {error}") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", error)
        raise LauncherError(f"{option}: {excerpt(path)} cannot be written: {why}") from None


def name_same_file(one: Path, other: Path) -> bool:
    """Whether two paths name one file, however they are spelled and whatever links they go through."""
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):
        return os.path.realpath(one) == os.path.realpath(other)


def require_separate_files(outputs: Dict[str, Path], inputs: Dict[str, List[Path]]) -> None:
    """Raises LauncherError where an output, by its option, would replace another one or an input."""
    done: List[str] = []
    for option, path in outputs.items():
        if not is_stream(path):
            others = [(other, outputs[other]) for other in done]
            others += [(name, file) for name, files in inputs.items() for file in files]
            for name, other in others:
                if name_same_file(path, other):
                    raise LauncherError(f"{option}: names the same file as {name}, {excerpt(path)}; give each a file "
                                        "of its own")
            require_writable(path, option)
        done.append(option)


def remove_stale_files(folder: Path) -> None:
    """Removes unfinished files of this user that no process has locked, as a killed one leaves them."""
    for path in folder.glob(UNFINISHED + "*"):
        if not DIGITS.fullmatch(path.name[len(UNFINISHED):]):
            continue  # a user's own
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                status = os.fstat(descriptor)
                if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid():
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if os.path.samestat(status, os.lstat(path)):
                        os.unlink(path)
            finally:
                os.close(descriptor)


def make_unfinished_file(folder: Path) -> Tuple[int, Path]:
    """A new temporary file in `folder`, locked so that nobody takes it for a stale one: its descriptor and its path."""
    while True:
        path = folder / (UNFINISHED + random_digits())
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with contextlib.suppress(OSError):  # of a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink > 0:
            return descriptor, path
        os.close(descriptor)  # another process took it for a stale one before it was locked


def take_over_permissions(descriptor: int, target: Path) -> None:
    """The mode of the file that is replaced, and its owner and group where this process may give files away."""
    try:
        replaced = target.stat()
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(descriptor, 0o666 & ~mask)
        return
    mode = stat.S_IMODE(replaced.st_mode)
    try:
        os.fchown(descriptor, replaced.st_uid, replaced.st_gid)
    except OSError:
        mode &= 0o777
        try:
            os.fchown(descriptor, -1, replaced.st_gid)
        except OSError:
            mode = (mode & 0o707) | (mode & 0o7) << 3
    os.fchmod(descriptor, mode)


def sync_folder(folder: Path) -> None:
    """A rename survives a power cut only once its folder is on the disk, too; one that can't be opened loses that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def unfinished_copy(target: Path, data: bytes) -> Iterator[Path]:
    """A file with `data`, on the disk, that only has to be renamed to `target`; removed at the end where it was not."""
    remove_stale_files(target.parent)
    descriptor, unfinished = make_unfinished_file(target.parent)
    try:
        with open(descriptor, "wb") as file:
            take_over_permissions(descriptor, target)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
            yield unfinished
    finally:
        with contextlib.suppress(OSError):
            os.unlink(unfinished)


def replace(target: Path, data: bytes) -> None:
    with unfinished_copy(target, data) as unfinished:
        os.replace(unfinished, target)
    sync_folder(target.parent)


def keep_aside(target: Path) -> Path:
    """Gives the file a second name, from which it can be put back."""
    aside = target.parent / (UNFINISHED + random_digits())
    try:
        os.link(target, aside)
    except OSError:  # of a file system without such links, or of a file that may not be moved either
        aside = target.parent / (KEPT + random_digits())
        os.rename(target, aside)
    return aside


def put_back(kept: Dict[Path, Path]) -> None:
    for target, aside in kept.items():
        os.replace(aside, target)
        if os.path.lexists(aside):  # as it does where both are still one file
            os.unlink(aside)


def replace_together(moves: List[Tuple[Path, Path]]) -> None:
    """Moves every file to its target; where one can't be moved, all targets are as they were before."""
    kept: Dict[Path, Path] = {}
    new: List[Path] = []
    for source, target in moves:
        try:
            if target.exists():
                kept[target] = keep_aside(target)
                source.replace(target)
            else:
                source.replace(target)
                new.append(target)
        except OSError as error:
            put_back(kept)
            for each in new:
                each.unlink()
            raise LauncherError(f"{excerpt(target)} cannot be replaced: {reason(error)}; is it immutable (lsattr), a "
                                "mount, or another user's?") from None
    for aside in kept.values():
        with contextlib.suppress(OSError):
            aside.unlink()


def write_file(path: Union[str, Path], content: Union[str, bytes]) -> None:
    """Makes `content` the contents of `path`, whole or not at all; a pipe or a device is written to as it is.

    Raises LauncherError where that fails.
    """
    path = Path(path)
    data = content.encode() if isinstance(content, str) else content
    try:
        if is_stream(path):
            with open(path, "wb", buffering=0) as stream:
                view = memoryview(data)
                while view:
                    view = view[stream.write(view):]
            return
        replace(target_of(path), data)
    except OSError as error:
        raise LauncherError(f"{excerpt(path)} cannot be written: {reason(error)}") from None
