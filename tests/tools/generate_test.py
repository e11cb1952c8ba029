"""`generate` writes what it is asked for, for one target or several; or says in a line why not, and writes nothing."""

import os
import re
import resource
import shlex
import shutil
import signal
import stat
import struct
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from generated import BUILD, POOL, POOL_SHAPE, ROOT, THREE, command, names_in, run, start

HEADERS = ["HalideBuffer.h", "HalideRuntime.h"]
# The kinds of files, with the ending of each, and whether there is one however many targets there are.
KINDS = {"object": (".o", False), "header": (".h", True), "stmt": (".stmt", False), "stmt_html": (".stmt.html", False),
         "conceptual_stmt": (".conceptual.stmt", False), "conceptual_stmt_html": (".conceptual.stmt.html", False),
         "assembly": (".s", False), "llvm_assembly": (".ll", False), "bitcode": (".bc", False),
         "static_library": (".a", True), "schedule": (".schedule.h", True)}


def can_mount():
    """Whether a command can be given file systems of its own."""
    return shutil.which("unshare") is not None and subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/tmp"], stderr=subprocess.DEVNULL).returncode == 0


class InAFolder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.out = self.folder / "made" / "kernels"

    def assert_refused(self, arguments, *texts, **options):
        """The command ends with status 1, says one line, in which `texts` are, and leaves nothing."""
        result = run([*arguments, "--out", str(self.out)], **options)
        self.assertEqual((result.returncode, result.stdout), (1, ""), result.stderr)
        self.assertRegex(result.stderr, r"\Anestwright: .*\n\Z")
        for text in texts:
            self.assertIn(text, result.stderr)
        self.assertEqual(names_in(self.folder), [], "a refused command left something")


class Files(InAFolder):
    def made(self, *arguments):
        result = run([*arguments, "--out", str(self.out)])
        self.assertEqual(result.returncode, 0, result.stderr)
        names = names_in(self.out)
        self.assertEqual(result.stdout.splitlines(), [str(self.out / name) for name in names])
        for name in names:
            self.assertGreater((self.out / name).stat().st_size, 0, name)
        return names

    def test_each_kind_for_one_target(self):
        for kind, (ending, _) in KINDS.items():
            with self.subTest(kind):
                shutil.rmtree(self.out, ignore_errors=True)
                beside = [*HEADERS, "nestwright_checked_call.h"] if kind == "header" else []
                self.assertEqual(self.made(*POOL, "--emit", kind), sorted(["max_pool2d_cpu" + ending, *beside]))

    def test_each_kind_for_three_targets(self):
        for kind, (ending, is_one) in KINDS.items():
            with self.subTest(kind):
                shutil.rmtree(self.out, ignore_errors=True)
                each = [f"max_pool2d_cpu-{target}{ending}" for target in THREE]
                expected = ["max_pool2d_cpu" + ending] if is_one else each
                expected += [*HEADERS, "nestwright_checked_call.h"] if kind == "header" else []
                expected += ["max_pool2d_cpu_wrapper.o"] if kind == "object" else []
                self.assertEqual(self.made(*POOL, "--emit", kind, "--target", ",".join(THREE)), sorted(expected))

    def test_runtime_for_one_target_and_three(self):
        for targets in THREE[:1], THREE, ["x86-64-windows"]:
            shutil.rmtree(self.out, ignore_errors=True)
            runtime = "halide_runtime.obj" if "windows" in targets[0] else "halide_runtime.o"
            self.assertEqual(self.made(*POOL, "--emit", "runtime", "--target", ",".join(targets)),
                             sorted([*HEADERS, runtime]))

    def test_code_of_devices(self):
        shape = POOL_SHAPE.replace("lanes=16", "lanes=32")
        gpu = [*POOL, "--schedule", "gpu", "--shape", shape, "--emit", "device_code"]
        self.assertEqual(self.made(*gpu, "--target", "host-opencl"), ["max_pool2d_gpu.device_code"])
        shutil.rmtree(self.folder / "made")
        self.assertEqual(self.made(*gpu, "--target", "x86-64-linux-avx2-opencl,x86-64-linux-opencl"),
                         ["max_pool2d_gpu-x86-64-linux-avx2-opencl.device_code",
                          "max_pool2d_gpu-x86-64-linux-opencl.device_code"])
        shutil.rmtree(self.folder / "made")
        self.assert_refused([*POOL, "--emit", "device_code"], "--emit device_code: this kernel has none")

    def test_other_files_stay_and_older_ones_are_replaced(self):
        self.out.mkdir(parents=True)
        (self.out / "mine").write_text("mine")
        (self.out / "max_pool2d_cpu.stmt").write_text("old")
        run([*POOL, "--emit", "stmt", "--out", str(self.out)])
        self.assertEqual(names_in(self.out), ["max_pool2d_cpu.stmt", "mine"])
        self.assertNotEqual((self.out / "max_pool2d_cpu.stmt").read_text(), "old")

    def test_a_replaced_file_keeps_its_mode_and_a_link_stays_one(self):
        (self.folder / "elsewhere").mkdir()
        self.out.mkdir(parents=True)
        (self.out / "max_pool2d_cpu.stmt").touch(mode=0o600)
        (self.folder / "elsewhere" / "my.h").touch(mode=0o640)
        (self.out / "max_pool2d_cpu.h").symlink_to(self.folder / "elsewhere" / "my.h")
        self.assertEqual(run([*POOL, "--emit", "stmt,header", "--out", str(self.out)]).returncode, 0)
        self.assertEqual(stat.S_IMODE((self.out / "max_pool2d_cpu.stmt").stat().st_mode), 0o600)
        self.assertTrue((self.out / "max_pool2d_cpu.h").is_symlink())
        self.assertIn("argmax", (self.folder / "elsewhere" / "my.h").read_text())

    def test_a_header_is_the_same_wherever_it_is_written(self):
        self.made(*POOL, "--emit", "header")
        first = (self.out / "max_pool2d_cpu.h").read_text()
        self.out = self.folder / "elsewhere"
        self.made(*POOL, "--emit", "header")
        self.assertEqual((self.out / "max_pool2d_cpu.h").read_text(), first)
        for line in ("input: input, float32", "argmax: output, uint8", "x        extent 14               stride 16 "):
            self.assertIn(line, first)

    def test_schedules_are_found_by_path_and_by_name(self):
        shutil.copyfile(ROOT / "schedules/max_pool2d/cpu.nest", self.folder / "my-own.nest")
        for name, made in (("cpu", "max_pool2d_cpu"), (str(self.folder / "my-own.nest"), "max_pool2d_my_own")):
            shutil.rmtree(self.out, ignore_errors=True)
            self.assertEqual(self.made(*POOL, "--schedule", name, "--emit", "stmt"), [made + ".stmt"])


