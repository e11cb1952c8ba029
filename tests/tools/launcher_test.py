"""The launcher knows the programs' commands by their own lists, and finds the tests that are about an operator."""

import contextlib
import io
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from launcher import commands, fuzz, programs, testing
from launcher.report import LauncherError

ROOT = Path(__file__).resolve().parents[2]

LISTING = """Running main() from gtest_main.cc
OperatorCoverage.
  EveryOperatorIsTriedAtManyShapes
All/OperatorTest.
  IsRight/relu_l16_s1_cpu  # GetParam() = relu [lanes=16 size=1] cpu
  IsRight/relu_gradient_l16_s1_cpu  # GetParam() = relu_gradient [lanes=16 size=1] cpu
  IsRight/linear_relu_l16_if1_of1_cpu  # GetParam() = linear_relu [lanes=16 in_features=1 out_features=1] cpu
All/AdjointTest.
  IsTheReferenceGradient/relu_l16_s1_by_input  # GetParam() = relu_gradient of relu [lanes=16 size=1]
Corpus/Verdicts.
  AreRight/96  # GetParam() = relu: output.fuse(lane, i, both)
  AreRight/97  # GetParam() = linear: relu.compute_root()
Template/EveryOperator.
  HasCandidatesThatAreRight/relu  # GetParam() = "relu"
"""


def said_by(*arguments):
    """The exit status of the launcher, and what it prints to either stream."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
        try:
            status = commands.main(ROOT, list(arguments))
        except SystemExit as error:
            status = error.code
    return status, text.getvalue()


class Commands(unittest.TestCase):
    def test_a_program_s_list_is_read_as_its_cpp_reads_it(self):
        with tempfile.TemporaryDirectory() as name:
            for program, text in zip(programs.PROGRAMS, ('// A list.\nCOMMAND(train, "Train")\n',
                                                         'COMMAND(ops, "Operators (all)")\nCOMMAND(new, "A file")\n')):
                folder = Path(name) / "tools" / program.folder
                folder.mkdir(parents=True)
                (folder / "commands.inc").write_text(text)
            self.assertEqual(programs.commands_of(Path(name), programs.PROGRAMS[1]),
                             {"ops": "Operators (all)", "new": "A file"})
            self.assertEqual({command: program.folder for command, program in programs.program_of(Path(name)).items()},
                             {"train": "train", "ops": "workbench", "new": "workbench"})

    def test_the_usage_has_every_command_with_its_summary_and_builds_nothing(self):
        with mock.patch.object(commands, "build") as build:
            status, text = said_by("--help")
            self.assertEqual(said_by("help"), (status, text))
        build.assert_not_called()
        self.assertEqual(status, 0)
        for program in programs.PROGRAMS:
            summaries = programs.commands_of(ROOT, program)
            self.assertTrue(summaries)
            for command, summary in summaries.items():
                self.assertRegex(text, rf"(?m)^  {command} +{re.escape(summary)}$")

    def test_an_unknown_command_is_one_line_with_the_nearest(self):
        self.assertEqual(said_by("trian"), (1, "nestwright: no command 'trian'; did you mean 'train'?\n"))
        status, text = said_by("qqqq")
        self.assertEqual((status, text.count("\n")), (1, 1))
        self.assertIn("there are: train, ", text)

    def test_what_a_terminal_would_obey_is_escaped(self):
        status, text = said_by("no\x1b[31m\n\udcff")
        self.assertEqual((status, text.count("\n")), (1, 1))
        self.assertIn("no command 'no\\x1b[31m\\n\\xff'", text)

    def test_an_error_that_nobody_can_read_is_status_one(self):
        for streams in ("2>&-", "2>/dev/full", "<&- >&- 2>&-"):
            end = subprocess.run(["bash", "-c", f"'{ROOT / 'nestwright'}' no_such_command {streams}"],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.assertEqual((end.returncode, end.stdout), (1, b""), streams)

    def test_a_program_s_command_is_built_and_run_with_its_arguments(self):
        with mock.patch.object(commands, "build") as build, mock.patch.object(commands, "execute") as execute, \
                mock.patch.object(commands.provision, "ensure_tools"):
            said_by("--preset", "portable", "schedules", "--op", "relu")
        self.assertEqual(build.call_args.args[2:], ("portable", ["nestwright-workbench"]))
        self.assertEqual(execute.call_args.args, (ROOT / "build/portable/tools/workbench/nestwright-workbench",
                                                  ["schedules", "--op", "relu"]))


class Streams(unittest.TestCase):
    """What a shell does to the launcher's streams ends in no traceback."""

    def shell(self, command, **environment):
        """The exit status of a shell's command, in which nestwright is ./nestwright, and what all of it prints."""
        result = subprocess.run(["bash", "-c", command.replace("nestwright", str(ROOT / "nestwright"))],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                universal_newlines=True, env={**os.environ, **environment})
        self.assertNotIn("Traceback", result.stdout)
        self.assertNotIn("Exception", result.stdout)
        return result.returncode, result.stdout

    def test_nobody_reads_on(self):
        for unbuffered in "", "1":  # Python writes at the end, or at once
            for options in "--help", "generate --help", "test --help", "fuzz --help":
                # The reader is gone before the first line is written.
                self.assertEqual(self.shell(f"{{ sleep 0.3; nestwright {options}; echo $? >&2; }} | true",
                                            PYTHONUNBUFFERED=unbuffered)[1], "141\n")
            self.assertEqual(self.shell("{ sleep 0.3; nestwright qqqq 2>&1; echo $? >&2; } | true",
                                        PYTHONUNBUFFERED=unbuffered), (0, "1\n"))

    def test_full_and_closed_streams(self):
        for unbuffered in "", "1":
            self.assertEqual(self.shell("nestwright --help > /dev/full", PYTHONUNBUFFERED=unbuffered),
                             (1, "nestwright: standard output: No space left on device\n"))
            self.assertEqual(self.shell("nestwright --help >&-", PYTHONUNBUFFERED=unbuffered),
                             (1, "nestwright: standard output: Bad file descriptor\n"))
            for closed in "2>&-", "2>/dev/full", "<&- >&- 2>&-":
                self.assertEqual(self.shell(f"nestwright qqqq {closed}", PYTHONUNBUFFERED=unbuffered), (1, ""))

    def test_complaints_of_options_are_one_line(self):
        for options in "test --qqqq", "generate --op":
            status, text = self.shell(f"nestwright {options}")
            self.assertEqual((status, text.count("\n")), (1, 1), text)

    def test_control_characters_do_not_reach_the_terminal(self):
        self.assertNotIn("\x1b", self.shell("nestwright $'\\x1b[31m'")[1])

    def test_failing_files_are_named(self):
        with mock.patch.object(commands, "build", side_effect=OSError(28, "No space left on device", "build/logs/x")), \
                mock.patch.object(commands.provision, "ensure_tools"):
            self.assertEqual(said_by("ops"), (1, "nestwright: build/logs/x: No space left on device\n"))


