"""`./nestwright generate`: one kernel, compiled by hand with the generator that the build uses."""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List

from launcher import provision
from launcher.build import build
from launcher.report import LauncherError

# What Halide calls them on the generator's command line.
EMITTED = {"object": "object", "header": "c_header", "stmt": "stmt", "stmt_html": "stmt_html",
           "conceptual_stmt": "conceptual_stmt", "conceptual_stmt_html": "conceptual_stmt_html",
           "assembly": "assembly", "llvm_assembly": "llvm_assembly", "bitcode": "bitcode",
           "device_code": "device_code", "static_library": "static_library", "schedule": "schedule"}
# What a program needs once, whatever kernels it links: Halide's runtime for the target, and the header of its buffers.
RUNTIME = "runtime"


def parse_arguments(arguments: List[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="nestwright generate", description="Compile one operator, for one shape, with one schedule.",
        epilog="example: nestwright generate --op max_pool2d --shape lanes=16,width=28,height=28,channels=6,window=2,"
               "stride=2 --schedule schedules/max_pool2d/cpu.nest --emit object,header,runtime --out kernels")
    parser.add_argument("--op", required=True, help="the operator, for example conv2d")
    parser.add_argument("--algorithm", default="", help="the operator's algorithm (default: the schedule's)")
    parser.add_argument("--shape", required=True, help="every extent, as name=value,name=value")
    parser.add_argument("--schedule", required=True, type=Path, metavar="FILE", help="a .nest file")
    parser.add_argument("--tune", default="", help="values of the schedule's parameters, as name=value,name=value")
    parser.add_argument("--records", type=Path, metavar="FILE",
                        help="take the fastest schedule that this file of nestwright tune records, if it has one")
    parser.add_argument("--target", default="host", help="a Halide target, for example x86-64-linux-avx2-fma")
    parser.add_argument("--emit", default="object,header", help="what to write: " + ", ".join([*EMITTED, RUNTIME]))
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="the folder to write to")
    parser.add_argument("--name", default="", help="the function's name (default: operator_schedule)")
    return parser.parse_args(arguments)


def settings(option: str, text: str) -> List[str]:
    """name=value,name=value (or spaces between them) as the generator takes it: nothing where there is none."""
    entries = text.replace(",", " ").split()
    for entry in entries:
        if not re.fullmatch(r"[a-z0-9_]+=[0-9]+", entry):
            raise LauncherError(f"--{option}: '{entry}' is not name=value")
    return [f"{option}={','.join(entries).replace('=', ':')}"] if entries else []


def run_generate(root: Path, preset: str, arguments: List[str]) -> int:
    """Builds the generator if need be, and runs it. Its own message is the error's line."""
    options = parse_arguments(arguments)
    emitted = options.emit.split(",")
    for kind in emitted:
        if kind not in EMITTED and kind != RUNTIME:
            raise LauncherError(f"--emit: nothing is called '{kind}'; there are {', '.join([*EMITTED, RUNTIME])}")
    if not options.schedule.is_file():
        raise LauncherError(f"--schedule: no file {options.schedule}")
    name = options.name or f"{options.op}_{options.schedule.stem}"
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise LauncherError(f"--name: '{name}' is no C identifier")
    shape, tune = settings("shape", options.shape), settings("tune", options.tune)
    tools = provision.ensure_tools(root)
    build(root, tools, preset, ["nestwright-generator"])
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LauncherError(f"--out: {options.out}: {error.strerror}") from None
    generator = str(root / "build" / preset / "generators" / "nestwright-generator")
    kinds = [EMITTED[kind] for kind in emitted if kind != RUNTIME]
    if RUNTIME in emitted:
        write_runtime(generator, tools, options)
    if not kinds:
        return 0
    command = [generator, "-g", "kernel", "-f", name, "-n", name, "-o", str(options.out), "-e", ",".join(kinds),
               f"target={options.target}-no_runtime", f"op={options.op}",
               f"schedule={os.path.abspath(options.schedule)}", *shape, *tune]
    if options.records:
        if not options.records.is_file():
            raise LauncherError(f"--records: no file {options.records}")
        command.append(f"records={os.path.abspath(options.records)}")
    if options.algorithm:
        command.append(f"algorithm={options.algorithm}")
    result = subprocess.run(command, stderr=subprocess.PIPE, universal_newlines=True)
    # Halide's main() prints what it did not expect; a schedule's fault speaks for itself.
    print(result.stderr.replace("Unhandled exception: ", "nestwright: "), end="", file=sys.stderr)
    if result.returncode != 0:
        return 1
    for file in sorted(options.out.glob(f"{name}.*")):
        print(file)
    return 0


def write_runtime(generator: str, tools: Path, options: argparse.Namespace) -> None:
    command = [generator, "-r", "halide_runtime", "-o", str(options.out), "-e", "object", f"target={options.target}"]
    if subprocess.run(command).returncode != 0:
        raise LauncherError(f"--emit runtime: there is none for {options.target}")
    header = options.out / "HalideRuntime.h"
    shutil.copyfile(tools / "halide" / "include" / "HalideRuntime.h", header)
    print(options.out / "halide_runtime.o", header, sep="\n")
