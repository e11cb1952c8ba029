"""The launcher's own commands; every other one is a command of the program that it builds."""

import difflib
import errno
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence

from launcher import provision
from launcher.build import build
from launcher.programs import PROGRAMS, Program, commands_of, program_of
from launcher.report import (NOBODY_READS, LauncherError, excerpt, finish_output, occupy_streams, say, say_error,
                             wants_help)
from launcher.staging import Ended
from launcher.topology import describe_where_linux_does_not

USAGE = """usage: ./nestwright [--preset default|portable|debug|thread] COMMAND ...

Sets up what is missing, builds what changed, and runs it.

networks
{train}
schedules
{workbench}
the build
{own}

`./nestwright COMMAND --help` says all about a command, `./nestwright help DIRECTIVE` about what a schedule can say.
"""

PRESETS = ("default", "portable", "debug", "thread")
# In the build folder, but nothing that a build brings back: what was measured and tuned on this machine.
KEPT = ("tuning",)
SOURCE_FOLDERS = ("bench", "dsl", "generators", "model", "ops", "support", "tests", "tools")


def take_preset(arguments: List[str]) -> str:
    """Removes a leading --preset from `arguments` and gives its value."""
    preset = "default"
    while arguments and (arguments[0] == "--preset" or arguments[0].startswith("--preset=")):
        option = arguments.pop(0)
        if "=" not in option and not arguments:
            raise LauncherError("--preset needs a name: " + ", ".join(PRESETS))
        preset = option.split("=", 1)[1] if "=" in option else arguments.pop(0)
    if preset not in PRESETS:
        raise LauncherError(f"--preset: no preset '{excerpt(preset)}'; there are {', '.join(PRESETS)}")
    return preset