class Refusals(InAFolder):
    def test_schedules_that_are_not_there(self):
        shipped = "did you mean 'max_pool2d/cpu'?"
        for name, hint in (("max_pool2d/cpuu", shipped), ("cpuu", shipped), ("max_pol2d/cpu.nest", shipped),
                           ("qqqq", "lists those"),
                           ("x" * 5000, "is no file")):
            self.assert_refused([*POOL, "--schedule", name], "--schedule: '" + name[:200], hint)

    def test_names_that_c_has_already(self):
        for name in ("9lives", "int", "for", "static", "class", "constexpr", "and", "_Bool", "_x", "a__b", "main",
                     "printf", "malloc", "read", "sin", "errno", "uint8_t", "INT_MAX", "halide_error",
                     "HalideRuntime", "nestwright_checked_call", "x" * 201, "a b", "ä"):
            self.assert_refused([*POOL, "--name", name], f"--name: '{name[:200]}")

    def test_targets_that_halide_does_not_know(self):
        for target, text in (("hots", "did you mean 'host'?"), ("host-avx521", "no target word 'avx521'"),
                             ("host-x86", "don't go together"), ("x86-64", "expected host or arch-bits-os"),
                             ("", "a target is missing"), ("host-avx2-avx2", "'avx2' is there twice"),
                             ("host,host", "is there twice"), ("x86-64-linux,arm-64-linux", "differ in features only"),
                             ("arm-64-linux-avx2", "avx2"), ("x86-64-linux-wasm_simd128", "wasm_simd128"),
                             ("x86-64-linux-hvx_128", "feature of hexagon's"), ("host-jit", "leave it out"),
                             ("x86_64-linux", "x86_64")):
            self.assert_refused([*POOL, "--target", target], "--target: '", text)

    def test_targets_at_which_llvm_fails(self):
        text = "can't compile this kernel for x86-64-linux-avx512 (an assertion of LLVM fails: ended by SIGABRT)"
        for target in "x86-64-linux-avx512", "x86-64-linux-avx512,x86-64-linux":
            self.assert_refused([*POOL, "--target", target], text, "it can for x86-64-linux")

    def test_targets_at_which_halide_fails(self):
        self.assert_refused([*POOL, "--target", "x86-64-linux-strict_float"], "for x86-64-linux-strict_float: with")
        self.assert_refused([*POOL, "--target", "x86-64-linux-avx2,x86-64-linux-user_context"], "user_context")

    def test_numbers_that_fit_no_type(self):
        for number in 2 ** 31, 2 ** 32 + 28, 2 ** 33 + 28, 2 ** 63, 10 ** 30, -1, "x", "", "1.5", "0x1c":
            shape = POOL_SHAPE.replace("width=28", f"width={number}")
            self.assert_refused([*POOL, "--shape", shape], f"--shape: 'width={number}' is not name=number")
            self.assert_refused([*POOL, "--tune", f"c_tile={number}"], f"--tune: 'c_tile={number}' is not name=number")

    def test_numbers_that_reach_the_generator_itself(self):
        shape = POOL_SHAPE.replace("=", ":")
        for wrong in "shape=" + shape.replace("width:28", "width:8589934620"), "tune=c_tile:4294967297":
            request = ["op=max_pool2d", f"schedule={ROOT}/schedules/max_pool2d/cpu.nest", "target=host", wrong,
                       *([f"shape={shape}"] if wrong.startswith("tune") else [])]
            result = subprocess.run(
                [str(BUILD / "generators" / "nestwright-generator"), "-g", "kernel", "-n", "k", "-f", "k", "-o",
                 str(self.folder), "-e", "object", *request],
                stderr=subprocess.PIPE, universal_newlines=True)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn("expected a number from 0 to 2147483647", result.stderr)
            self.assertEqual(names_in(self.folder), [])

    def test_tensors_that_halide_can_not_address(self):
        for extents in ("width=20000,height=20000,channels=6", "width=2147483647,height=2147483647,channels=2147483647",
                        "width=28,height=28,channels=42800"):
            self.assert_refused([*POOL, "--shape", f"lanes=16,{extents},window=2,stride=2"],
                                "max_pool2d: 'input' has more")

    def test_options_that_are_wrong(self):
        self.assert_refused(["generate"], "required: --op, --schedule")
        self.assert_refused([*POOL, "--emit", "objekt"], "did you mean 'object'?")
        self.assert_refused([*POOL, "--op", "max_pol2d"], "did you mean 'max_pool2d'?")
        self.assert_refused([*POOL, "--records", "nowhere"], "--records: no file nowhere")
        (self.folder / "file").write_text("")
        result = run([*POOL, "--out", str(self.folder / "file" / "kernels")])
        self.assertEqual((result.returncode, result.stderr.count("\n")), (1, 1), result.stderr)
        self.assertIn("Not a directory", result.stderr)


