"""The programs that the launcher builds and becomes, and their commands: what their commands.inc list."""

import re
from pathlib import Path
from typing import Dict, NamedTuple

LINE = re.compile(r'^\s*COMMAND\((\w+), "(.*)"\)\s*$', re.MULTILINE)


class Program(NamedTuple):
    folder: str  # in tools/, and in the build's
    target: str
    binary: str


# The workbench links Halide's compiler, which the other does without.
PROGRAMS = (Program("train", "nestwright-program", "nestwright"),
            Program("workbench", "nestwright-workbench", "nestwright-workbench"))


def commands_of(root: Path, program: Program) -> Dict[str, str]:
    """The program's commands and what each does, in the order of its list, which its C++ includes, too."""
    return dict(LINE.findall((root / "tools" / program.folder / "commands.inc").read_text()))


def program_of(root: Path) -> Dict[str, Program]:
    """The program of each command."""
    return {command: program for program in PROGRAMS for command in commands_of(root, program)}
