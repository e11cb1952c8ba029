"""Whatever the launcher is given: what is wrong is one line, said before anything is set up, and help needs nothing."""

import contextlib
import io
import os
import resource
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from launcher import build, commands, compare, fuzz, generate, provision, stamps, testing
from launcher.report import LauncherError

ROOT = Path(__file__).resolve().parents[2]
GENERATE = ["generate", "--op", "relu", "--shape", "lanes=16,size=64", "--schedule", "relu/cpu", "--out", "nowhere"]
# Commands whose help is the launcher's own.
OWN_HELP = [name for name in commands.COMMANDS if name not in ("bench", "compare")]


class SetUp(Exception):
    """Something was set up or built."""


def said_by(*arguments):
    """The status of the launcher, what it prints, and whether it came as far as to set up or to build something."""
    text, sets_up = io.StringIO(), []

    def set_up(*_arguments, **_options):
        sets_up.append(True)
        raise SetUp

    with contextlib.ExitStack() as patches:
        for module in (commands, compare, fuzz, generate, testing):
            patches.enter_context(mock.patch.object(module, "build", set_up))
        for name in [name for name in dir(provision) if name.startswith("ensure_")]:
            patches.enter_context(mock.patch.object(provision, name, set_up))
        for redirect in (contextlib.redirect_stdout, contextlib.redirect_stderr):
            patches.enter_context(redirect(text))
        try:
            status = commands.main(ROOT, list(arguments))
        except SetUp:
            status = None
    return status, text.getvalue(), bool(sets_up)


class OneLine(unittest.TestCase):
    def assert_refused(self, *arguments):
        status, text, sets_up = said_by(*arguments)
        self.assertEqual((status, text.count("\n"), text[:12], sets_up), (1, 1, "nestwright: ", False),
                         f"{arguments}: {text}")
        return text

    def refusals_with(self, text):
        """The messages of commands that are given the text where it can't be right."""
        place = 2 + GENERATE.index("--schedule")
        for arguments in ([text], ["--preset", text], [f"--preset={text}"], ["format", text], ["clean", text],
                          ["lint", text], ["fuzz", text], ["fuzz", "records", text], ["fuzz", "--minutes", text],
                          ["fuzz", "records", "--inputs", text], ["test", "--op", text], ["test", "ops", text],
                          ["test", f"--{text}"], ["compare-mnist", "--data", str(ROOT), "--seeds", text],
                          ["compare-mnist", "--data", text], ["compare-mnist", "--data", str(ROOT), "--epochs", text],
                          ["compare-mnist", "--data", str(ROOT), "--json", f"no/{text}"], ["generate", text],
                          [*GENERATE[:place - 1], text, *GENERATE[place:]], [*GENERATE, "--name", text],
                          [*GENERATE, "--emit", text], [*GENERATE, "--emit", f"object,{text}"],
                          [*GENERATE, "--records", text], [*GENERATE, "--shape", text], [*GENERATE, "--tune", text],
                          ["compare", "relu", "--html", f"no/{text}"], ["compare", "relu", f"--json=no/{text}"]):
            yield arguments, self.assert_refused(*arguments)

    def test_lines_and_what_a_terminal_obeys_are_escaped(self):
        for arguments, said in self.refusals_with("zz\nz\x1b[31mzz\rz\udcff"):
            self.assertNotRegex(said, r"[\x1b\r\udcff]", arguments)

    def test_no_more_than_200_characters_of_an_argument_are_repeated(self):
        for letter in "q", "\a":
            for arguments, said in self.refusals_with(201 * letter):
                self.assertNotIn(201 * ascii(letter)[1:-1], said, arguments)
            list(self.refusals_with(5000 * letter))

    def test_targets_and_expressions_that_are_none(self):
        for arguments, text in ((["build", "-x"], "no option '-x'"), (["build", "a", "--nosuch"], "no option"),
                                (["lint", "--nosuch"], "no file '--nosuch'"), (["test", "("], "no regular expression"),
                                (["test", "a**"], "no regular expression")):
            self.assertIn(text, self.assert_refused(*arguments))

    def test_bytes_that_are_no_text_are_shown_as_the_programs_show_them(self):
        self.assertIn("no command '\\xff\\x1b\\n\\xe2\\x80\\x8b'", self.assert_refused("\udcff\x1b\n\u200b"))

    def test_what_is_in_the_way_of_the_folder_is_said(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "file").touch()
            os.mkfifo(folder / "fifo")
            (folder / "loop").symlink_to("loop")
            for out in folder / "file", folder / "fifo", folder / "loop", Path("/dev/null"):
                self.assertIn(f"--out: {out} is no folder; give", self.assert_refused(*GENERATE, "--out", str(out)))

    def test_a_name_that_nobody_gave_is_not_blamed(self):
        with tempfile.TemporaryDirectory() as folder:
            for word, text in (("x" * 240, "has 245 characters"), ("t", "is a name of C's or ")):
                schedule = Path(folder) / f"{word}.nest"
                schedule.touch()
                self.assertRegex(self.assert_refused(*GENERATE, "--schedule", str(schedule)),
                                 f"--schedule: the function would be called 'relu_.*{text}.*--name my_kernel")

    def test_values_that_are_empty_count_as_given(self):
        for option in "--out", "--name", "--records", "--schedule", "--op", "--algorithm", "--emit":
            for given in [option, ""], [f"{option}="]:
                self.assertIn(option, self.assert_refused(*GENERATE, *given))
        for option in "--html", "--json", "--records":
            for given in [option, ""], [f"{option}="], [option]:
                self.assertIn(option, self.assert_refused("compare", "relu", *given))
        for option in "--data", "--json":
            self.assertIn(option, self.assert_refused("compare-mnist", "--data", str(ROOT), f"{option}="))

    def test_fuzzers_are_named(self):
        self.assertIn("required: TARGET", self.assert_refused("fuzz"))
        self.assertIn("did you mean 'records'?", self.assert_refused("fuzz", "record"))
        self.assertIn("there are: ", self.assert_refused("fuzz", "bogus"))
        self.assertIn("--minutes", self.assert_refused("fuzz", "records", "--minutes", "x"))

    def test_scripts_say_one_line_too(self):
        for script, *arguments in (
                ["bench/gpu/run.py", "--steps", "no\nstep"], ["bench/gpu/run.py", "--minutes", "x"],
                ["bench/rivals/peers/jax_step.py", "--batch", "x\ny"], ["bench/rivals/peers/pytorch_step.py", "--x"],
                ["bench/rivals/peers/pytorch_operator.py"],
                ["tools/workbench/cost/validation/rank.py", "--count", "x\ny"],
                ["tools/workbench/cost/validation/rank.py", "--out="],
                ["tools/workbench/cost/validation/validate.py", "--jobs", "9" * 300]):
            end = subprocess.run([sys.executable, "-B", str(ROOT / script), *arguments], stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, universal_newlines=True)
            self.assertEqual((end.returncode, end.stdout.count("\n")), (1, 1), end.stdout)


