"""Files that appear together: what killed commands left goes, what a user has stays, links and permissions too."""

import fcntl
import os
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from launcher.report import LauncherError
from launcher.staging import MARKER, PREFIX, place, remove_stage, staged

ROOT = Path(__file__).resolve().parents[2]
NAME = PREFIX + "0123456789abcdef"


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def names(self):
        return sorted(os.listdir(self.folder))

    def make_marked(self, path):
        path.mkdir()
        (path / MARKER).touch()
        (path / "x").write_text("half")
        os.utime(path, (0, 0))


class Leftovers(InFolder):
    def use(self):
        with staged(self.folder):
            pass

    def killed(self, then=""):
        """What a command prints that is killed while it has a stage, with a file and a folder in it."""
        code = ("import os, subprocess, sys\nfrom pathlib import Path\nfrom launcher.staging import staged\n"
                "with staged(Path(sys.argv[1])) as stage:\n    (stage / 'x').write_text('half')\n"
                f"    (stage / 'y').mkdir()\n    {then}\n    os.kill(os.getpid(), 9)")
        return subprocess.run([sys.executable, "-B", "-c", code, str(self.folder)], stdout=subprocess.PIPE,
                              env={**os.environ, "PYTHONPATH": str(ROOT / "tools")}, universal_newlines=True).stdout

    def test_what_a_killed_command_left_goes_at_the_next(self):
        self.killed()
        self.assertEqual(len(self.names()), 1)
        self.use()
        self.assertEqual(self.names(), [])

    def test_what_a_killed_command_s_child_still_writes_stays(self):
        child = int(self.killed("print(subprocess.Popen(['sleep', '60'], stdout=2, close_fds=False).pid, flush=True)"))
        try:
            self.use()
            self.assertEqual(len(self.names()), 1)
        finally:
            os.kill(child, 9)
        self.assertEqual(len(self.names()), 1)

    def test_what_another_command_has_stays(self):
        with staged(self.folder) as stage:
            os.utime(stage, (0, 0))
            self.use()
            self.assertTrue((stage / MARKER).exists())
        self.assertEqual(self.names(), [])

    def test_what_a_user_names_so_stays(self):
        for name in ".nestwright-notes", ".nestwright-", PREFIX, PREFIX + "thesis", NAME:
            (self.folder / name).mkdir()
            (self.folder / name / "thesis.txt").write_text("keep")
            os.utime(self.folder / name, (0, 0))
        (self.folder / (PREFIX + "file")).write_text("keep")
        self.make_marked(self.folder / "mine")
        (self.folder / (PREFIX + "link")).symlink_to("mine")
        (self.folder / (PREFIX + "folder") / MARKER).mkdir(parents=True)
        before = [sorted(str(each) for each in self.folder.rglob("*"))]
        self.use()
        self.assertEqual([sorted(str(each) for each in self.folder.rglob("*"))], before)

    @unittest.skipUnless(os.geteuid() == 0, "only root may give files away")
    def test_what_another_user_left_stays(self):
        for name, owned in (("a", ""), ("b", MARKER)):
            self.make_marked(self.folder / (PREFIX + name))
            os.chown(self.folder / (PREFIX + name) / owned, 12345, 54321)
        self.use()
        self.assertEqual(len(self.names()), 2)

    def test_what_an_interrupted_removal_leaves_goes_at_the_next(self):
        self.make_marked(self.folder / NAME)
        order = []
        for event in ("a", "b", "z", ".a"):
            (self.folder / NAME / event).touch()
        original = Path.unlink
        try:
            Path.unlink = lambda path: (order.append(path.name), original(path))
            remove_stage(self.folder / NAME)
        finally:
            Path.unlink = original
        self.assertEqual((order[-1], len(order)), (MARKER, 6))

    def test_nothing_of_a_command_that_fails_stays(self):
        with self.assertRaises(ZeroDivisionError), staged(self.folder / "made" / "kernels") as stage:
            (stage / "x").write_text("x")
            raise ZeroDivisionError
        self.assertEqual(self.names(), [])


