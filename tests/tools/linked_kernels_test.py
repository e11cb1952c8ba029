"""C programs that link generated kernels: they get the right numbers, and a line where their arguments do not fit."""

import ctypes
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from generated import BUILD, POOL, POOL_SHAPE, ROOT, THREE, run
from launcher.topology import describe_where_linux_does_not

STRICT = ["-Wall", "-Wextra", "-Wconversion", "-Werror"]
LIBRARIES = ["-lm", "-lpthread", "-ldl"]
TARGETS = [["x86-64-linux"], THREE]

# What a caller may get wrong, and what it is told. Each of these calls ended the process before there was a check.
WRONG_CALLS = r"""
#include <stdio.h>
#include <string.h>
#include "max_pool2d_cpu.h"

static float input[2][6][28][28][16], output[2][6][14][14][16];
static unsigned char argmax[2][6][14][14][16];
static char message[256];

static void tell(int code) { printf("%d %s\n", code, message); }
static void call(int64_t blocks, const float* from) {
  tell(max_pool2d_cpu_checked(blocks, from, (float*)output, (uint8_t*)argmax, message, sizeof message));
}

int main(void) {
  halide_dimension_t in[] = {{0, 16, 1, 0}, {0, 28, 16, 0}, {0, 28, 448, 0}, {0, 6, 12544, 0}, {0, 2, 75264, 0}};
  halide_dimension_t out[] = {{0, 16, 1, 0}, {0, 14, 16, 0}, {0, 14, 224, 0}, {0, 6, 3136, 0}, {0, 2, 18816, 0}};
  halide_buffer_t a = {.host = (uint8_t*)input, .type = {halide_type_float, 32, 1}, .dimensions = 5, .dim = in};
  halide_buffer_t b = {.host = (uint8_t*)output, .type = {halide_type_float, 32, 1}, .dimensions = 5, .dim = out};
  halide_buffer_t c = {.host = (uint8_t*)argmax, .type = {halide_type_uint, 8, 1}, .dimensions = 5, .dim = out};
  char tiny[8];
  input[1][5][27][27][15] = 3.0f;
  call(2, (float*)input);
  if (output[1][5][13][13][15] != 3.0f || argmax[1][5][13][13][15] != 3) return 1;
  call(0, (float*)input);
  call(-1, (float*)input);
  call(4294967297, (float*)input);
  call(28534, (float*)input);
  call(1, NULL);
  if (max_pool2d_cpu_checked(1, NULL, NULL, NULL, tiny, sizeof tiny) == 0 || strlen(tiny) != 7) return 1;
  if (max_pool2d_cpu_checked(1, NULL, NULL, NULL, NULL, 0) == 0) return 1;
#define CHECK() tell(max_pool2d_cpu_check(&a, &b, &c, message, sizeof message))
  CHECK();
  in[3].stride = 12545; CHECK(); in[3].stride = 12544;
  in[1].extent = 27; CHECK(); in[1].extent = 28;
  out[4].extent = 1; CHECK(); out[4].extent = 2;
  in[0].min = 1; CHECK(); in[0].min = 0;
  in[4].extent = 0; CHECK(); in[4].extent = 2;
  a.type.bits = 64; CHECK(); a.type.bits = 32;
  b.dimensions = 4; CHECK(); b.dimensions = 5;
  c.host = NULL; CHECK(); c.device = 1; CHECK(); c.device = 0; c.host = (uint8_t*)argmax;
  b.flags = halide_buffer_flag_device_dirty; CHECK(); b.flags = 0;
  b.device = 1; CHECK(); b.device = 0;
  tell(max_pool2d_cpu_check(NULL, &b, &c, message, sizeof message));
  // The checked call put a handler in place that lets a kernel return: this call ended the process before.
  in[3].stride = 12545;
  printf("%d\n", max_pool2d_cpu(&a, &b, &c));
  return 0;
}
"""
TOLD = """0 
-28 block_count: is 0; expected 1 to 2147483647
-28 block_count: is -1; expected 1 to 2147483647
-28 block_count: is 4294967297; expected 1 to 2147483647
-6 input: has more elements than 2147483647, which is the most; call with fewer
-34 input: is a null pointer
0 
-8 input: dimension 3 (c) has stride 12545; expected 12544
-8 input: dimension 1 (x) has min 0 and extent 27; expected 0 and 28
-8 output: dimension 4 (block) has min 0 and extent 1; expected 0 and 2
-8 input: dimension 0 (lane) has min 1 and extent 16; expected 0 and 16
-8 input: dimension 4 (block) has min 0 and extent 0; expected 0 and 1
-3 input: has another type (code 2, 64 bits); expected code 2, 32 bits
-43 output: has 4 dimensions; expected 5
-34 argmax: has no memory; set host
-34 argmax: has no memory on the host, where this kernel computes; set host
-44 output: has its newest contents on a device (device_dirty), and this kernel computes on the host; call \
halide_copy_to_host() first
-19 output: has one of device and device_interface only; set both or none
-12 input: is a null pointer
-8
"""