class Help(unittest.TestCase):
    def test_it_sets_nothing_up(self):
        for name in OWN_HELP:
            for options in ["--help"], ["-h"], ["--help", "x"], ["x", "--help"]:
                status, text, sets_up = said_by(name, *options)
                self.assertEqual((status, sets_up), (0, False), f"{name}: {text}")
                self.assertIn(f"usage: ./nestwright {name}", text)

    def test_that_of_programs_takes_no_more_than_the_program(self):
        for name, text in (("bench", "pytorch"), ("compare", "pytorch"), ("compare", "--html=x")):
            with mock.patch.object(provision, "ensure_peers") as peers, \
                    mock.patch.object(provision, "ensure_report_tools") as report, \
                    mock.patch.object(provision, "ensure_tools"), mock.patch.object(commands, "build") as one, \
                    mock.patch.object(compare, "build") as other, mock.patch.object(commands, "execute") as execute, \
                    mock.patch.object(compare.subprocess, "run") as run:
                run.return_value.returncode = execute.return_value = 0
                self.assertEqual(commands.main(ROOT, [name, text, "--help"]), 0)
            peers.assert_not_called()
            report.assert_not_called()
            self.assertEqual(one.call_count + other.call_count, 1)

    def test_a_full_disk_is_said(self):
        for name in OWN_HELP:
            end = subprocess.run(["bash", "-c", f"'{ROOT / 'nestwright'}' {name} --help > /dev/full"],
                                 stderr=subprocess.PIPE, universal_newlines=True)
            self.assertEqual((end.returncode, end.stderr),
                             (1, "nestwright: standard output: No space left on device\n"), name)


