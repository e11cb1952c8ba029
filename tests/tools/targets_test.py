"""Every target that `generate` takes becomes files that link, with no word said; every other gets a line that names
what is wrong."""

import os
import re
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor

from generate_test import InAFolder
from generated import BUILD, POOL, ROOT, run

GENERATOR = BUILD / "generators" / "nestwright-generator"
ARCHITECTURES = ("x86", "arm", "hexagon", "powerpc", "wasm", "riscv")
SYSTEMS = ("linux", "windows", "osx", "android", "ios", "qurt", "noos", "fuchsia", "wasmrt")
# What an architecture can't be compiled for without.
NEEDED = {"hexagon": "-hvx", "riscv": "-rvv-vector_bits_128"}
# How object files begin: ELF, Mach-O of 32 and 64 bits, COFF (of x86 in 32 and 64 bits, and of ARM), WebAssembly.
OBJECTS = (b"\x7fELF", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\x4c\x01", b"\x64\x86", b"\x64\xaa", b"\0asm")


def features_of_halide():
    """Halide's own list, which it shows where it does not know a target."""
    result = subprocess.run([str(GENERATOR), "-r", "x", "-o", ".", "-e", "object", "target=no-such-target"],
                            stderr=subprocess.PIPE, universal_newlines=True)
    names = re.search(r"Features are: (.*?)\.\n\n", result.stderr, re.DOTALL).group(1)
    tunings = re.search(r"processor is: (.*?)\.\n", result.stderr).group(1)
    return re.findall(r"\w+", names), re.findall(r"\w+", tunings)


class Targets(InAFolder):
    def outcome(self, target, objects=("object", "runtime")):
        """None where all files for the target are made, and nothing is said; or the line that is said."""
        folder = self.folder / target
        result = run([*POOL, "--emit", ",".join(("header", *objects)), "--target", target, "--out", str(folder)])
        if result.returncode != 0:
            self.assertEqual((result.returncode, result.stdout), (1, ""), target)
            self.assertRegex(result.stderr, r"\Anestwright: .*\n\Z", target)
            self.assertFalse(folder.exists(), target)
            return result.stderr
        self.assertEqual(result.stderr, "", target)
        written = [file for file in folder.iterdir() if file.suffix in (".o", ".obj")]
        self.assertEqual(len(written), len(objects), target)
        for file in written:
            self.assertTrue(file.read_bytes().startswith(OBJECTS), f"{target}: {file.name}")
        return None

    def outcomes(self, targets, **options):
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return dict(zip(targets, pool.map(lambda target: self.outcome(target, **options), targets)))

    def test_each_feature_of_halide(self):
        features, tunings = features_of_halide()
        self.assertGreater(len(features), 90)
        of_x86 = {f"x86-64-linux-{feature}": feature for feature in [*features, *tunings, "trace_all"]}
        # A runtime takes three times as long to compile as a kernel; those of many are made below.
        outcomes = self.outcomes(list(of_x86), objects=("object",))
        refused = {of_x86[target]: said for target, said in outcomes.items() if said}
        for feature, said in refused.items():
            self.assertIn(f"{feature}", said.split(":", 2)[2])
            self.assertNotRegex(said, r"target\(|stoi|incompatible")
        for feature in ("avx2", "fma", "avx512_skylake", "cuda", "cuda_capability_80", "opencl", "debug", "asan",
                        "profile", "user_context", "no_runtime", "large_buffers", "trace_all", "tune_znver4"):
            self.assertNotIn(feature, refused)
        for feature in ("vulkan", "vk_v13", "metal", "d3d12compute", "webgpu", "spirv", "egl"):
            self.assertIn(f"no kernels for '{feature}'; of devices there are cuda and opencl", refused[feature])

    def test_each_machine_of_halide(self):
        targets = {f"{architecture}-{bits}-{system}{NEEDED.get(architecture, '')}": (architecture, system)
                   for architecture in ARCHITECTURES for bits in (32, 64) for system in SYSTEMS}
        outcomes = self.outcomes(list(targets), objects=("object",))
        accepted = [targets[target] for target, said in outcomes.items() if said is None]
        self.assertEqual({architecture for architecture, _ in accepted}, set(ARCHITECTURES))
        self.assertEqual({system for _, system in accepted}, set(SYSTEMS))
        for target, said in outcomes.items():
            if said:
                self.assertIn(f"Halide has no compiler for {'-'.join(target.split('-')[:3])}; of ", said)

    def test_features_of_other_machines(self):
        accepted = ("x86-64-linux-avx2-fma-f16c", "x86-64-linux-avx512_skylake-cuda-cuda_capability_80-user_context",
                    "x86-64-linux-opencl-debug-profile", "x86-64-linux-asan-large_buffers", "x86-64-linux-tsan-trace_all",
                    "x86-32-windows", "x86-64-fuchsia", "x86-64-osx", "arm-32-ios",
                    "arm-64-linux-sve2-vector_bits_128", "riscv-64-linux-rvv-vector_bits_256", "arm-32-linux-no_neon",
                    "arm-32-linux-armv7s", "arm-64-linux-armv89a", "arm-64-linux-arm_dot_prod-arm_fp16",
                    "powerpc-64-linux-vsx-power_arch_2_07", "wasm-32-wasmrt-wasm_simd128-wasm_bulk_memory",
                    "wasm-32-wasmrt-wasm_mvponly", "wasm-32-wasmrt-wasm_threads", "hexagon-32-qurt-hvx-hvx_v68",
                    "arm-64-ios-simulator", "arm-64-noos-semihosting", "x86-64-linux-avx10_1-vector_bits_512",
                    "arm-64-osx-opencl", "x86-64-windows-cuda-debug", "arm-64-linux-cuda", "arm-64-android-opencl")
        for target, said in self.outcomes(accepted).items():
            self.assertIsNone(said, target)

    def test_words_that_are_refused(self):
        for machine, words in (("host", ("vector_bits_x", "vector_bits_", "vector_bits_0", "vector_bits_96", "metal",
                                         "vector_bits_99999999999999999999", "vector_bits_064", "vector_bits_+64",
                                         "rvv", "vulkan", "d3d12compute", "avx512_knl", "sve2", "simulator",
                                         "semihosting")),
                               ("x86-64-windows", ("profile_by_timer",)),
                               ("wasm-32-wasmrt", ("tsan", "sanitizer_coverage", "avx")),
                               ("x86-64-linux", ("arm", "windows", "32", "no_neon", "wasm_threads", "hvx", "avx10_1")),
                               ("arm-64-linux", ("tune_k8", "sve", "no_neon", "fma", "vsx", "armv7s")),
                               ("arm-32-linux", ("armv8a", "sve2", "f16c")),
                               ("riscv-64-linux", ("rvv",))):
            for word in words:
                self.assert_refused([*POOL, "--target", f"{machine}-{word}"], f"--target: '{machine}-{word}': ",
                                    f"'{word}'")

    def test_targets_that_lack_a_word(self):
        for target, text in (("host,", "a target is missing"), (",host", "a target is missing"),
                             ("host,,x86-64-linux", "a target is missing"), ("host-", "a word is missing"),
                             ("-host", "a word is missing"), ("x86-64-linux--avx2", "a word is missing"),
                             ("riscv-64-linux", "add rvv"), ("hexagon-32-qurt", "add hvx"),
                             ("arm-64-linux-sve-vector_bits_64", "'sve' needs a size of its vectors from 128 to 2048"),
                             ("x86-64-linux-vector_bits_-5", "'vector_bits_' is no size")):
            self.assert_refused([*POOL, f"--target={target}"], "--target: '", text)

    def test_words_that_exclude_each_other(self):
        for target in "host-tune_k8-tune_znver4", "x86-64-linux-vector_bits_128-vector_bits_256":
            self.assert_refused([*POOL, "--target", target], "don't go together; write one of them")


class SeveralTargets(InAFolder):
    def test_one_target_in_two_ways(self):
        for first, second in (("host", "host-no_runtime"), ("x86-64-linux-no_runtime", "x86-64-linux"),
                              ("x86-64-linux-avx2-fma", "x86-64-linux-fma-avx2"),
                              ("x86-64-linux-tune_generic", "x86-64-linux")):
            self.assert_refused([*POOL, "--target", f"{first},{second}"],
                                f"--target: '{second}': is the same target as '{first}'")

    def test_features_that_all_have_or_none(self):
        for feature in ("user_context", "debug", "asan", "msan", "tsan", "c_plus_plus_name_mangling",
                        "enable_backtraces", "sanitizer_coverage", "soft_float_abi"):
            with_it, without = f"x86-64-linux-avx2-{feature}", "x86-64-linux"
            for emitted in "object", "runtime":
                self.assert_refused([*POOL, "--emit", emitted, "--target", f"{with_it},{without}"],
                                    f"--target: '{without}': lacks '{feature}', the first target has it")
            self.assert_refused([*POOL, "--target", f"{without},{with_it}"], f"'{with_it}': has '{feature}'")


class Runtimes(InAFolder):
    def test_targets_at_which_llvm_fails(self):
        self.assert_refused([*POOL, "--emit", "runtime", "--target", "x86-64-linux-avx512"],
                            "--target: Halide can't compile its runtime for x86-64-linux-avx512 (an assertion of LLVM "
                            "fails: ended by SIGABRT); it can for x86-64-linux\n")

    def test_strict_kernels_have_the_same_runtime(self):
        for target in "x86-64-linux-strict_float", "x86-64-linux-strict_float-avx2":
            result = run([*POOL, "--emit", "runtime", "--target", target, "--out", str(self.out)])
            self.assertEqual((result.returncode, result.stderr), (0, ""))


class Languages(InAFolder):
    def test_a_kernel_that_only_cpp_can_link_says_so_to_c(self):
        result = run([*POOL, "--emit", "header", "--target", "host-c_plus_plus_name_mangling", "--out", str(self.out)])
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for compiler, status in (("cc", 1), ("c++", 0)):
            compiled = subprocess.run([compiler, "-fsyntax-only", f"-I{self.out}", "-x", "c" if status else "c++",
                                       str(ROOT / "docs/link_a_kernel.c")], stderr=subprocess.PIPE,
                                      universal_newlines=True)
            self.assertEqual(compiled.returncode, status, compiled.stderr)
            self.assertEqual("max_pool2d_cpu has a name of C++" in compiled.stderr, bool(status))


if __name__ == "__main__":
    unittest.main()
