"""What the tools write in Python appears whole or not at all, and what they read may nest too deep."""

import argparse
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from launcher import compare
from launcher.json_file import read_json
from launcher.number_option import whole_number
from launcher.report import LauncherError
from launcher.whole_file import UNFINISHED, name_same_file, require_separate_files, write_file

ROOT = Path(__file__).resolve().parents[2]


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def complaint(self, action, *arguments):
        with self.assertRaises(LauncherError) as caught:
            action(*arguments)
        self.assertNotIn("\n", str(caught.exception))
        return str(caught.exception)


class WholeFiles(InFolder):
    def test_a_file_is_replaced_and_keeps_its_mode(self):
        file = self.folder / "a"
        for mode in (0o600, 0o644, 0o400):
            write_file(file, "old")
            file.chmod(mode)
            write_file(file, "new")
            self.assertEqual((file.read_text(), stat.S_IMODE(file.stat().st_mode)), ("new", mode))
        before = os.umask(0o027)
        self.addCleanup(os.umask, before)
        write_file(self.folder / "b", b"x")
        self.assertEqual(stat.S_IMODE((self.folder / "b").stat().st_mode), 0o640)
        self.assertEqual(self.names(), ["a", "b"])

    @unittest.skipUnless(os.geteuid() == 0, "only root may give files away")
    def test_root_keeps_the_owner(self):
        file = self.folder / "a"
        write_file(file, "old")
        os.chown(file, 12345, 54321)
        write_file(file, "new")
        self.assertEqual((file.stat().st_uid, file.stat().st_gid), (12345, 54321))

    def test_a_stream_is_written_to_and_stays_one(self):
        write_file("/dev/null", "x")
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        with subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE) as reader:
            write_file(fifo, "through")
            self.assertEqual(reader.stdout.read(), b"through")
        self.assertTrue(stat.S_ISFIFO(fifo.stat().st_mode))
        self.assertEqual(self.complaint(write_file, "/dev/full", "x"),
                         "/dev/full cannot be written: No space left on device")

    def test_links_are_followed_where_they_are_named_and_nowhere_else(self):
        (self.folder / "a").write_text("old")
        (self.folder / "link").symlink_to("a")
        (self.folder / "user").write_text("mine")
        for planted in ("page.partial", "a.partial", UNFINISHED + "0123456789abcdef"):
            (self.folder / planted).symlink_to("user")
        write_file(self.folder / "link", "new")
        self.assertTrue((self.folder / "link").is_symlink())
        self.assertEqual(((self.folder / "a").read_text(), (self.folder / "user").read_text()), ("new", "mine"))

    def test_what_a_killed_process_left_is_removed_and_what_another_writes_is_not(self):
        killed = ("import os, sys\nfrom pathlib import Path\nfrom launcher.whole_file import unfinished_copy\n"
                  "with unfinished_copy(Path(sys.argv[1]), b'half'):\n    os.kill(os.getpid(), 9)")
        subprocess.run([sys.executable, "-B", "-c", killed, str(self.folder / "a")],
                       env={**os.environ, "PYTHONPATH": str(ROOT / "tools")})
        self.assertEqual([len(name) for name in self.names()], [len(UNFINISHED) + 16])
        write_file(self.folder / "a", "x")
        self.assertEqual(self.names(), ["a"])
        command = ("import fcntl, sys, time\nfile = open(sys.argv[1], 'w')\nfcntl.flock(file, fcntl.LOCK_EX)\n"
                   "print('locked', flush=True)\ntime.sleep(60)")
        locked = self.folder / (UNFINISHED + "0123456789abcdef")
        with subprocess.Popen([sys.executable, "-c", command, str(locked)], stdout=subprocess.PIPE) as other:
            other.stdout.readline()
            write_file(self.folder / "a", "y")
            other.kill()
        self.assertEqual(self.names(), [locked.name, "a"])

    def test_what_a_user_names_so_stays(self):
        own = [UNFINISHED + each for each in ("", "thesis", "notes-on-chapter", "0123456789abcde", "0123456789ABCDEF")]
        for name in own:
            (self.folder / name).write_text("mine")
            os.utime(self.folder / name, (0, 0))
        write_file(self.folder / "a", "x")
        self.assertEqual(self.names(), sorted(["a", *own]))

    def test_refusals_are_one_line(self):
        self.assertEqual(self.complaint(write_file, self.folder, "x"),
                         f"{self.folder} is a folder; give the name of a file")
        self.assertIn("cannot be written: there is no folder",
                      self.complaint(write_file, self.folder / "no" / "a", "x"))
        (self.folder / "loop").symlink_to("loop")
        self.complaint(write_file, self.folder / "loop", "x")
        self.complaint(write_file, self.folder / ("n" * 256), "x")

    def test_a_full_disk_leaves_the_old_file(self):
        file = self.folder / "a"
        write_file(file, "old")

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        command = ("import sys\nfrom launcher.whole_file import write_file\nfrom launcher.report import LauncherError\n"
                   "try:\n    write_file(sys.argv[1], 'x' * 5000)\nexcept LauncherError as error:\n    print(error)")
        said = subprocess.run([sys.executable, "-B", "-c", command, str(file)], stdout=subprocess.PIPE, text=True,
                              preexec_fn=limit, env={**os.environ, "PYTHONPATH": str(ROOT / "tools")}).stdout
        self.assertEqual(said, f"{file} cannot be written: File too large\n")
        self.assertEqual((file.read_text(), self.names()), ("old", ["a"]))

    @unittest.skipUnless(os.geteuid() == 0, "only root can be others")
    def test_another_user_s_file_in_a_sticky_folder_is_refused_before_any_work(self):
        self.folder.chmod(0o1777)
        (self.folder / "a").write_text("root's")
        (self.folder / "mine").write_text("")
        os.chown(self.folder / "mine", 12345, 12345)
        said = subprocess.run(
            [sys.executable, "-B", "-c", "import os, sys\nfrom pathlib import Path\n"
             "from launcher.report import LauncherError\nfrom launcher.whole_file import require_writable\n"
             "os.setuid(12345)\nfor name in sys.argv[1:]:\n    try:\n        require_writable(Path(name), '--json')\n"
             "    except LauncherError as error:\n        print(error)", *(str(self.folder / name) for name in
                                                                       ("mine", "new", "a"))],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT / "tools")}).stdout
        self.assertRegex(said, r"\A--json: .*/a cannot be replaced: it is another user's, .*\n\Z")

    def test_files_are_compared_as_files(self):
        (self.folder / "a").write_text("")
        (self.folder / "link").symlink_to("a")
        os.link(self.folder / "a", self.folder / "hard")
        for name in ("a", "./a", "link", "hard", f"../{self.folder.name}/a"):
            self.assertTrue(name_same_file(self.folder / "a", self.folder / name))
            said = self.complaint(require_separate_files, {"--html": self.folder / name}, {"FILE": [self.folder / "a"]})
            self.assertIn("--html: names the same file as FILE", said)
        self.assertTrue(name_same_file(self.folder / "none", self.folder / "." / "none"))
        self.assertFalse(name_same_file(self.folder / "none", self.folder / "a"))
        require_separate_files({"--html": Path("/dev/null"), "--json": Path("/dev/null")}, {})

    def test_nothing_in_tools_writes_a_file_in_another_way(self):
        own = ROOT / "tools" / "launcher" / "whole_file.py"
        for file in (ROOT / "tools").rglob("*.py"):
            for number, line in enumerate(file.read_text().splitlines(), 1):
                for way in (".write_text(", ".write_bytes(", 'open("w'):
                    # Logs and locks grow while they are written; a schedule in a temporary folder is nobody's, nor is
                    # the file that only shows whether there is space for another.
                    allowed = (file == own or "log.open" in line or "lock.open" in line or "probe.open" in line
                               or line.strip() == "file.write_text(text)")
                    self.assertFalse(way in line and not allowed, f"{file}:{number}: {line.strip()}")


