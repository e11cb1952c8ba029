"""`./nestwright test`: builds what tests need, and runs them: all, folders', an operator's, or by name."""

import argparse
import difflib
import os
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence

from launcher import fuzz, provision
from launcher.build import build, build_environment
from launcher.report import LauncherError, Parser, excerpt, say
from launcher.topology import describe_where_linux_does_not

HELP = """
Without arguments, builds everything and runs every test; with the preset default, each fuzzer for seconds, too.

  FOLDER ...   the tests of these folders of tests/; builds what they need, and no more
               (ops runs legality, too: the two say what was forgotten of a new operator; faults, by itself, takes
               minutes: all that is tried, of which the run of every test takes a part)
  REGEX        builds everything, and runs the tests whose name it matches (ctest --tests-regex)
  --op NAME    what is about one operator: it beside its float64 loops, on the processor and by OpenCL, its gradient,
               oneDNN's counterpart, verdicts on its schedules, its schedule files and tuning templates, the coverage
               tests; compiles its kernels. For the seconds after a change; the whole says what others make of it.

examples
  ./nestwright test ops
  ./nestwright test dsl legality
  ./nestwright test 'Schedule|Fusion'
  ./nestwright test --op relu
  ./nestwright --preset debug test --op conv2d
"""
# The folder whose tests have a preset of their own.
FUZZ = "fuzz"
# Tests of one folder that say of the other's subject what is missing.
ALSO = {"ops": ("legality",)}


class Program(NamedTuple):
    """A GoogleTest program that has tests of operators."""
    folder: str
    target: str
    always: str  # a filter: the tests that are about all operators at once, and quick
    environment: Dict[str, str]


PROGRAMS = (Program("ops", "nestwright-ops-tests", "OperatorCoverage.*", {}),
            Program("gpu", "nestwright-gpu-tests", "GpuCoverage.*", {}),
            # As tests/legality/CMakeLists.txt has it.
            Program("legality", "nestwright-legality-tests", "VerdictCorpus.*", {"HL_JIT_TARGET": "host-strict_float"}),
            Program("generators", "nestwright-schedule-file-tests", "ScheduleFiles.*", {}),
            Program("tune", "nestwright-tune-tests", "", {}))


def test_folders(root: Path) -> List[str]:
    return sorted(file.parent.name for file in (root / "tests").glob("*/CMakeLists.txt"))


def operators(root: Path) -> List[str]:
    """Every operator has a folder of schedules; a test says where one has none."""
    return sorted(folder.name for folder in (root / "schedules").iterdir() if folder.is_dir())


def require_operator(root: Path, name: str) -> None:
    names = operators(root)
    if name not in names:
        nearest = difflib.get_close_matches(name, names, 1)
        hint = f"did you mean '{nearest[0]}'?" if nearest else "there are: " + ", ".join(names)
        raise LauncherError(f"--op: no operator '{excerpt(name)}' has a folder in schedules/; {hint}")


def tests_about(operator: str, listing: str) -> List[str]:
    """The tests of a program's --gtest_list_tests whose parameter is about the operator: "relu [size=1] cpu",
    "relu_gradient of relu [size=1]" or "relu: statements", and not "linear_relu"."""
    found, suite = [], ""
    for line in listing.splitlines():
        if not line.startswith(" "):
            suite = line.split()[0] if line else ""
            continue
        name, _, parameter = line.partition("# GetParam() = ")
        subject = re.split(r" \[|:", parameter)[0]
        if operator in re.findall(r"\w+", subject):
            found.append(suite + name.strip())
    return found


class Outcome(NamedTuple):
    program: Program
    status: int
    seconds: float
    output: str

    def text(self) -> str:
        counts = re.findall(r"^\[ +(PASSED|SKIPPED) +\] (\d+) test", self.output, re.MULTILINE)
        verdict = ", ".join(f"{count} tests {what.lower()}" for what, count in counts) or "nothing about it"
        return f"{self.program.folder}: {verdict if self.status == 0 else 'FAILED'} in {self.seconds:.0f} s"