# Strides of `block`, which are free on a device: of each call that the check lets pass, the kernel gives the results.
STRIDES = r"""
#include <stdio.h>
#include "max_pool2d.h"

enum { lanes = 32, all = 6 * 14 * 14 * lanes };
static float input[2][6][28][28][lanes], output[3][6][14][14][lanes];
static unsigned char argmax[2][6][14][14][lanes];
static char message[256];

int main(void) {
  halide_dimension_t in[] = {{0, lanes, 1, 0}, {0, 28, lanes, 0}, {0, 28, 28 * lanes, 0}, {0, 6, 784 * lanes, 0},
                             {0, 2, 4 * all, 0}};
  halide_dimension_t out[] = {{0, lanes, 1, 0}, {0, 14, lanes, 0}, {0, 14, 14 * lanes, 0}, {0, 6, 196 * lanes, 0},
                              {0, 2, all, 0}};
  halide_dimension_t places[] = {out[0], out[1], out[2], out[3], out[4]};
  halide_buffer_t a = {.host = (uint8_t*)input, .type = {halide_type_float, 32, 1}, .dimensions = 5, .dim = in};
  halide_buffer_t b = {.host = (uint8_t*)output, .type = {halide_type_float, 32, 1}, .dimensions = 5, .dim = out};
  halide_buffer_t c = {.host = (uint8_t*)argmax, .type = {halide_type_uint, 8, 1}, .dimensions = 5, .dim = places};
  const int out_strides[] = {all, -5, 0, 1, all - 1, 2 * all, 2147483647, all, all, all};
  const int in_strides[] = {4 * all, 4 * all, 4 * all, 4 * all, 4 * all, 4 * all, 4 * all, 0, -5, 2147483647};
  for (int block = 0; block < 2; ++block) input[block][5][27][27][lanes - 1] = (float)block + 2;
  for (int i = 0; i < 10; ++i) {
    out[4].stride = out_strides[i];
    in[4].stride = in_strides[i];
    int code = max_pool2d_check(&a, &b, &c, message, sizeof message);
    printf("%d %d: %d %s", out_strides[i], in_strides[i], code, message);
    if (code == 0) {
      a.flags = halide_buffer_flag_host_dirty;
      code = max_pool2d(&a, &b, &c);
      if (code == 0) code = halide_copy_to_host(NULL, &b);
      const float* last = (const float*)output + all - 1;
      printf("%d %g %g", code, last[0], last[out_strides[i]]);
      halide_device_free(NULL, &a);
      halide_device_free(NULL, &b);
      halide_device_free(NULL, &c);
      b.flags = c.flags = 0;
    }
    puts("");
  }
  b.flags = halide_buffer_flag_device_dirty;
  out[4].stride = all, in[4].stride = 4 * all;
  printf("%d %s\n", max_pool2d_check(&a, &b, &c, message, sizeof message), message);
  return 0;
}
"""
TOLD_OF_STRIDES = """37632 150528: 0 0 2 3
-5 150528: -8 output: dimension 4 (block) has stride -5; expected at least 37632
0 150528: -8 output: dimension 4 (block) has stride 0; expected at least 37632
1 150528: -8 output: dimension 4 (block) has stride 1; expected at least 37632
37631 150528: -8 output: dimension 4 (block) has stride 37631; expected at least 37632
75264 150528: 0 0 2 3
2147483647 150528: -6 output: has more elements than 2147483647, which is the most; call with fewer
37632 0: 0 0 2 2
37632 -5: -8 input: dimension 4 (block) has stride -5; expected at least 0
37632 2147483647: -6 input: has more elements than 2147483647, which is the most; call with fewer
-42 output: is device_dirty and on no device; one of host and device has the newest contents
"""

