"""The built programs, started under what may go wrong around them, and what has to hold of how they end."""

import hashlib
import json
import os
import resource
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, TypeVar

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("NESTWRIGHT_BUILD", ROOT / "build" / "default"))
NESTWRIGHT = str(BUILD / "tools" / "train" / "nestwright")
WORKBENCH = str(BUILD / "tools" / "workbench" / "nestwright-workbench")
# Whether `./nestwright test faults` runs them; else a part of all cases is enough.
IS_WHOLE = os.environ.get("NESTWRIGHT_FAULTS") == "all"
# Sanitizers map terabytes, and print more than a line where there is no memory.
IS_SANITIZED = BUILD.name in ("debug", "thread")
# In seconds: what hangs is ended. No run here takes a tenth of it on an idle machine.
PATIENCE = 180

Case = TypeVar("Case")


def taken(cases: Sequence[Case], few: int) -> Sequence[Case]:
    """All of them, or `few`, spread over them."""
    if IS_WHOLE or len(cases) <= few:
        return cases
    return [cases[index * len(cases) // few] for index in range(few)]


class Result(NamedTuple):
    status: int  # below 0: the signal that ended it
    out: str
    err: str


def environment(home: Path) -> Dict[str, str]:
    """Nothing of the user's: no MNIST, no server to fetch it from, no options of OpenMP's but the one that lets threads
    sleep while they wait, as tests run beside each other."""
    return {"HOME": str(home), "NESTWRIGHT_MNIST_MIRRORS": "", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "OMP_WAIT_POLICY": "passive", "LANG": "C.UTF-8",
            **{name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS") if name in os.environ}}


def limited(limits: Dict[int, int]) -> Callable[[], None]:
    def set_limits() -> None:
        for what, limit in limits.items():
            resource.setrlimit(what, (limit, limit))

    return set_limits


def write_data_set(folder: Path, train: int = 320, test: int = 48) -> None:
    """A data set like MNIST's, as tests/support/idx_files.h makes it."""
    for name, count in (("train", train), ("t10k", test)):
        pixels = bytes(pixel % 251 for pixel in range(count * 28 * 28))
        (folder / f"{name}-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, count, 28, 28) + pixels)
        (folder / f"{name}-labels-idx1-ubyte").write_bytes(
            struct.pack(">2I", 0x801, count) + bytes(image % 10 for image in range(count)))


def state_of(checkpoint: Path) -> Dict[str, object]:
    """What a checkpoint holds but for times, which differ from run to run. Raises where it is no whole checkpoint."""
    data = checkpoint.read_bytes()
    length, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__")
    if max(entry["data_offsets"][1] for entry in header.values()) != len(data) - 8 - length:
        raise ValueError(f"{checkpoint} is not whole")
    # Digests are of the whole file, so that they differ with the times, too.
    kept = {key: value for key, value in metadata.items()
            if key not in ("train_seconds", "total_seconds", "results") and key != "contents_sha256"}
    results = [{key: value for key, value in result.items() if "seconds" not in key and "per_second" not in key}
               for result in json.loads(metadata["results"])]
    return {"metadata": kept, "results": results, "tensors": header, "values": hashlib.sha256(data[8 + length:]).hexdigest()}


def snapshot(folder: Path) -> Dict[str, object]:
    """Every entry below the folder, and what it is: a file's digest, a link's target, or only its kind."""
    entries: Dict[str, object] = {}
    for entry in sorted(folder.rglob("*")):
        name = os.fsencode(entry.relative_to(folder)).decode(errors="backslashreplace")
        if entry.is_symlink():
            entries[name] = ("link", os.readlink(entry))
        elif entry.is_file():
            entries[name] = ("file", hashlib.sha256(entry.read_bytes()).hexdigest())
        else:
            entries[name] = "folder" if entry.is_dir() else "something else"
    return entries


class FaultsTest(unittest.TestCase):
    """With a home, a small data set and an empty folder `self.folder`; tests may change nothing else."""

    @classmethod
    def setUpClass(cls) -> None:
        cls._shared = tempfile.TemporaryDirectory(prefix="nestwright-faults-")
        cls.home, cls.data = Path(cls._shared.name) / "home", Path(cls._shared.name) / "data"
        cls.home.mkdir()
        cls.data.mkdir()
        write_data_set(cls.data)

    @classmethod
    def tearDownClass(cls) -> None:
        cls._shared.cleanup()

    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="nestwright-faults-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def train(self, *arguments: str) -> List[str]:
        return [NESTWRIGHT, "train", "--data", str(self.data), "--threads", "2", *arguments]

    def start(self, command: Sequence[object], **options: object) -> "subprocess.Popen[bytes]":
        settings = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
                    "env": environment(self.home), "cwd": self.folder, **options}
        return subprocess.Popen([os.fspath(part) for part in command], **settings)

    def end_of(self, program: "subprocess.Popen[bytes]") -> Result:
        try:
            out, err = program.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            program.kill()
            program.communicate()
            self.fail(f"{program.args} hangs")
        return Result(program.returncode, (out or b"").decode(errors="backslashreplace"),
                      (err or b"").decode(errors="backslashreplace"))

    def run_program(self, command: Sequence[object], limits: Optional[Dict[int, int]] = None, **options: object) -> Result:
        if limits is not None:
            options.update(preexec_fn=limited(limits))
        return self.end_of(self.start(command, **options))

    def assert_succeeds(self, command: Sequence[object], **options: object) -> Result:
        result = self.run_program(command, **options)
        self.assertEqual((result.status, result.err), (0, ""), f"{command}")
        return result

    def assert_one_line(self, result: Result) -> None:
        self.assertEqual(len(result.err.splitlines()), 1, result)
        self.assertNotRegex(result.err, r"Traceback|terminate called|internal error|[\x00-\x08\x0b-\x1f\x7f]")
        self.assertNotIn("Success", result.err)

    def assert_refused(self, result: Result, *words: str) -> None:
        """It ends with status 1, and with one line on standard error that has these words."""
        self.assertEqual(result.status, 1, result)
        self.assert_one_line(result)
        for word in words:
            self.assertIn(word, result.err)


class CheckpointTest(FaultsTest):
    """With a checkpoint of a short training, too."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.checkpoint = cls.home / "checkpoint"

    def setUp(self) -> None:
        super().setUp()
        if not self.checkpoint.exists():
            self.assert_succeeds(self.train("--epochs", "1", "--checkpoint", str(self.checkpoint)))

    def with_files(self, words: Sequence[object]) -> List[object]:
        """The command with the data set for DATA and the checkpoint for CHECKPOINT."""
        known = {"DATA": self.data, "CHECKPOINT": self.checkpoint}
        return [known.get(word, word) for word in words]