class Placing(InFolder):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "out"
        self.out.mkdir()

    def place(self, *names):
        with staged(self.out) as stage:
            for name in names:
                (stage / name).write_text("new")
            return place(stage, self.out, [(name, name) for name in names])

    def assert_refused(self, text, *names):
        with self.assertRaisesRegex(LauncherError, text):
            self.place(*names)

    def test_a_file_that_is_replaced_keeps_its_mode_and_a_new_one_follows_the_umask(self):
        for mode in 0o600, 0o644, 0o755, 0o400:
            (self.out / "a").touch()
            (self.out / "a").chmod(mode)
            self.place("a")
            self.assertEqual(stat.S_IMODE((self.out / "a").stat().st_mode), mode)
            self.assertEqual((self.out / "a").read_text(), "new")
        before = os.umask(0o027)
        self.addCleanup(os.umask, before)
        self.place("b")
        self.assertEqual(stat.S_IMODE((self.out / "b").stat().st_mode), 0o640)

    @unittest.skipUnless(os.geteuid() == 0, "only root may give files away")
    def test_root_keeps_the_owner(self):
        (self.out / "a").touch()
        os.chown(self.out / "a", 12345, 54321)
        self.place("a")
        self.assertEqual(((self.out / "a").stat().st_uid, (self.out / "a").stat().st_gid), (12345, 54321))

    def test_links_are_followed(self):
        shared = Path("/dev/shm")
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        folders = [self.out, elsewhere]
        if shared.is_dir() and os.access(shared, os.W_OK):  # mostly a file system of its own
            other = tempfile.TemporaryDirectory(dir=shared)
            self.addCleanup(other.cleanup)
            folders.append(Path(other.name))
        for number, folder in enumerate(folders):
            (folder / "file").write_text("old")
            (folder / "file").chmod(0o600)
            (self.out / f"link{number}").symlink_to(folder / "file")
            (self.out / f"new{number}").symlink_to(folder / "new")
        made = [f"{kind}{number}" for kind in ("link", "new") for number in range(len(folders))]
        self.assertEqual(self.place(*made, "a"), [self.out / name for name in [*made, "a"]])
        for folder in folders:
            self.assertEqual([(folder / name).read_text() for name in ("file", "new")], ["new", "new"])
            self.assertEqual(stat.S_IMODE((folder / "file").stat().st_mode), 0o600)
        self.assertTrue(all((self.out / name).is_symlink() for name in made))
        self.assertEqual(sorted(os.listdir(elsewhere)), ["file", "new"])

    def test_what_is_no_file_stays_and_nothing_else_is_replaced(self):
        (self.out / "folder").mkdir()
        (self.out / "to-folder").symlink_to("folder")
        (self.out / "loop").symlink_to("loop")
        os.mkfifo(self.out / "fifo")
        (self.out / "device").symlink_to("/dev/null")
        (self.out / "nowhere").symlink_to("no/file")
        (self.out / "a").write_text("old")
        before = sorted(os.listdir(self.out))
        for name, text in (("folder", "is a folder"), ("to-folder", "is a folder"), ("loop", "symbolic links"),
                           ("fifo", "is not a regular file"), ("device", "is not a regular file"),
                           ("nowhere", "there is no folder")):
            self.assert_refused(text, "a", name)
            self.assertEqual((sorted(os.listdir(self.out)), (self.out / "a").read_text()), (before, "old"))
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))

    def assert_all_or_none(self, reason):
        """Something is in the way of replacing b."""
        for name in "a", "b":
            (self.out / name).write_text("old")
        with self.assertRaisesRegex(LauncherError, f"/b cannot be replaced: {reason}"):
            self.place("a", "c", "b", "d")
        self.assertEqual([(self.out / name).read_text() for name in ("a", "b")], ["old", "old"])
        self.assertEqual(sorted(os.listdir(self.out)), ["a", "b"])

    def test_all_are_replaced_or_none(self):
        original = Path.replace

        def replace(source, target):
            if Path(target).name == "b":
                raise OSError(16, "Device or resource busy")
            return original(source, target)

        for link in os.link, mock.Mock(side_effect=OSError(1, "Operation not permitted")):
            with mock.patch.object(os, "link", link), mock.patch.object(Path, "replace", replace):
                self.assert_all_or_none("Device or resource busy")
        with mock.patch.object(os, "link", mock.Mock(side_effect=OSError(1, "Operation not permitted"))):
            self.place("a", "b", "c")
        self.assertEqual([(self.out / name).read_text() for name in ("a", "b", "c")], ["new"] * 3)
        self.assertEqual(sorted(os.listdir(self.out)), ["a", "b", "c"])

    def test_an_immutable_file_stops_all(self):
        (self.out / "b").write_text("old")
        if subprocess.run(["chattr", "+i", str(self.out / "b")], stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("files can't be made immutable here")
        self.addCleanup(subprocess.run, ["chattr", "-i", str(self.out / "b")])
        (self.out / "a").write_text("old")
        with self.assertRaisesRegex(LauncherError, "/b cannot be replaced: Operation not permitted"):
            self.place("a", "b", "c")
        self.assertEqual([(self.out / name).read_text() for name in ("a", "b")], ["old", "old"])
        self.assertEqual(sorted(os.listdir(self.out)), ["a", "b"])

    def test_a_stage_is_locked(self):
        with staged(self.out) as stage:
            descriptor = os.open(stage, os.O_RDONLY)
            with self.assertRaises(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.close(descriptor)


if __name__ == "__main__":
    unittest.main()