class OwnInputs(InAFolder):
    """What a command reads is not what it writes, by whatever name."""

    def assert_kept(self, option, file, *arguments):
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / "before").touch()
        text = file.read_text()
        names = names_in(self.out)
        result = run([*POOL, option, str(file), *arguments, "--out", str(self.out)])
        self.assertEqual((result.returncode, result.stdout, result.stderr.count("\n")), (1, "", 1), result.stderr)
        self.assertIn(f"is the file of {option}; choose another", result.stderr)
        self.assertEqual((names_in(self.out), file.read_text()), (names, text))

    def test_the_schedule_is_not_replaced(self):
        self.out.mkdir(parents=True)
        for name, arguments in (("foo.stmt", ["--name", "foo", "--emit", "stmt"]),
                                ("mine.schedule.h", ["--name", "mine", "--emit", "schedule"]),
                                ("HalideBuffer.h", ["--emit", "header"]), ("HalideRuntime.h", ["--emit", "runtime"]),
                                ("nestwright_checked_call.h", ["--emit", "object,header"]),
                                ("halide_runtime.o", ["--emit", "runtime"]),
                                ("k-x86-64-linux-sse41.s", ["--name", "k", "--emit", "assembly", "--target",
                                                            ",".join(THREE)]),
                                ("k_wrapper.o", ["--name", "k", "--emit", "object", "--target", ",".join(THREE)])):
            shutil.copyfile(ROOT / "schedules/max_pool2d/cpu.nest", self.out / name)
            self.assert_kept("--schedule", self.out / name, *arguments)

    def test_records_are_not_replaced(self):
        self.out.mkdir(parents=True)
        (self.out / "rr.h").write_text("")
        self.assert_kept("--records", self.out / "rr.h", "--name", "rr")

    def test_files_are_compared_as_files(self):
        self.out.mkdir(parents=True)
        mine = self.folder / "mine.nest"
        shutil.copyfile(ROOT / "schedules/max_pool2d/cpu.nest", mine)
        for link in os.symlink, os.link:
            link(mine, self.out / "k.stmt")
            self.assert_kept("--schedule", mine, "--name", "k", "--emit", "stmt")
            (self.out / "k.stmt").unlink()
        mine.rename(self.out / "k.stmt")
        self.out = self.out / "missing" / ".."
        result = run([*POOL, "--schedule", str(self.out.parent.parent / "k.stmt"), "--name", "k", "--emit", "stmt",
                      "--out", str(self.out)])
        self.assertIn("is the file of --schedule", result.stderr)

    def test_two_files_are_not_one(self):
        self.out.mkdir(parents=True)
        (self.out / "max_pool2d_cpu.h").symlink_to("max_pool2d_cpu.o")
        result = run([*POOL, "--out", str(self.out)])
        self.assertEqual((result.returncode, result.stderr.count("\n")), (1, 1))
        self.assertIn("are one file", result.stderr)
        self.assertEqual(names_in(self.out), ["max_pool2d_cpu.h"])

    def test_what_is_no_file_is_found_before_anything_is_compiled(self):
        self.out.mkdir(parents=True)
        for make in Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/null"):
            make(self.out / "max_pool2d_cpu.h")
            # A compiler that can't work would be complained of first.
            result = run([*POOL, "--out", str(self.out)], env={**os.environ, "HL_LLVM_ARGS": "-bogus"})
            self.assertEqual((result.returncode, result.stderr.count("\n")), (1, 1))
            self.assertIn(f"--out: {self.out / 'max_pool2d_cpu.h'} is a ", result.stderr)
            self.assertEqual(names_in(self.out), ["max_pool2d_cpu.h"])
            (self.out / "max_pool2d_cpu.h").rename(self.folder / str(len(names_in(self.folder))))