# Scalars, sizes of other names, and two kernels in one program.
OPTIMIZER = r"""
#include <stdio.h>
#include "first.h"
#include "second.h"

int main(void) {
  float parameter[3] = {1, 2, 3}, gradient[2][3] = {{1, 1, 1}, {1, 2, 3}}, rate = 0.5f;
  char message[256];
  if (first_checked(ARGUMENTS, message, sizeof message) != 0) return puts(message), 1;
  if (second_checked(ARGUMENTS, message, sizeof message) != 0) return puts(message), 1;
  printf("%g %g %g\n", parameter[0], parameter[1], parameter[2]);
  return 0;
}
"""


def has_opencl():
    """Whether a device of OpenCL's is there; PoCL makes one of a processor."""
    describe_where_linux_does_not(os.environ)
    for name in "libOpenCL.so", "libOpenCL.so.1":
        try:
            count = ctypes.c_uint(0)
            ctypes.CDLL(name).clGetPlatformIDs(0, None, ctypes.byref(count))
            return count.value > 0
        except OSError:
            continue
    return False


class ProgramTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def generate(self, *arguments):
        result = run([*arguments, "--out", str(self.folder)])
        self.assertEqual(result.returncode, 0, result.stderr)

    def output_of(self, source, compiler=("cc", "-std=c11"), links=("*.o",), options=()):
        """What the program prints, compiled without a warning and linked with those of the generated files."""
        files = [str(file) for pattern in links for file in self.folder.glob(pattern)]
        compiled = subprocess.run([*compiler, *STRICT, *options, f"-I{self.folder}", str(source), "-x", "none", *files,
                                   *LIBRARIES, "-o", str(self.folder / "program")],
                                  stderr=subprocess.PIPE, universal_newlines=True)
        self.assertEqual((compiled.returncode, compiled.stderr), (0, ""))
        result = subprocess.run([str(self.folder / "program")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                universal_newlines=True)
        self.assertEqual(result.returncode, 0, result.stdout)
        return result.stdout

    def written(self, text):
        source = self.folder / "program.c"
        source.write_text(text)
        return source


class Programs(ProgramTest):
    def test_objects_and_libraries_for_one_target_and_three(self):
        for emitted, links in (("object", ("*.o",)), ("static_library", ("*.a", "halide_runtime.o"))):
            for targets in TARGETS:
                with self.subTest(emitted, targets=targets):
                    self.setUp()
                    self.generate(*POOL, "--emit", f"{emitted},header,runtime", "--target", ",".join(targets))
                    self.assertEqual(self.output_of(ROOT / "docs/link_a_kernel.c", links=links),
                                     "maximum 5 at place 2\n")

    def test_c_99_and_cpp_and_features_that_change_the_call(self):
        for target in "host", "host-user_context", "host-c_plus_plus_name_mangling":
            self.setUp()
            self.generate(*POOL, "--emit", "object,header,runtime", "--target", target)
            for compiler in (("cc", "-std=gnu99"), ("g++", "-std=c++17", "-x", "c++"),
                             ("g++", "-std=c++20", "-x", "c++")):
                if compiler[0] == "g++" or "mangling" not in target:
                    self.assertEqual(self.output_of(ROOT / "docs/link_a_kernel.c", compiler), "maximum 5 at place 2\n")

    def test_what_every_operator_s_header_has_compiles(self):
        manifests = (ROOT / "generators/kernels").glob("*.kernels")
        lines = [line.split("#")[0].split(" with ")[0].split() for manifest in manifests
                 for line in manifest.read_text().splitlines()]
        uses = {(line[0], "gpu" in line[2]): line for line in lines if line}
        self.assertGreater(len(uses), 40)
        for (op, is_gpu), (_, algorithm, schedule, *shape) in uses.items():
            request = [f"op={op}", f"algorithm={algorithm}", f"schedule={ROOT / 'schedules' / op / schedule}.nest",
                       "target=" + ("x86-64-linux-opencl" if is_gpu else "x86-64-linux"),
                       *([f"shape={','.join(shape)}".replace("=", ":").replace(":", "=", 1)] if shape else [])]
            result = subprocess.run([str(BUILD / "generators/nestwright-generator"), "--interface", "kernel", *request],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            source = self.written("int kernel_argv(void** arguments);\n" + result.stdout)
            compiled = subprocess.run(
                ["cc", "-std=gnu99", *STRICT, "-fsyntax-only", f"-I{ROOT / 'generators/kernel_interface'}",
                 f"-I{ROOT / 'build/.tools/halide/include'}", str(source)],
                stderr=subprocess.PIPE, universal_newlines=True)
            self.assertEqual((compiled.returncode, compiled.stderr), (0, ""), op)

    def test_wrong_calls_get_a_line_and_end_nothing(self):
        for targets in TARGETS:
            self.setUp()
            self.generate(*POOL, "--emit", "object,header,runtime", "--target", ",".join(targets))
            self.assertEqual(self.output_of(self.written(WRONG_CALLS)), TOLD)

    def test_two_kernels_with_numbers_by_value(self):
        for name in "first", "second":
            self.generate("generate", "--op", "sgd", "--schedule", "cpu", "--name", name, "--emit",
                          "object,header,runtime")
        text = OPTIMIZER.replace("ARGUMENTS", "3, 2, parameter, gradient[0], &rate, 0.0f, parameter")
        self.assertEqual(self.output_of(self.written(text)), "-1 -1 -1\n")

    def test_buffers_of_a_program_s_own_on_the_host(self):
        self.generate(*POOL, "--shape", POOL_SHAPE.replace("lanes=16", "lanes=32"), "--name", "max_pool2d", "--emit",
                      "object,header,runtime")
        self.assertEqual(self.output_of(ROOT / "docs/call_with_buffers.c"), "maximum 32 at place 2\n")


@unittest.skipUnless(has_opencl(), "no device of OpenCL's is here, not even PoCL's")
class OnADevice(ProgramTest):
    def setUp(self):
        super().setUp()
        self.generate(*POOL, "--shape", POOL_SHAPE.replace("lanes=16", "lanes=32"), "--schedule", "gpu", "--name",
                      "max_pool2d", "--target", "host-opencl", "--emit", "object,header,runtime")

    def test_buffers_of_a_program_s_own(self):
        source = (ROOT / "docs/call_with_buffers.c").read_text()
        self.assertEqual(self.output_of(ROOT / "docs/call_with_buffers.c"), "maximum 32 at place 2\n")
        # What the page says of copies is so: without one of them the call succeeds, and the results are wrong.
        for line in "a.flags |= halide_buffer_flag_host_dirty;", "if (code == 0) code = halide_copy_to_host(NULL, &b);":
            self.assertEqual(source.count(line), 1)
            self.assertNotIn("maximum 32 ", self.output_of(self.written(source.replace(line, ""))))

    def test_strides_that_the_check_lets_pass_are_those_that_the_kernel_can_do(self):
        self.assertEqual(self.output_of(self.written(STRIDES)), TOLD_OF_STRIDES)

    def test_plain_pointers(self):
        source = (ROOT / "docs/link_a_kernel.c").read_text()
        source = source.replace("max_pool2d_cpu", "max_pool2d").replace("[16]", "[32]")
        self.assertEqual(self.output_of(self.written(source)), "maximum 5 at place 2\n")


if __name__ == "__main__":
    unittest.main()