class Tests(unittest.TestCase):
    def built_and_run(self, *arguments, preset="default"):
        """What `test` builds, none where it is fuzzers alone, and the folders and options that it runs ctest with."""
        with mock.patch.object(testing, "build") as build, mock.patch.object(testing, "run_ctest") as run, \
                mock.patch.object(testing, "fuzz") as fuzz, mock.patch.object(testing, "provision"), \
                mock.patch.object(testing, "describe_where_linux_does_not"), mock.patch.dict("os.environ"):
            run.return_value = 0
            fuzz.build_fuzzers.return_value = ROOT / "build/fuzz/tests/fuzz"
            self.assertEqual(testing.run_tests(ROOT, preset, list(arguments)), 0)
            self.faults = os.environ.get("NESTWRIGHT_FAULTS")
        self.assertLessEqual(build.call_count, 1)
        return build.call_args.args[3] if build.call_args else None, [
            (str(call.args[1].relative_to(ROOT / "build")), *call.args[3]) for call in run.call_args_list]

    def test_help_sets_nothing_up(self):
        with mock.patch.object(testing, "build") as build, mock.patch.object(testing, "provision") as provision:
            status, text = said_by("test", "--help")
        self.assertEqual(status, 0)
        self.assertIn("./nestwright test --op relu", text)
        build.assert_not_called()
        provision.ensure_tools.assert_not_called()

    def test_everything_or_what_a_regular_expression_matches(self):
        self.assertEqual(self.built_and_run(), ([], [("default",), ("fuzz/tests/fuzz",)]))
        self.assertEqual(self.built_and_run(preset="debug"), ([], [("debug",)]))
        self.assertEqual(self.built_and_run("Schedule|Fusion"),
                         ([], [("default", "--tests-regex", "Schedule|Fusion")]))

    def test_folders_are_built_and_run_by_themselves(self):
        self.assertEqual(self.built_and_run("dsl", "data"),
                         (["tests/dsl/all", "tests/data/all"], [("default/tests/dsl",), ("default/tests/data",)]))

    def test_operators_go_with_the_verdicts_on_their_schedules(self):
        targets, _ = self.built_and_run("ops")
        self.assertEqual(targets, ["tests/ops/all", "tests/legality/all"])

    def test_fuzzers_have_a_build_of_their_own(self):
        self.assertEqual(self.built_and_run("fuzz"), (None, [("fuzz/tests/fuzz",)]))
        self.assertEqual(self.built_and_run("fuzz", "dsl"),
                         (["tests/dsl/all"], [("default/tests/dsl",), ("fuzz/tests/fuzz",)]))

    def test_faults_are_tried_to_the_last_only_where_they_are_named(self):
        self.built_and_run("dsl", "faults")
        self.assertEqual(self.faults, "all")
        self.built_and_run()
        self.assertEqual(self.faults, os.environ.get("NESTWRIGHT_FAULTS"))

    def test_words_that_are_no_folders_are_refused(self):
        with self.assertRaisesRegex(LauncherError, "or folders of tests/: candidates, "):
            testing.run_tests(ROOT, "default", ["ops", "nothing"])

    def test_the_tests_about_an_operator_are_those_of_its_name_and_no_other(self):
        self.assertEqual(testing.tests_about("relu", LISTING), [
            "All/OperatorTest.IsRight/relu_l16_s1_cpu", "All/AdjointTest.IsTheReferenceGradient/relu_l16_s1_by_input",
            "Corpus/Verdicts.AreRight/96", "Template/EveryOperator.HasCandidatesThatAreRight/relu"])
        self.assertEqual(testing.tests_about("relu_gradient", LISTING), [
            "All/OperatorTest.IsRight/relu_gradient_l16_s1_cpu",
            "All/AdjointTest.IsTheReferenceGradient/relu_l16_s1_by_input"])

    def test_an_unknown_operator_is_told_before_anything_is_built(self):
        with mock.patch.object(testing, "build") as build:
            self.assertEqual(said_by("test", "--op", "rleu"), (
                1, "nestwright: --op: no operator 'rleu' has a folder in schedules/; did you mean 'relu'?\n"))
        build.assert_not_called()

    def test_an_operator_s_kernels_are_those_that_the_build_lists(self):
        with tempfile.TemporaryDirectory() as name:
            file = Path(name) / "kernels.txt"
            file.write_text("a\thost\top=relu\tshape=size:1\nb\thost\top=linear_relu\tshape=size:1\n")
            self.assertEqual(testing.kernels_of("relu", file), ["a"])


