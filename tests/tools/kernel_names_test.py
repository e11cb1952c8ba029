"""A kernel has no name that C, C++, their headers or its own files have: neither its function nor its header."""

import re
import subprocess
import unittest

from launcher.kernel_names import STANDARD_HEADERS, require_function_name
from launcher.report import LauncherError

from generated import ROOT

CPP_HEADERS = """algorithm any array atomic bitset charconv chrono cmath codecvt complex condition_variable csetjmp
csignal cstdio cstdlib deque exception execution filesystem functional future iostream iterator limits map memory mutex
new numeric optional random ranges regex shared_mutex stack stop_token string thread tuple typeinfo unordered_map
valarray variant vector version""".split()
POSIX_HEADERS = """arpa/inet net/if netinet/in netinet/tcp sys/ipc sys/mman sys/msg sys/resource sys/select sys/sem
sys/shm sys/socket sys/stat sys/statvfs sys/time sys/times sys/types sys/uio sys/un sys/utsname sys/wait""".split()
ONLY_C = {"complex", "stdatomic", "tgmath", "threads"}
C = ["cc", "-x", "c", "-std=gnu11", "-D_GNU_SOURCE"]
CPP = ["c++", "-x", "c++", "-std=c++20"]


def is_accepted(name):
    try:
        require_function_name(name)
        return True
    except LauncherError:
        return False


def run(compiler, *options, text):
    return subprocess.run([*compiler, f"-I{ROOT}/build/.tools/halide/include", *options, "-"], input=text,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)


def including(headers):
    """The text that includes those of the headers that are here."""
    return "".join(f"#if __has_include(<{header}>)\n#include <{header}>\n#endif\n" for header in headers)


class Names(unittest.TestCase):
    def assert_refused(self, name, why):
        with self.assertRaisesRegex(LauncherError, rf"\A--name: '{re.escape(name)}' .*{why}.*; choose another"):
            require_function_name(name)

    def test_headers_of_the_system(self):
        for name in ("stdint", "stdio", "stdarg", "string", "math", "assert", "unistd", "pthread", "fcntl", "immintrin",
                     "cpuid", "features", "Math", "STDint"):
            self.assertFalse(is_accepted(name), name)
        self.assert_refused("stdint", "hides the system's <stdint.h>")
        self.assert_refused("Stdint", "hides the system's")

    def test_names_of_the_languages_and_their_headers(self):
        for name in ("std", "M_PI", "M_PIl", "PRIu64", "SYS_read", "jmp_buf", "fd_set", "atexit", "uint", "noreturn"):
            self.assert_refused(name, "")
        self.assert_refused("POOL", "has no small letter")

    def test_names_of_the_runtime(self):
        for name in ("halideruntime", "HALIDE_x", "Nestwright_x", "copy_to_device_already_locked",
                     "cuda_allocation_pool"):
            self.assert_refused(name, "Halide's runtime")

    def test_other_names_are_accepted(self):
        for name in ("max_pool2d_cpu", "conv", "pool", "total_pool", "isolated", "strided", "sgd", "relu_gradient",
                     "first", "k", "Kernel", "pool2", "input", "message", "stage_pool"):
            require_function_name(name)

    def test_whatever_the_headers_of_this_system_declare_is_refused(self):
        headers = [f"{name}.h" for name in [*sorted(STANDARD_HEADERS), *POSIX_HEADERS]]
        in_cpp = [*CPP_HEADERS, *(name for name in headers if name[:-2] not in ONLY_C), "HalideBuffer.h"]
        for compiler, names, linkage in ((C, [*headers, "HalideRuntime.h"], ""), (CPP, in_cpp, 'extern "C" ')):
            with self.subTest(compiler[0]):
                text = including(names)
                macros = set(re.findall(r"#define (\w+)", run(compiler, "-E", "-dM", text=text).stdout))
                self.assertEqual([name for name in sorted(macros) if is_accepted(name)], [])
                words = sorted(set(re.findall(r"\b[A-Za-z]\w*\b", run(compiler, "-E", "-P", text=text).stdout)))
                self.assertGreater(len(words), 3000)
                declared = "".join(f"{linkage}int {word}(void);\n" for word in words if is_accepted(word))
                result = run(compiler, "-fsyntax-only", "-w", text=text + declared)
                self.assertEqual((result.returncode, result.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
