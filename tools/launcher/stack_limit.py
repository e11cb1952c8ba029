"""The stack that Ninja and compilers need: with less they are ended by a signal, and say nothing."""

import contextlib
import resource

from launcher.report import LauncherError

# Ninja was seen to end with 520 KB, and to do its work with 560.
LEAST = 640 << 10
USUAL = 8 << 20  # bytes, as Linux has it


def require_stack() -> None:
    """Raises a limit that is too low as far as that is allowed; raises LauncherError where that is not far enough."""
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    if soft == resource.RLIM_INFINITY or soft >= LEAST:
        return
    allowed = USUAL if hard == resource.RLIM_INFINITY else min(USUAL, hard)
    if allowed < LEAST:
        raise LauncherError(f"ulimit -s limits the stack to {hard >> 10} KB, too few to build with; at least "
                            f"{LEAST >> 10} are expected: ulimit -s {USUAL >> 10}")
    with contextlib.suppress(OSError, ValueError):  # of a system that has no more
        resource.setrlimit(resource.RLIMIT_STACK, (allowed, hard))
