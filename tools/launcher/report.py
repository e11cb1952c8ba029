"""What the launcher says: one line a step on standard error, so that a program's own output stays clean."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Mapping, Optional, Sequence


class LauncherError(Exception):
    """What stops the launcher; its text is the one line that the user sees."""


def say(text: str) -> None:
    print(f"nestwright: {text}", file=sys.stderr, flush=True)


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
            raise LauncherError(f"{what}: {command[0]}: {error.strerror}") from None
    if status != 0:
        lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        for line in lines[-12:]:
            print(f"  {line}", file=sys.stderr)
        raise LauncherError(f"{what} failed{'; ' + hint if hint else ''} (all of its output: {log})")
    took = time.monotonic() - start
    if took > 1:
        say(f"{what}: done in {took:.0f} s")