class Failures(InAFolder):
    def test_files_that_may_not_be_longer(self):
        for size in 0, 100, 5000, 50000:
            self.assert_refused([*POOL, "--emit", "object,header,stmt_html,static_library"],
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))

    def test_full_disks(self):
        if not can_mount():
            self.skipTest("no file systems can be mounted here")
        environment = dict(os.environ)
        mount = f"mount -t tmpfs -o size=$SIZE none {shlex.quote(str(self.folder))} && "
        for size in range(0, 132, 22):
            for emitted in ("object", "header", "object,header,stmt", "static_library", "conceptual_stmt_html",
                            "runtime"):
                script = mount + shlex.join(command([*POOL, "--emit", emitted, "--out", str(self.out)]))
                script += f"; status=$?; find {shlex.quote(str(self.folder))} -mindepth 1 >&2; exit $status"
                environment["SIZE"] = f"{4 * size + 4}k"
                result = subprocess.run(["unshare", "-rm", "sh", "-c", script], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, universal_newlines=True, env=environment)
                said = [line for line in result.stderr.splitlines() if line.startswith("nestwright: ")]
                found = [line for line in result.stderr.splitlines() if line.startswith(str(self.out) + "/")]
                if result.returncode == 0:
                    self.assertEqual(sorted(found), result.stdout.splitlines())
                else:
                    self.assertEqual((result.returncode, len(said), len(result.stderr.splitlines())), (1, 1, 1),
                                     result.stderr)
                    self.assertRegex(said[0], "^nestwright: --out: |no such file, or an empty one", emitted)

    def test_no_more_files(self):
        if not can_mount():
            self.skipTest("no file systems can be mounted here")
        for nodes in 2, 3, 4, 5, 6, 8, 12, 40:
            script = f"mount -t tmpfs -o nr_inodes={nodes} none {shlex.quote(str(self.folder))} && " + shlex.join(
                command([*POOL, "--emit", "object,header,runtime", "--out", str(self.out)]))
            script += f"; status=$?; find {shlex.quote(str(self.folder))} -mindepth 1 -type f >&2; exit $status"
            result = subprocess.run(["unshare", "-rm", "sh", "-c", script], stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, universal_newlines=True)
            if result.returncode != 0:
                self.assertRegex(result.stderr, r"\Anestwright: --out: [^\n]*(No space left on device|create temp)"
                                                r"[^\n]*\n\Z", nodes)
        self.assertEqual(result.returncode, 0, "nothing went well")

    def test_options_that_llvm_does_not_know(self):
        for kind in "object", "runtime":
            self.assert_refused([*POOL, "--emit", kind], "nestwright: HL_LLVM_ARGS: ", "-bogus", "unset it",
                                env={**os.environ, "HL_LLVM_ARGS": "-bogus"})

    def test_names_with_lines_in_them(self):
        for name, text in (("a\nb.nest", "schedule max_pool2d for cpu\noutput.foo(x)\n"), ("r\nr.jsonl", "garbage\n")):
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / name
                file.write_text(text)
                result = run([*POOL, "--records" if "r.j" in name else "--schedule", str(file), "--out", str(self.out)])
                shown = str(file).replace("\n", "\\n")
                self.assertRegex(result.stderr, r"\Anestwright: " + re.escape(shown) + r":\d")
                self.assertEqual(result.stderr.count("\n"), 1 if "r.j" in name else 3)

    def test_signals(self):
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            process = start([*POOL, "--emit", "object,stmt_html,conceptual_stmt_html", "--target", ",".join(THREE),
                             "--out", str(self.out)])
            while process.poll() is None and not list(self.folder.rglob(".nestwright-stage-*/max*")):
                time.sleep(0.002)
            # The launcher alone is told: that it ends what it started is its affair.
            process.send_signal(number)
            out, err = process.communicate()
            self.assertEqual((process.returncode, out, err.count("\n")), (status, "", 1), err)
            self.assertEqual(names_in(self.folder), [])

    def test_nothing_is_left_in_tmp(self):
        if not can_mount() or Path("/tmp") in [*ROOT.parents, *BUILD.parents]:
            self.skipTest("no /tmp of its own can be given to a command here")
        for emitted in "object,stmt_html", "static_library":
            refused = [*POOL, "--target", "x86-64-linux-avx512", "--emit", emitted, "--out", "/tmp/kernels"]
            result = subprocess.run(["unshare", "-rm", "sh", "-c", "mount -t tmpfs none /tmp && cd / && " +
                                     shlex.join(command(refused)) + "; find /tmp -mindepth 1"], stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, universal_newlines=True)
            self.assertIn("an assertion of LLVM fails", result.stderr)
            self.assertEqual(result.stdout, "")

    def test_what_a_killed_command_left_goes(self):
        process = start([*POOL, "--emit", "object,stmt_html", "--out", str(self.out)])
        while process.poll() is None and not list(self.folder.rglob(".nestwright-stage-*/*")):
            time.sleep(0.002)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        self.assertEqual([name[:18] for name in names_in(self.out)], [".nestwright-stage-"])
        (self.out / ".nestwright-notes").mkdir()
        self.assertEqual(run([*POOL, "--emit", "stmt", "--out", str(self.out)]).returncode, 0)
        self.assertEqual(names_in(self.out), [".nestwright-notes", "max_pool2d_cpu.stmt"])