def execute(binary: Path, arguments: Sequence[str]) -> int:
    """Becomes the program, so that signals, standard input and the exit status are its own."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execv(binary, [str(binary), *arguments])
    except OSError as error:
        raise LauncherError(f"{binary}: {error.strerror}") from None


def names_gpu_schedule(root: Path, arguments: Sequence[str]) -> bool:
    """Whether one of the arguments is a schedule, or the name of a shipped one, that is for GPUs."""
    for argument in arguments:
        for file in (Path(argument), root / "schedules" / f"{argument}.nest"):
            if file.suffix == ".nest" and os.path.isfile(file):
                text = file.read_text(errors="replace")
                if re.search(r"^\s*schedule\b.*\bfor\s+gpu\b", text, re.MULTILINE):
                    return True
    return False


def run_program(root: Path, preset: str, program: Program, command: str, arguments: List[str]) -> int:
    build(root, provision.ensure_tools(root), preset, [program.target])
    if command == "explain" and not wants_help(arguments) and names_gpu_schedule(root, arguments):
        os.environ.setdefault("NESTWRIGHT_PTXAS", str(provision.ensure_ptxas(root)))
    return execute(root / "build" / preset / "tools" / program.folder / program.binary, [command, *arguments])


def run_bench(root: Path, preset: str, arguments: List[str]) -> int:
    """Builds and runs the benchmark; where it compares with PyTorch or JAX, it is told which Python has them."""
    joined = " ".join(arguments)
    if ("pytorch" in joined or "jax" in joined) and not wants_help(arguments):
        os.environ["NESTWRIGHT_PEERS_PYTHON"] = str(provision.ensure_peers(root) / "bin" / "python")
    build(root, provision.ensure_tools(root), preset, ["nestwright-bench"])
    return execute(root / "build" / preset / "bench" / "nestwright-bench", arguments)


def run_compare_mnist(root: Path, preset: str, arguments: List[str]) -> int:
    """Trains on MNIST here and in PyTorch; built beforehand, so that no build is timed."""
    from launcher import mnist_comparison

    mnist_comparison.parse_arguments(arguments)  # what is wrong is said before gigabytes are set up
    python = provision.ensure_peers(root) / "bin" / "python"
    build(root, provision.ensure_tools(root), preset, ["nestwright-program"])
    return execute(python, ["-B", str(root / "bench" / "compare_mnist.py"), *arguments])


def run_build(root: Path, preset: str, arguments: List[str]) -> int:
    for argument in arguments:
        if argument.startswith("-"):
            raise LauncherError(f"build: no option '{excerpt(argument)}'; expected targets, or nothing for everything")
    # What bench/gpu.sh packs is not complete without the rival.
    if "nestwright-gpu-programs" in arguments and not provision.ensure_cudnn_headers(root):
        raise LauncherError("nestwright-gpu-programs takes cuDNN's headers; see above why they can't be had")
    build(root, provision.ensure_tools(root), preset, arguments)
    return 0


def source_files(root: Path, suffixes: Sequence[str]) -> List[str]:
    files = (file for folder in SOURCE_FOLDERS for file in (root / folder).rglob("*"))
    return sorted(str(file) for file in files if file.suffix in suffixes)


def run_format(root: Path, preset: str, arguments: List[str]) -> int:
    if arguments not in ([], ["--check"]):
        raise LauncherError("format takes nothing but --check")
    tool = provision.ensure_style_tools(root) / "bin" / "clang-format"
    mode = ["--dry-run", "--Werror"] if arguments else ["-i"]
    return subprocess.run([str(tool), "--style=file", *mode, *source_files(root, (".h", ".cpp"))], cwd=root).returncode


def run_lint(root: Path, preset: str, arguments: List[str]) -> int:
    for name in arguments:
        if not os.path.isfile(name):
            raise LauncherError(f"lint: there is no file '{excerpt(name)}'; expected C++ sources")
    tools = provision.ensure_tools(root)
    has_cudnn = provision.ensure_cudnn_headers(root)
    # Generated headers must be there, and the list of compile commands up to date.
    build(root, tools, "lint", ["nestwright_kernels"])
    tool = provision.ensure_style_tools(root) / "bin" / "clang-tidy"
    files = [str(Path(name).resolve()) for name in arguments] or source_files(root, (".cpp",))
    # The header that this file takes comes with the fuzzers' compiler.
    files = [file for file in files if not file.endswith("tests/fuzz/heap_limit.cpp")]
    if not has_cudnn:
        files = [file for file in files if "cudnn" not in os.path.relpath(file, root)]

    # clang has no header of GCC's OpenMP, and does not know the attribute __malloc__(function) in it.
    headers = subprocess.run(["g++", "-print-file-name=include"], stdout=subprocess.PIPE,
                             universal_newlines=True).stdout.strip()

    def check(file: str) -> subprocess.CompletedProcess:
        # The warnings are GCC's; clang does not know all of them.
        command = [str(tool), "--quiet", "-p", str(root / "build" / "lint"), "--extra-arg=-Wno-unknown-warning-option",
                   "--extra-arg=-idirafter", f"--extra-arg={headers}",
                   "--extra-arg=-D__malloc__(...)=", file]
        return subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, universal_newlines=True)

    from concurrent.futures import ThreadPoolExecutor

    status = 0
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for number, (file, result) in enumerate(zip(files, pool.map(check, files)), 1):
            say(f"lint {number}/{len(files)}: {os.path.relpath(file, root)}")
            print(result.stdout, end="", flush=True)
            status |= result.returncode
    return 1 if status else 0


def run_clean(root: Path, preset: str, arguments: List[str]) -> int:
    if arguments not in ([], ["--all"]):
        raise LauncherError("clean takes nothing but --all")
    for each in (root / "build").glob("*"):
        if each.name in PRESETS or (arguments and each.name not in KEPT):
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            else:
                each.unlink()
    return 0


# Imported when they are called: what they need would make every other command start later.
def run_generate(root: Path, preset: str, arguments: List[str]) -> int:
    from launcher import generate

    return generate.run_generate(root, preset, arguments)


def run_compare(root: Path, preset: str, arguments: List[str]) -> int:
    from launcher import compare

    return compare.run_compare(root, preset, arguments)


def run_tests(root: Path, preset: str, arguments: List[str]) -> int:
    from launcher import testing

    return testing.run_tests(root, preset, arguments)


def run_fuzz(root: Path, preset: str, arguments: List[str]) -> int:
    from launcher import fuzz

    return fuzz.run_fuzz(root, preset, arguments)


class Command(NamedTuple):
    run: Callable[[Path, str, List[str]], int]
    summary: str  # none where it is a program's
    arguments: Optional[str] = None  # for --help, where `run` knows none


COMMANDS: Dict[str, Command] = {
    "test": Command(run_tests, "Run the tests: all, those of a folder, of an operator, or whose names match"),
    "fuzz": Command(run_fuzz, "Try a reader of files on inputs that a fuzzer makes"),
    "bench": Command(run_bench, "Measure operators and whole steps"),
    "compare-mnist": Command(run_compare_mnist, "Train on MNIST here and in PyTorch, and compare"),
    "generate": Command(run_generate, "Compile one kernel by hand"),
    "build": Command(run_build, "Build everything, or the targets that are named", "[TARGET ...]"),
    "format": Command(run_format, "Format the C++ sources; with --check, only say which are not formatted",
                      "[--check]"),
    "lint": Command(run_lint, "Run clang-tidy on the sources, or the files that are named", "[FILE ...]"),
    "clean": Command(run_clean, "Delete what was built; with --all, what was set up as well (tuning records stay)",
                     "[--all]"),
    "compare": Command(run_compare, ""),
}


def usage(root: Path) -> str:
    def text(summaries: Dict[str, str]) -> str:
        return "\n".join(f"  {name:<14} {summary}" for name, summary in summaries.items() if summary)

    return USAGE.format(**{program.folder: text(commands_of(root, program)) for program in PROGRAMS},
                        own=text({name: command.summary for name, command in COMMANDS.items()}))


def unknown(command: str, names: Sequence[str]) -> LauncherError:
    nearest = difflib.get_close_matches(command, names, 1)
    return LauncherError(f"no command '{excerpt(command)}'; " + (f"did you mean '{nearest[0]}'?" if nearest else
                                                        "there are: " + ", ".join(names)))


def run(root: Path, arguments: List[str]) -> int:
    preset = take_preset(arguments)
    if not arguments or arguments[0] in ("-h", "--help") or arguments == ["help"]:
        print(usage(root), end="")
        return 0 if arguments else 2
    command, rest = arguments[0], arguments[1:]
    programs = program_of(root)
    if command not in COMMANDS and command not in programs:
        raise unknown(command, [*programs, *(name for name in COMMANDS if name not in programs)])
    if any("opencl" in argument for argument in rest):
        describe_where_linux_does_not(os.environ)
    if command in COMMANDS:
        # The program and the benchmark have options of their own; the launcher's may follow its own commands.
        preset = take_preset(rest) if rest and rest[0].startswith("--preset") else preset
        _, summary, usage_of_arguments = COMMANDS[command]
        if usage_of_arguments is not None and wants_help(rest):
            print(f"usage: ./nestwright {command} {usage_of_arguments}\n\n{summary}")
            return 0
        return COMMANDS[command].run(root, preset, rest)
    return run_program(root, preset, programs[command], command, rest)


def system_error_text(error: OSError) -> str:
    """Where there is no file, it is standard output that can't be written, or a limit that the system sets."""
    if error.filename:
        where = excerpt(error.filename)
    elif error.errno in (errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE):
        where = "a limit is too low (see ulimit -a)"
    else:
        where = "standard output"
    return f"{where}: {error.strerror or error}"


def status_of(root: Path, arguments: List[str]) -> int:
    """Runs the command. What stops it becomes one line, and the status."""
    try:
        return run(root, arguments)
    except LauncherError as error:
        say_error(error)
        return 1
    except SystemExit as end:  # argparse's, after --help
        return end.code if isinstance(end.code, int) else 0
    except KeyboardInterrupt:
        say("interrupted; the next call goes on from here")
        return 130
    except Ended as end:
        say(str(end))
        return 128 + end.number
    except BrokenPipeError:
        return NOBODY_READS
    except OSError as error:
        say(system_error_text(error))
        return 1


def main(root: Path, arguments: List[str]) -> int:
    occupy_streams()
    status = status_of(root, arguments)
    return finish_output() or status