def run_program(binary: Path, program: Program, operator: str, environment: Dict[str, str]) -> Outcome:
    """Runs what the program has about the operator."""
    environment = {**environment, **program.environment}
    start = time.monotonic()

    def output_of(*options: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([str(binary), *options], env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True,
                              errors="replace")

    listing = output_of("--gtest_list_tests")
    tests = tests_about(operator, listing.stdout) + ([program.always] if program.always else [])
    if listing.returncode != 0 or not tests:
        return Outcome(program, listing.returncode, time.monotonic() - start, listing.stdout)
    result = output_of("--gtest_brief=1", "--gtest_filter=" + ":".join(tests))
    return Outcome(program, result.returncode, time.monotonic() - start, result.stdout)


def kernels_of(operator: str, kernel_list: Path) -> List[str]:
    """The targets of the operator's kernels, in the list that generators/AddKernels.cmake writes for the generator."""
    lines = (line.split("\t") for line in kernel_list.read_text().splitlines())
    return [name for name, _, *parameters in lines if f"op={operator}" in parameters]


def run_operator(root: Path, preset: str, operator: str) -> int:
    require_operator(root, operator)
    tools = provision.ensure_tools(root)
    build(root, tools, preset, [program.target for program in PROGRAMS])
    folder = root / "build" / preset
    kernels = kernels_of(operator, folder / "generators" / "nestwright_kernels.txt")
    if kernels:
        build(root, tools, preset, kernels)
    say(f"generators: {len(kernels)} kernels of {operator} compiled" if kernels else
        f"generators: no network here takes a kernel of {operator}; none to compile")
    environment, status = build_environment(preset), 0

    def run(program: Program) -> Outcome:
        return run_program(folder / "tests" / program.folder / program.target, program, operator, environment)

    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        for outcome in pool.map(run, PROGRAMS):
            say(outcome.text())
            if outcome.status != 0:
                print(outcome.output, end="", flush=True)
                status = 1
    return status


def run_ctest(tools: Path, folder: Path, preset: str, options: Sequence[str]) -> int:
    command = [str(tools / "bin" / "ctest"), "--test-dir", str(folder), "--output-on-failure", "--no-tests=error",
               f"-j{min(2, os.cpu_count() or 1)}", *options]
    return subprocess.run(command, env=build_environment(preset)).returncode


def parse(arguments: List[str]) -> argparse.Namespace:
    parser = Parser(
        prog="./nestwright test", usage="./nestwright test [FOLDER ... | REGEX | --op NAME]", epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter, add_help=False)
    parser.add_argument("what", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--op", metavar="NAME", help=argparse.SUPPRESS)
    parser.add_argument("-h", "--help", action="help", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.op is not None and options.what:
        raise LauncherError("test: --op goes with no folder and no regular expression")
    return options


def require_regular_expressions(texts: Sequence[str]) -> None:
    """Raises LauncherError for what is surely none. CTest's are simpler than Python's, and it tells after the build."""
    for text in texts:
        try:
            re.compile(text)
        except re.error as error:
            raise LauncherError(f"test: '{excerpt(text)}' is no regular expression: {error.msg}") from None


def run_folders(root: Path, tools: Path, preset: str, folders: Sequence[str]) -> int:
    wanted = list(dict.fromkeys(each for folder in folders for each in (folder, *ALSO.get(folder, ()))))
    if "faults" in wanted:
        os.environ["NESTWRIGHT_FAULTS"] = "all"
    if wanted:
        build(root, tools, preset, [f"tests/{folder}/all" for folder in wanted])
    return max((run_ctest(tools, root / "build" / preset / "tests" / folder, preset, []) for folder in wanted), default=0)


def run_tests(root: Path, preset: str, arguments: List[str]) -> int:
    options = parse(arguments)
    describe_where_linux_does_not(os.environ)
    if options.op is not None:
        return run_operator(root, preset, options.op)
    folders = test_folders(root)
    of_folders = bool(options.what) and all(what in folders for what in options.what)
    if len(options.what) > 1 and not of_folders:
        raise LauncherError("test takes one regular expression, or folders of tests/: " + ", ".join(folders))
    if not of_folders:
        require_regular_expressions(options.what)
    # What fuzzers need is asked for before anything takes long.
    with_fuzzers = FUZZ in options.what if of_folders else not options.what and preset == "default"
    tools = fuzz.ensure_compiler(root) if with_fuzzers else provision.ensure_tools(root)
    os.environ.setdefault("NESTWRIGHT_PTXAS", str(provision.ensure_ptxas(root)))
    provision.ensure_cudnn_headers(root)
    if of_folders:
        status = run_folders(root, tools, preset, [folder for folder in options.what if folder != FUZZ])
    else:
        build(root, tools, preset, [])
        status = run_ctest(tools, root / "build" / preset, preset,
                           [option for what in options.what for option in ("--tests-regex", what)])
    if with_fuzzers:
        status = max(status, run_ctest(tools, fuzz.build_fuzzers(root, ["tests/fuzz/all"]), fuzz.PRESET, []))
    return status
