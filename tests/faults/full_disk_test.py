"""On a full disk, one line says so; what was there before stays whole, and nothing half-written beside it."""

import os
import resource
import subprocess
import unittest
from pathlib import Path

from programs import NESTWRIGHT, WORKBENCH, CheckpointTest, snapshot, taken

# Mounts a disk of 64 KB in $DISK, in a namespace of its own; $1 is what is put onto it beforehand. It is filled but for
# $2 bytes, the program runs, and what is on the disk then is copied to $AFTER.
ON_A_SMALL_DISK = """
mount -t tmpfs -o size=64k,nr_inodes=64 none "$DISK" && cp -a "$BEFORE/." "$DISK" || exit 99
head -c 1048576 /dev/zero > "$DISK/filling" 2>/dev/null
truncate --size=-"$ROOM" "$DISK/filling" || exit 99
cd "$DISK" && "$@"
status=$?
rm -f "$DISK/filling"
cp -a "$DISK/." "$AFTER"
exit $status
"""
CAN_MOUNT = subprocess.run(["unshare", "--map-root-user", "--mount", "true"], stderr=subprocess.DEVNULL).returncode == 0

# Whatever writes a file `old`, which is there before.
WRITERS = {
    "train --checkpoint": [NESTWRIGHT, "train", "--data", "DATA", "--epochs", "1", "--checkpoint", "old"],
    "train --json": [NESTWRIGHT, "train", "--data", "DATA", "--epochs", "1", "--json", "old"],
    "evaluate --json": [NESTWRIGHT, "evaluate", "--data", "DATA", "--checkpoint", "CHECKPOINT", "--json", "old"],
    "compare --json": [WORKBENCH, "compare", "relu", "cpu", "--no-records", "--json", "old"],
    "compare --records": [WORKBENCH, "compare", "relu", "cpu", "--records", "old"],
    "tune --records": [WORKBENCH, "tune", "relu", "--budget", "1s", "--records", "old"],
    "tune --json": [WORKBENCH, "tune", "relu", "--budget", "1s", "--no-records", "--json", "old"],
    "tune --out": [WORKBENCH, "tune", "relu", "--budget", "1s", "--no-records", "--out", "old"],
    "import --out": [WORKBENCH, "import", "relu", "--autoscheduler", "mullapudi2016", "--out", "old"],
    "new": [WORKBENCH, "new", "relu", "made", "--out", "."],
    "explain": [WORKBENCH, "explain", "relu/cpu"],  # has temporary files, in memory where it can
}


class FullDisk(CheckpointTest):
    def setUp(self):
        super().setUp()
        self.before, self.after, self.disk = (self.folder / name for name in ("before", "after", "disk"))
        for folder in (self.before, self.after, self.disk):
            folder.mkdir()
        (self.before / "old").write_text("")  # records that hold none; any other file is replaced

    @unittest.skipUnless(CAN_MOUNT, "no disk can be mounted here: user namespaces are not allowed")
    def test_nothing_is_lost_or_half_written(self):
        for writer, room in taken([(writer, room) for writer in WRITERS for room in (0, 4096)], 5):
            with self.subTest(writer=writer, room=room):
                self.clear()
                settings = {"DISK": self.disk, "BEFORE": self.before, "AFTER": self.after, "ROOM": room, "TMPDIR": self.disk}
                result = self.run_program(["unshare", "--map-root-user", "--mount", "env",
                                           *(f"{name}={value}" for name, value in settings.items()),
                                           "sh", "-c", ON_A_SMALL_DISK, "sh", *self.with_files(WRITERS[writer])])
                self.judge(result, may_fit=room > 0 or writer == "explain", may_append="records" in writer)

    def test_files_may_not_grow_beyond_their_limit(self):
        # The programs ignore the signal themselves that would end them; a shell, unlike Python, does not do so for them.
        for writer, size in taken([(writer, size) for writer in sorted(set(WRITERS) - {"explain"})
                                   for size in (0, 64, 1024)], 6):
            with self.subTest(writer=writer, size=size):
                self.clear()
                (self.after / "old").write_text("")
                result = self.run_program(self.with_files(WRITERS[writer]), limits={resource.RLIMIT_FSIZE: size}, cwd=self.after)
                self.judge(result, may_fit=size > 64, may_append="records" in writer)

    def clear(self):
        for file in self.after.iterdir():
            file.unlink()

    def judge(self, result, may_fit, may_append):
        if result.status == 0 and may_fit:  # what it had to write fitted
            self.assertEqual(result.err, "")
            return
        self.assert_refused(result)
        if may_append:  # whole lines may have been added before the disk was full
            text = (self.after / "old").read_text()
            self.assertTrue(text == "" or text.endswith("}\n"), text[-200:])
            (self.after / "old").write_text("")
        self.assertEqual(snapshot(self.after), snapshot(self.before))


if __name__ == "__main__":
    unittest.main()
