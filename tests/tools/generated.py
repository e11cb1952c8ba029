"""Runs the launcher as ./nestwright does, on programs that are built already: a test starts no build."""

import os
import subprocess
import sys
from pathlib import Path
from typing import List, Optional

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("NESTWRIGHT_BUILD", ROOT / "build" / "default"))
# The launcher, whose function that builds does nothing.
LAUNCHER = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from unittest import mock
from launcher import commands, generate
with mock.patch.object(commands, "build"), mock.patch.object(generate, "build"):
    sys.exit(commands.main(Path(sys.argv[2]), sys.argv[3:]))
"""
POOL_SHAPE = "lanes=16,width=28,height=28,channels=6,window=2,stride=2"
POOL = ["generate", "--op", "max_pool2d", "--shape", POOL_SHAPE, "--schedule", "max_pool2d/cpu"]
THREE = ["x86-64-linux-avx2-fma", "x86-64-linux-sse41", "x86-64-linux"]


def command(arguments: List[str]) -> List[str]:
    return [sys.executable, "-B", "-c", LAUNCHER, str(ROOT / "tools"), str(ROOT), "--preset", BUILD.name, *arguments]


def start(arguments: List[str], folder: Optional[Path] = None, **options) -> "subprocess.Popen[str]":
    """The launcher with these arguments, in a process group of its own, as a terminal gives it one."""
    return subprocess.Popen(command(arguments), cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, universal_newlines=True, start_new_session=True, **options)


def run(arguments: List[str], folder: Optional[Path] = None, **options) -> "subprocess.CompletedProcess[str]":
    process = start(arguments, folder, **options)
    out, err = process.communicate()
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def names_in(folder: Path) -> List[str]:
    """Hidden ones, too."""
    return sorted(os.listdir(folder))