class Comparisons(InFolder):
    def test_the_page_and_the_json_are_no_inputs_and_two_files(self):
        (self.folder / "mine.nest").write_text("schedule relu for cpu\n")
        mine, page = str(self.folder / "mine.nest"), str(self.folder / "page")
        for arguments in (["relu", mine, "--html", mine], ["relu", mine, f"--json={mine}"],
                          ["relu", "--records", mine, "--html", mine], ["relu", "--html", page, "--json", page],
                          ["relu", "cpu", "--html", str(ROOT / "schedules/relu/cpu.nest")],
                          ["relu", "--html", str(ROOT / "schedules/relu/cpu.nest")]):
            self.assertIn("names the same file as", self.complaint(compare.page_and_json, ROOT, list(arguments)))
        self.assertIn("is a folder", self.complaint(compare.page_and_json, ROOT, ["relu", "--html", str(self.folder)]))
        self.assertEqual(compare.page_and_json(ROOT, ["relu", mine, "--html", page]), (page, ""))
        self.assertEqual(compare.page_and_json(ROOT, ["relu", mine, "--html", "/dev/null"]), ("/dev/null", ""))


class Page(InFolder):
    """The page of `compare --html`, made without plotly, of which nothing but the names is needed."""

    RESULT = {"machine": {"cpu": "a processor", "threads": 1},
              "comparisons": [{"op": "relu", "where": "", "batch": 64, "shape": "lanes=16", "entries": [],
                               "peak_gflops": 1.0}]}

    def setUp(self):
        super().setUp()
        plotly = self.folder / "modules" / "plotly"
        plotly.mkdir(parents=True)
        for name, text in (("__init__", ""), ("graph_objects", "class Figure: pass\n"), ("io", ""),
                           ("offline", "def get_plotlyjs(): return ''\n")):
            (plotly / f"{name}.py").write_text(text)
        (self.folder / "result.json").write_text(json.dumps(self.RESULT))

    def made(self, page, result="result.json"):
        end = subprocess.run([sys.executable, "-B", str(ROOT / "tools/report/compare_page.py"),
                              str(self.folder / result), str(page)], stderr=subprocess.PIPE, text=True,
                             env={**os.environ, "PYTHONPATH": str(self.folder / "modules")})
        return end.returncode, end.stderr

    def test_it_is_written_as_every_file_is(self):
        page, user = self.folder / "page.html", self.folder / "user"
        user.write_text("mine")
        (self.folder / "page.html.partial").symlink_to("user")
        self.assertEqual(self.made(page), (0, ""))
        self.assertIn("<!DOCTYPE html>", page.read_text())
        self.assertEqual(user.read_text(), "mine")
        self.assertEqual(self.made("/dev/null"), (0, ""))
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))

    def test_what_is_wrong_is_one_line(self):
        (self.folder / "deep.json").write_text("[" * 150000)
        (self.folder / "other.json").write_text("{}")
        for page, result in (("/dev/full", "result.json"), (self.folder, "result.json"),
                             (self.folder / "no" / "page", "result.json"), (self.folder / "page", "deep.json"),
                             (self.folder / "page", "other.json"), (self.folder / "page", "none.json")):
            status, said = self.made(page, result)
            self.assertEqual((status, said.count("\n"), said[:12]), (1, 1, "nestwright: "), said)


