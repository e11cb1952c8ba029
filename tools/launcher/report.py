"""What the launcher says: one line a step on standard error, so that a program's own output stays clean."""

import argparse
import contextlib
import errno
import io
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator, Mapping, NoReturn, Optional, Sequence, TextIO


NOBODY_READS = 141  # an exit status: 128 + SIGPIPE, as shells have it
LONGEST = 200  # characters of an argument, or of another program's message, that a message repeats


class LauncherError(Exception):
    """What stops the launcher; its text is the one line that the user sees.

    `below` is what another program shows beneath its own line: the line of a schedule, and a caret.
    """

    def __init__(self, text: str, below: str = "") -> None:
        super().__init__(text)
        self.below = below


class Parser(argparse.ArgumentParser):
    """One whose complaints are one line, like all others, and whose help is written or fails."""

    def error(self, message: str) -> NoReturn:
        raise LauncherError(f"{self.prog.split()[-1]}: {excerpt(message)}; '{self.prog} --help' says what there is")

    def _print_message(self, message: str, file: Optional[TextIO] = None) -> None:
        # That of argparse says nothing where a disk is full.
        print(message, end="", file=file or sys.stderr)


def not_empty(text: str) -> str:
    """For add_argument(type=...): a text, where none is a mistake such as a shell's variable that is not set."""
    if not text:
        raise argparse.ArgumentTypeError("its value is empty; give one, or leave the option out")
    return text


def path_not_empty(text: str) -> Path:
    return Path(not_empty(text))


def escaped(character: str) -> str:
    """As the programs show what a terminal should not get (support/message.cpp)."""
    if character in "\n\t\r":
        return ascii(character)[1:-1]
    # A byte that is no UTF-8 is such a surrogate in Python.
    errors = "surrogateescape" if "\udc80" <= character <= "\udcff" else "surrogatepass"
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", errors))


def printable(text: str) -> str:
    """The text as one line, without characters that would steer a terminal."""
    return "".join(each if each.isprintable() else escaped(each) for each in text)


def excerpt(text: object) -> str:
    """What a message repeats of an argument or of another program's message, however long that is."""
    whole = str(text)
    return printable(whole[:LONGEST]) + (" ..." if len(whole) > LONGEST else "")


def wants_help(arguments: Sequence[str]) -> bool:
    return any(each in ("-h", "--help") for each in arguments)


def can_redraw(stream: TextIO) -> bool:
    """Whether lines on the stream can be drawn again: it is a terminal that knows more than lines (not TERM=dumb)."""
    return stream.isatty() and os.environ.get("TERM", "") not in ("", "dumb")


def say(text: str) -> None:
    # What was to be said is lost where nobody reads it; the work goes on.
    with contextlib.suppress(OSError):
        print(f"nestwright: {printable(text)}", file=sys.stderr, flush=True)


def say_error(error: LauncherError) -> None:
    say(str(error))
    with contextlib.suppress(OSError):
        for line in error.below.splitlines():
            print(printable(line), file=sys.stderr, flush=True)


@contextlib.contextmanager
def written_to(file: Path) -> Iterator[None]:
    """Names the file in errors of writing to it: the system names it in those of opening it alone."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
            error.filename = str(file)
        raise


def occupy_streams() -> None:
    """Streams that were closed stay so for whoever reads or writes them, but no file that is opened becomes one."""
    for descriptor, flags in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_RDONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, flags)  # gets the lowest number that is free
            os.set_inheritable(descriptor, True)
    sys.stdout = sys.stdout or os.fdopen(1, "w")
    sys.stderr = sys.stderr or os.fdopen(2, "w")
    if isinstance(sys.stdout, io.TextIOWrapper):
        # The names of files are bytes, and are printed as they are.
        sys.stdout.reconfigure(errors="surrogateescape")


def finish_output() -> int:
    """Writes out what was printed; gives the exit status: 0; 1, with a line, where that fails; or NOBODY_READS."""
    status = 0
    try:
        sys.stdout.flush()
    except OSError as error:
        status = NOBODY_READS if isinstance(error, BrokenPipeError) else 1
        if status == 1:
            say(f"standard output: {error.strerror}")
        discard(1)
    try:
        sys.stderr.flush()
    except OSError:
        discard(2)
    return status


def discard(descriptor: int) -> None:
    """Drops what could not be written there: Python tries once more at its end, and would complain of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


def run_step(what: str, command: Sequence[str], log: Path, env: Optional[Mapping[str, str]] = None,
             hint: str = "") -> None:
    """Runs `command` as the step `what`; its output goes to the file `log`, and a failure shows that file's end.

    Raises LauncherError if the command fails or can't be started; `hint` is then what the user can do about it.
    """
    say(f"{what} ...")
    start = time.monotonic()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        try:
            status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                    env=env, close_fds=False).returncode
        except OSError as error:
            raise LauncherError(f"{what}: {excerpt(command[0])}: {error.strerror}") from None
    if status != 0:
        lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        for line in lines[-12:]:
            print(f"  {printable(line.expandtabs())}", file=sys.stderr)
        raise LauncherError(f"{what} failed{'; ' + hint if hint else ''} (all of its output: {log})")
    took = time.monotonic() - start
    if took > 1:
        say(f"{what}: done in {took:.0f} s")