class Advice(InAFolder):
    def write_data(self, side):
        for name, count in (("train", 32), ("t10k", 16)):
            (self.folder / f"{name}-images-idx3-ubyte").write_bytes(
                struct.pack(">4i", 0x803, count, side, side) + bytes(i % 251 for i in range(count * side * side)))
            (self.folder / f"{name}-labels-idx1-ubyte").write_bytes(
                struct.pack(">2i", 0x801, count) + bytes(i % 10 for i in range(count)))

    def test_the_command_that_train_advises_works_as_it_is_printed(self):
        program = BUILD / "tools" / "train" / "nestwright"
        for model, side in (("lenet5", 20), ("lenet5", 32), ("lenet_caffe", 32)):
            self.write_data(side)
            result = subprocess.run([str(program), "train", "--model", model, "--data", str(self.folder), "--quiet"],
                                    stderr=subprocess.PIPE, universal_newlines=True)
            self.assertEqual((result.returncode, result.stderr.count("\n")), (1, 1), result.stderr)
            advised = shlex.split(result.stderr.split("'")[1])
            self.assertEqual(advised[0], "./nestwright")
            made = run(advised[1:], self.folder)
            self.assertEqual(made.returncode, 0, f"{advised}: {made.stderr}")
            self.assertTrue(list((self.folder / "kernels").glob("*.o")))


if __name__ == "__main__":
    unittest.main()