class FromOutside(InFolder):
    def test_json_that_nests_too_deep_is_refused(self):
        file = self.folder / "a"
        file.write_text("[" * 150000 + "]" * 150000)
        self.assertIn("nests too deep", self.complaint(read_json, file))
        for text in (b"", b"{", b"\xff", b"[1] x"):
            file.write_bytes(text)
            self.assertIn("is no JSON", self.complaint(read_json, file))
        self.assertIn("cannot be read", self.complaint(read_json, self.folder / "none"))

    def test_numbers_are_within_their_bounds(self):
        self.assertEqual([whole_number(1, 9)(text) for text in ("1", "9")], [1, 9])
        for text in ("0", "10", "-1", str(2**31), str(2**32 + 28), str(2**63), str(10**30), str(-2**63), "9" * 5000,
                     "1_0", "٣", "1.0", "", " 1", "--1"):
            with self.assertRaisesRegex(argparse.ArgumentTypeError, "is not a whole number from 1 to 9$"):
                whole_number(1, 9)(text)

    def test_the_table_of_gpus_says_what_is_wrong_in_a_line(self):
        (self.folder / "deep").write_text("[" * 150000)
        for name in ("deep", "none"):
            said = subprocess.run([sys.executable, "-B", str(ROOT / "tools/report/gpu_table.py"),
                                   str(self.folder / name)],
                                  stderr=subprocess.PIPE, text=True)
            self.assertEqual((said.returncode, said.stderr.count("\n")), (1, 1))


if __name__ == "__main__":
    unittest.main()