class Limits(unittest.TestCase):
    def end_of(self, limit, soft, hard, *arguments):
        return subprocess.run([sys.executable, "-B", str(ROOT / "nestwright"), *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True,
                              preexec_fn=lambda: resource.setrlimit(limit, (soft, hard)))

    def test_a_stack_that_is_too_small_for_the_build(self):
        for kilobytes in 200, 300, 500:
            size = kilobytes << 10
            end = self.end_of(resource.RLIMIT_STACK, size, size, "ops")
            self.assertEqual((end.returncode, end.stdout, end.stderr), (
                1, "", f"nestwright: ulimit -s limits the stack to {kilobytes} KB, too few to build with; at least 640 "
                "are expected: ulimit -s 8192\n"))
            end = self.end_of(resource.RLIMIT_STACK, size, size, "generate", "--help")
            self.assertEqual((end.returncode, end.stderr), (0, ""))

    def test_a_stack_that_may_be_larger_is_made_larger(self):
        hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
        code = (f"import sys, resource\nsys.path.insert(0, {str(ROOT / 'tools')!r})\n"
                "from launcher.stack_limit import require_stack\nrequire_stack()\n"
                "print(resource.getrlimit(resource.RLIMIT_STACK)[0])")
        end = subprocess.run([sys.executable, "-B", "-c", code], stdout=subprocess.PIPE, universal_newlines=True,
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (200 << 10, hard)))
        self.assertEqual(end.stdout, f"{8 << 20}\n")

    def test_too_little_memory_for_python(self):
        failed = 0
        for megabytes in range(16, 40, 2):
            size = megabytes << 20
            alone = subprocess.run([sys.executable, "-c", ""], stderr=subprocess.DEVNULL,
                                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)))
            if alone.returncode != 0:
                continue
            end = self.end_of(resource.RLIMIT_AS, size, size, "qqqq")
            self.assertEqual((end.returncode, end.stdout, end.stderr.count("\n")), (1, "", 1), end.stderr)
            self.assertRegex(end.stderr, r"\Anestwright: ")
            failed += "no command 'qqqq'" not in end.stderr
        self.assertGreater(failed, 0, "no limit was low enough to try anything")

    def test_a_tree_that_can_not_be_written_to(self):
        with mock.patch.object(Path, "open", side_effect=PermissionError(13, "Permission denied")), \
                self.assertRaisesRegex(LauncherError, "x.lock: Permission denied; this tree must be one that you"), \
                stamps.locked(Path("build/x.lock")):
            pass

    def test_no_process_or_file_is_not_blamed_on_standard_output(self):
        for number in 11, 12, 23, 24:
            self.assertIn("a limit is too low", commands.system_error_text(OSError(number, os.strerror(number))))
        self.assertIn("standard output", commands.system_error_text(OSError(28, "No space left on device")))

    def build_by(self, script):
        """What is said of a build whose Ninja is this script, and what is printed besides."""
        with tempfile.TemporaryDirectory() as name:
            root = Path(name)
            ninja = root / "tools" / "bin" / "ninja"
            ninja.parent.mkdir(parents=True)
            ninja.write_text(f"#!/bin/sh\necho \"ninja: Entering directory 'x'\"\n{script}\n")
            ninja.chmod(0o755)
            text = io.StringIO()
            with mock.patch.object(build, "configure"), contextlib.redirect_stderr(text), \
                    self.assertRaises(LauncherError) as caught:
                build.build(root, root / "tools", "default", ["x\ny"])
            return str(caught.exception), text.getvalue()

    def test_what_ninja_says_of_itself_is_one_line(self):
        for script, why in (("kill -SEGV $$", "ninja was ended by SIGSEGV"),
                            ("echo \"ninja: error: unknown target 'x\ny'\"; exit 1", "unknown target 'x")):
            said, printed = self.build_by(script)
            self.assertIn(f"the build of x\\ny failed: {why} (all of its output: ", said)
            self.assertEqual(printed, "")
        with mock.patch.object(build.Progress, "line", side_effect=OSError(27, "File too large")), \
                self.assertRaisesRegex(OSError, "logs/build-default.log"):
            self.build_by("")
        said, printed = self.build_by("echo FAILED: a; echo command; echo why; exit 1")
        self.assertIn("the build of x\\ny failed (all of", said)
        self.assertEqual(printed, "FAILED: a\nwhy\n")


class Clean(unittest.TestCase):
    def test_what_was_measured_stays(self):
        with tempfile.TemporaryDirectory() as name:
            made = Path(name) / "build"
            for folder in "default", "debug", ".tools", "tuning":
                (made / folder).mkdir(parents=True)
            for file in "tuning/records.jsonl", ".set-up", "default/x":
                (made / file).touch()
            self.assertEqual(commands.run_clean(Path(name), "default", []), 0)
            self.assertEqual(sorted(os.listdir(made)), [".set-up", ".tools", "tuning"])
            self.assertEqual(commands.run_clean(Path(name), "default", ["--all"]), 0)
            self.assertEqual([str(each.relative_to(made)) for each in made.rglob("*")],
                             ["tuning", "tuning/records.jsonl"])
            self.assertEqual(commands.run_clean(Path(name) / "none", "default", ["--all"]), 0)


if __name__ == "__main__":
    unittest.main()
