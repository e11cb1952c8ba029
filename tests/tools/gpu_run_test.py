"""A rehearsal of bench/gpu.sh run: with a stand-in for NVIDIA's driver, in an empty environment, whatever goes wrong.

What it writes is read back. The programs are those of this build (NESTWRIGHT_BUILD), the pack is made of links to them.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["NESTWRIGHT_BUILD"])
PROGRAMS = {"nestwright-gpu-bench": "bench/nestwright-gpu-bench", "nestwright-gpu-train": "tools/train/nestwright-gpu-train",
            "nestwright-device-tests": "tests/gpu/nestwright-device-tests",
            "nestwright-gpu-candidates": "bench/candidates/nestwright-few-gpu-candidates"}


class Rehearsal(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.pack, self.out = self.folder / "nestwright", self.folder / "results"
        (self.pack / "bin").mkdir(parents=True)
        (self.folder / "empty").mkdir()
        for program, place in PROGRAMS.items():
            (self.pack / "bin" / program).symlink_to(BUILD / place)
        for name in ("gpu", "rivals/peers", "gpu.sh"):
            (self.pack / Path(name).name).symlink_to(ROOT / "bench" / name)
        # Found beside the pack, not beside what it links to.
        (self.pack / "gpu").unlink()
        shutil.copytree(ROOT / "bench" / "gpu", self.pack / "gpu", ignore=shutil.ignore_patterns("__pycache__"))

    def start(self, *arguments, faults="", **variables):
        environment = {"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": str(BUILD / "tests/gpu/cuda_double"),
                       "NESTWRIGHT_NVIDIA_LIBRARIES": str(self.folder / "empty"), "TMPDIR": str(self.folder),
                       **({"NESTWRIGHT_CUDA_DOUBLE": faults} if faults else {}), **variables}
        return subprocess.Popen([sys.executable, "-B", str(self.pack / "gpu" / "run.py"), "--quick", *arguments,
                                 str(self.out)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                universal_newlines=True)

    def run_to_end(self, *arguments, **more):
        run = self.start(*arguments, **more)
        self.said = run.communicate()[0]
        self.status = run.returncode
        return self.result()

    def result(self):
        return json.loads((self.out / "gpu.json").read_text())

    def steps(self, result):
        return {step["step"]: step for step in result["steps"]}

    def programs_that_run(self):
        """Of the pack."""
        commands = []
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                commands.append(file.read_bytes().decode(errors="replace"))
            except OSError:  # it has ended
                pass
        return [command for command in commands if str(self.pack / "bin") in command]

    def program(self, name, text):
        """A stand-in for a program of the pack."""
        file = self.pack / "bin" / name
        if file.is_symlink():
            file.unlink()
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)

    def test_all_that_can_be_done_is_done_and_the_rest_is_named(self):
        result = self.run_to_end("--minutes", "2")
        steps = self.steps(result)
        self.assertEqual(result["state"], "done", self.said)
        for name in ("epoch", "steps", "kernels", "candidates"):
            self.assertEqual(steps[name]["status"], "passed", steps[name])
        for name in ("rival", "rival_others", "rival_tf32"):
            self.assertEqual((steps[name]["status"], steps[name]["reason"]), ("left out", "libcudnn.so.9 is not here"))
        self.assertEqual(steps["operators"]["reason"], "the large pack is not here")
        # Where a device can't be used, the tests skip: that has shown nothing.
        self.assertEqual((steps["sessions"]["status"], steps["sessions"]["reason"]), ("failed", "tests were skipped"))
        self.assertEqual(self.status, 1)
        timed = {(row["what"], row["batch"]) for row in result["bench"]["rows"] if "median_seconds" in row}
        for batch in (1, 16, 64, 256, 1024, 4096):
            self.assertIn(("training_step", batch), timed)
        self.assertIn(("classifier_step fc1", 64), timed)
        self.assertIn(("classifier_step fc1", 1024), timed)
        self.assertIn("epoch-synthetic", result["trainings"])
        self.assertGreaterEqual(len(result["candidates"]), 10)  # two batches of five kernels
        self.assertLessEqual(len(list(self.out.iterdir())), 4)
        table = subprocess.run([sys.executable, str(ROOT / "tools/report/gpu_table.py"), str(self.out / "gpu.json")],
                               stdout=subprocess.PIPE, universal_newlines=True, check=True).stdout
        self.assertIn("| training step | 1024 |", table)

    def test_a_step_that_hangs_takes_no_other_with_it(self):
        result = self.run_to_end("--minutes", "0.4", "--steps", "epoch,steps", faults="hang_launch=30")
        steps = self.steps(result)
        self.assertEqual(steps["epoch"]["status"], "timed out", steps)
        self.assertEqual((steps["steps"]["status"], steps["steps"]["reason"]), ("left out", "no time was left"))
        self.assertLess(result["seconds"], 24)

    def test_a_step_that_crashes_is_named(self):
        result = self.run_to_end("--steps", "epoch,steps", faults="crash_launch=30")
        steps = self.steps(result)
        self.assertEqual(steps["epoch"]["reason"], "nestwright-gpu-train was ended by SIGABRT")
        self.assertEqual(steps["steps"]["status"], "crashed")

    def test_a_launch_that_fails_is_no_fast_kernel(self):
        result = self.run_to_end("--steps", "epoch,kernels", faults="fail_launch=12")
        steps = self.steps(result)
        self.assertEqual(steps["epoch"]["status"], "failed")
        self.assertIn("CUDA_ERROR", " ".join(steps["epoch"]["end"]))
        self.assertEqual(steps["kernels"]["status"], "failed")

    def test_one_failing_test_of_two_fails_the_step(self):
        self.program("nestwright-gpu-tests", 'echo "[  FAILED  ] A.B"; echo "[  PASSED  ] 1 test."; exit 1')
        result = self.run_to_end("--steps", "operators")
        self.assertEqual(self.steps(result)["operators"]["status"], "failed")
        self.assertIn("[  FAILED  ] A.B", self.steps(result)["operators"]["end"])

    def test_tests_that_skip_or_are_none_fail_the_step(self):
        for text, reason in (('echo "[  PASSED  ] 0 tests."', "no test was run"),
                             ('echo "[  PASSED  ] 3 tests."; echo "[  SKIPPED ] 1 test."', "tests were skipped")):
            self.program("nestwright-gpu-tests", text)
            result = self.run_to_end("--steps", "operators")
            self.assertEqual(self.steps(result)["operators"]["reason"], reason)

    def test_a_rival_that_fails_halfway_keeps_its_rows(self):
        (self.folder / "empty" / "libcudnn.so.9").touch()
        row = {"peer": "cudnn", "mode": "sgd", "what": "training_step", "threads": 1}
        good = json.dumps({**row, "batch": 64, "median_seconds": 1e-4, "low_seconds": 9e-5, "high_seconds": 1.1e-4})
        bad = json.dumps({**row, "batch": 1024, "failure": "cudnn: has no way"})
        self.program("nestwright-gpu-bench", f"echo '{good}'; echo '{bad}'; printf '{{\"peer'; kill -9 $$")
        result = self.run_to_end("--steps", "rival")
        self.assertEqual(self.steps(result)["rival"]["reason"], "nestwright-gpu-bench was ended by SIGKILL")
        self.assertEqual([row.get("median_seconds") for row in result["bench"]["rows"]], [1e-4, None])

    def test_it_can_be_ended_at_any_moment(self):
        draw = random.Random(1)
        for kill in range(20):
            shutil.rmtree(self.out, ignore_errors=True)
            run = self.start("--minutes", "1", "--steps", "epoch,steps,kernels")
            while not (self.out / "gpu.json").exists():
                time.sleep(0.01)
            time.sleep(draw.uniform(0.0, 3.0))
            run.send_signal(signal.SIGKILL if kill % 2 else signal.SIGTERM)
            run.communicate()
            result = self.result()
            if kill % 2 == 0:
                self.assertIn(result["state"], ("stopped", "done"))
            time.sleep(0.05)
            self.assertEqual(self.programs_that_run(), [])


if __name__ == "__main__":
    unittest.main()
