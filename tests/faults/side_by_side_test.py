"""Two processes on one file, or one tree: the end is as if one had come after the other."""

import json
import os
import re
import shutil
import sys
import unittest

from programs import IS_WHOLE, ROOT, WORKBENCH, FaultsTest, state_of, taken

# Sets up an environment of no packages, where it is told to, and builds, as ./nestwright does. What the build makes fails beside another
# that makes it.
SET_UP = """
import sys
from pathlib import Path
from launcher import build, provision
root = Path(sys.argv[1])
if sys.argv[3:]:
    provision.ensure_environment(root / "build" / ".empty", "nothing", root / "empty.txt", ["--no-index"])
build.build(root, Path(sys.argv[2]), "default", [])
"""
PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(alone NONE)
add_custom_command(OUTPUT made COMMAND sh -c "mkdir alone && sleep 1 && rmdir alone && echo . >> times && touch made" VERBATIM)
add_custom_target(make ALL DEPENDS made)
"""
PRESETS = {"version": 6, "configurePresets": [{"name": "default", "generator": "Ninja",
                                               "binaryDir": "${sourceDir}/build/${presetName}"}]}


class SideBySide(FaultsTest):
    def test_two_trainings_write_one_checkpoint(self):
        ends = []
        for seed in ("1", "2"):
            self.assert_succeeds(self.train("--epochs", "8", "--seed", seed, "--checkpoint", "whole"))
            ends.append(state_of(self.folder / "whole"))
        os.unlink(self.folder / "whole")
        for number in taken(range(20), 2):
            with self.subTest(number=number):
                programs = [self.start(self.train("--epochs", "8", "--seed", seed, "--checkpoint", "both"))
                            for seed in ("1", "2")]
                for program in programs:
                    result = self.end_of(program)
                    self.assertEqual((result.status, result.err), (0, ""))
                self.assertIn(state_of(self.folder / "both"), ends)
                self.assertEqual(os.listdir(self.folder), ["both"])

    def test_two_comparisons_add_to_one_file_of_records(self):
        programs = [self.start([WORKBENCH, "compare", op, "--records", "records"]) for op in ("relu", "accuracy")]
        for program in programs:
            result = self.end_of(program)
            self.assertEqual(result.status, 0, result)
        records = [json.loads(line) for line in (self.folder / "records").read_text().splitlines()]
        self.assertEqual({record["operator"] for record in records}, {"relu", "accuracy"})
        self.assertEqual(os.listdir(self.folder), ["records"])

    def test_two_set_ups_of_one_tree(self):
        tools = ROOT / "build" / ".tools"
        (self.folder / "CMakeLists.txt").write_text(PROJECT)
        (self.folder / "CMakePresets.json").write_text(json.dumps(PRESETS))
        (self.folder / "empty.txt").write_text("")
        (self.folder / "tools" / "requirements").mkdir(parents=True)
        shutil.copy(ROOT / "tools" / "requirements" / "build.txt", self.folder / "tools" / "requirements")
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools"), "PYTHONDONTWRITEBYTECODE": "1",
                       "PATH": f"{tools / 'bin'}:{os.environ['PATH']}"}
        environments = [".empty"] if IS_WHOLE else []  # takes seconds
        programs = [self.start([sys.executable, "-c", SET_UP, self.folder, tools, *environments], env=environment)
                    for _ in range(2)]
        results = [self.end_of(program) for program in programs]
        for result in results:
            self.assertEqual(result.status, 0, result)
        said = "".join(result.err for result in results)
        self.assertIn("waiting for another nestwright", said)
        for step in ("making .empty", "installing nothing") if environments else ():
            self.assertEqual(len(re.findall(rf"{step}.* \.\.\.$", said, re.MULTILINE)), 1, said)
        self.assertEqual(said.count("configuring build/default ..."), 1, said)
        self.assertEqual((self.folder / "build" / "default" / "times").read_text(), ".\n")


if __name__ == "__main__":
    unittest.main()