class Fuzzers(unittest.TestCase):
    def fuzz(self, *arguments, script):
        """What `fuzz` says of a fuzzer `records` that is this script, run in the folder build/fuzz of its tree."""
        with tempfile.TemporaryDirectory() as name:
            root = Path(name).resolve()
            folder = root / "build/fuzz/tests/fuzz"
            for needed in (root / "tests/fuzz/dictionaries", root / "build/fuzz/crashes", folder):
                needed.mkdir(parents=True)
            (root / "tests/fuzz/dictionaries/records.txt").touch()
            (root / "build/fuzz/crashes/records-crash-old").touch()
            (folder / "fuzz-records").write_text(f"#!/bin/sh\ncd {root / 'build/fuzz'}\n{script}\n")
            (folder / "fuzz-records").chmod(0o755)
            with mock.patch.object(fuzz, "build_fuzzers", return_value=folder):
                try:
                    status, text = fuzz.run_fuzz(root, "default", list(arguments)), ""
                except LauncherError as error:
                    status, text = 1, str(error)
            return status, text.replace(str(root), "ROOT")

    def test_every_fuzzer_has_a_program_seeds_and_a_dictionary(self):
        programs = (ROOT / "tests/fuzz/CMakeLists.txt").read_text()
        self.assertEqual(sorted(re.findall(r"^nestwright_add_fuzzer\((\w+)", programs, re.MULTILINE)), fuzz.fuzzers(ROOT))
        for name in fuzz.fuzzers(ROOT):
            self.assertTrue((ROOT / "tests/fuzz" / f"{name}.cpp").is_file())

    def test_runs_for_so_many_minutes_or_inputs(self):
        self.assertEqual(self.fuzz("records", "--minutes", "0.5", script='test "$*" = -max_total_time=30'), (0, ""))
        self.assertEqual(self.fuzz("records", "--inputs", "5", script='test "$*" = "-max_total_time=600 -runs=5"'), (0, ""))

    def test_a_crash_is_told_with_its_input_and_not_with_older_ones(self):
        status, text = self.fuzz("records", script="touch crashes/records-crash-new; exit 77")
        self.assertEqual((status, text), (1, "fuzz: nestwright-fuzz-records ended with status 77; to see it again: "
                                             "ROOT/build/fuzz/tests/fuzz/nestwright-fuzz-records "
                                             "ROOT/build/fuzz/crashes/records-crash-new"))

    def test_limits_are_numbers_that_make_sense(self):
        for minutes in ("0", "-1", "nan", "1e30"):
            status, text = self.fuzz("records", "--minutes", minutes, script="exit 0")
            self.assertEqual(status, 1)
            self.assertIn("--minutes", text)
        for inputs in ("0", "-1", "2147483648"):
            status, text = self.fuzz("records", "--inputs", inputs, script="exit 0")
            self.assertEqual(status, 1)
            self.assertIn("--inputs", text)


if __name__ == "__main__":
    unittest.main()
