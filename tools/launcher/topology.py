"""What PoCL is told of a machine that does not describe its processors.

PoCL asks hwloc how much memory and how many cores there are, and hwloc asks Linux, below /sys. Where that is missing
(gVisor, some containers) PoCL ends the program that loads it; hwloc takes a description instead (its documentation,
"Synthetic topologies").
"""

import os
from pathlib import Path
from typing import MutableMapping

from launcher.report import say

PROCESSORS = Path("/sys/devices/system/cpu")


def is_described(processors: Path = PROCESSORS) -> bool:
    return any(processors.glob("cpu[0-9]*/topology/*siblings*"))


def description() -> str:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"numa:1(memory={memory}) core:{os.cpu_count() or 1} pu:1"


def describe_where_linux_does_not(environment: MutableMapping[str, str], processors: Path = PROCESSORS) -> None:
    """Sets what hwloc reads, and says so, unless Linux describes the processors or somebody else did."""
    if is_described(processors) or any(name in environment for name in ("HWLOC_SYNTHETIC", "HWLOC_XMLFILE")):
        return
    environment["HWLOC_SYNTHETIC"] = description()
    say(f"{processors} does not describe the processors; PoCL is told {environment['HWLOC_SYNTHETIC']}")
