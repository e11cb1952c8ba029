"""`./nestwright generate`: one kernel, compiled by hand with the generator that the build uses."""

import argparse
import difflib
import os
import re
import shutil
from pathlib import Path
from typing import Dict, List, NamedTuple, Tuple

from launcher import provision
from launcher.build import build
from launcher.generator import Generator
from launcher.kernel_names import default_name, require_function_name
from launcher.report import LauncherError, Parser, excerpt, not_empty, path_not_empty
from launcher.staging import place, staged
from launcher.whole_file import is_stream, name_same_file, require_writable


class Kind(NamedTuple):
    """What can be written: what Halide calls it, and how its files end."""
    halide: str
    ending: str
    is_for_all_targets: bool = False  # one file, however many targets there are


KINDS: Dict[str, Kind] = {
    "object": Kind("object", ".o"), "header": Kind("c_header", ".h", True), "stmt": Kind("stmt", ".stmt"),
    "stmt_html": Kind("stmt_html", ".stmt.html"), "conceptual_stmt": Kind("conceptual_stmt", ".conceptual.stmt"),
    "conceptual_stmt_html": Kind("conceptual_stmt_html", ".conceptual.stmt.html"),
    "assembly": Kind("assembly", ".s"), "llvm_assembly": Kind("llvm_assembly", ".ll"),
    "bitcode": Kind("bitcode", ".bc"), "device_code": Kind("device_code", ".device_code"),
    "static_library": Kind("static_library", ".a", True), "schedule": Kind("schedule", ".schedule.h", True)}
# What a program needs once, whatever kernels it links: Halide's runtime for the targets.
RUNTIME = "runtime"
# The headers of Halide's buffers, in C and in C++; and what a generated header includes.
HALIDE_HEADERS = ("HalideRuntime.h", "HalideBuffer.h")
CHECKED_CALL = "nestwright_checked_call.h"
LARGEST = 2 ** 31 - 1  # Halide counts in 32 bits


def parse_arguments(arguments: List[str]) -> argparse.Namespace:
    parser = Parser(
        prog="./nestwright generate", description="Compile one operator, for one shape, with one schedule.",
        epilog="example: nestwright generate --op max_pool2d --shape lanes=16,width=28,height=28,channels=6,window=2,"
               "stride=2 --schedule max_pool2d/cpu --emit object,header,runtime --out kernels")
    parser.add_argument("--op", required=True, type=not_empty, help="the operator, for example conv2d")
    parser.add_argument("--algorithm", type=not_empty, help="the operator's algorithm (default: the schedule's)")
    parser.add_argument("--shape", default="", help="every extent, as name=value,name=value")
    parser.add_argument("--schedule", required=True, type=not_empty, metavar="FILE",
                        help="a .nest file, or the name of a schedule that ships: max_pool2d/cpu")
    parser.add_argument("--tune", default="", help="values of the schedule's parameters, as name=value,name=value")
    parser.add_argument("--records", type=path_not_empty, metavar="FILE",
                        help="take the fastest schedule that this file of nestwright tune records, if it has one")
    parser.add_argument("--target", default="host",
                        help="a Halide target, for example x86-64-linux-avx2-fma; or several, with commas between "
                             "them, of which a kernel takes the first that the machine can run")
    parser.add_argument("--emit", default="object,header", help="what to write: " + ", ".join([*KINDS, RUNTIME]))
    parser.add_argument("--out", required=True, type=path_not_empty, metavar="DIR", help="the folder to write to")
    parser.add_argument("--name", type=not_empty, help="the function's name (default: operator_schedule)")
    return parser.parse_args(arguments)


def settings(option: str, text: str) -> List[str]:
    """name=value,name=value (or spaces between them) as the generator takes it: nothing where there is none."""
    entries = text.replace(",", " ").split()
    for entry in entries:
        match = re.fullmatch(r"[A-Za-z0-9_]+=([0-9]+)", entry)
        if match is None or len(match.group(1)) > 10 or int(match.group(1)) > LARGEST:
            raise LauncherError(f"--{option}: '{excerpt(entry)}' is not name=number; expected a whole number from 0 to "
                                f"{LARGEST}, as in lanes=16")
    return [f"{option}={','.join(entries).replace('=', ':')}"] if entries else []


def find_schedule(root: Path, op: str, name: str) -> Path:
    """The file that `name` is: a path, or <operator>/<name> or just <name> of a schedule that ships."""
    shipped = root / "schedules"
    for place_of_it in (Path(name), shipped / f"{name}.nest", shipped / op / f"{name}.nest"):
        if os.path.isfile(place_of_it):  # Path.is_file() raises for names that are too long
            return place_of_it
    names = sorted(file.relative_to(shipped).with_suffix("").as_posix() for file in shipped.glob("*/*.nest"))
    word = name[:-len(".nest")] if name.endswith(".nest") else name
    if "/" in word:
        nearest = difflib.get_close_matches(word, names, 1)
    else:
        own = [each.split("/")[1] for each in names if each.split("/")[0] == op]
        nearest = [f"{op}/{each}" for each in difflib.get_close_matches(word, own, 1)]
    hint = f"did you mean '{nearest[0]}'?" if nearest else "'./nestwright schedules' lists those"
    raise LauncherError(f"--schedule: '{excerpt(name)}' is no file and no shipped schedule; {hint}")


def kinds_of(text: str) -> List[str]:
    kinds = list(dict.fromkeys(text.split(",")))
    for kind in kinds:
        if kind not in KINDS and kind != RUNTIME:
            nearest = difflib.get_close_matches(kind, [*KINDS, RUNTIME], 1)
            hint = f"did you mean '{nearest[0]}'?" if nearest else f"there are {', '.join([*KINDS, RUNTIME])}"
            raise LauncherError(f"--emit: nothing is called '{excerpt(kind)}'; {hint}")
    return kinds


def without_runtime(target: str) -> str:
    """The target of a kernel, which finds Halide's runtime elsewhere: in a program there is one."""
    return target if "no_runtime" in target.split("-") else target + "-no_runtime"


def is_for_windows(targets: List[str]) -> bool:
    return "windows" in targets[0].split("-")


def files_of(kind: str, name: str, targets: List[str]) -> List[Tuple[str, str]]:
    """The files of a kind, as Halide names them and as they are to be named."""
    ending, is_for_all = KINDS[kind].ending, KINDS[kind].is_for_all_targets
    if is_for_windows(targets):
        ending = {".o": ".obj", ".a": ".lib"}.get(ending, ending)
    if len(targets) == 1 or is_for_all:
        return [(name + ending, name + ending)]
    files = [(f"{name}-{without_runtime(target)}{ending}", f"{name}-{target}{ending}") for target in targets]
    # It chooses the target when the kernel is first called.
    return [*files, (f"{name}_wrapper{ending}", f"{name}_wrapper{ending}")] if kind == "object" else files


def runs_of(kinds: List[str], targets: List[str]) -> List[List[str]]:
    """The kinds that each run of the generator writes: of several targets Halide makes objects or a library."""
    libraries = [kind for kind in kinds if kind in ("object", "static_library")]
    if len(targets) == 1 or not kinds:
        return [kinds] if kinds else []
    others = [kind for kind in kinds if kind not in libraries]
    return [[*others, *(libraries[:1] or ["object"])], *([kind] for kind in libraries[1:])]


def headers_of(root: Path, tools: Path, kinds: List[str]) -> List[Path]:
    """The headers that belong beside files of those kinds."""
    headers = [tools / "halide" / "include" / name for name in HALIDE_HEADERS if {"header", RUNTIME} & set(kinds)]
    return [*headers, *([root / "generators" / "kernel_interface" / CHECKED_CALL] if "header" in kinds else [])]


def compiled_files(kinds: List[str], name: str, targets: List[str]) -> List[Tuple[str, str]]:
    """All files of those kinds, as Halide names them and as they are to be named."""
    files = [pair for kind in kinds if kind != RUNTIME for pair in files_of(kind, name, targets)]
    runtime = "halide_runtime.obj" if is_for_windows(targets) else "halide_runtime.o"
    return [*([(runtime, runtime)] if RUNTIME in kinds else []), *files]


def require_own_files(out: Path, names: List[str], inputs: Dict[str, Path]) -> None:
    """Raises LauncherError where a file that is to be written is an input, or another one, or is no regular file."""
    written: Dict[str, Path] = {}
    for path in (out / name for name in names):
        for option, file in inputs.items():
            if name_same_file(path, file):
                raise LauncherError(f"--out: {excerpt(path)} would be written, and is the file of {option}; choose "
                                    "another folder, or another --name")
        same = written.setdefault(os.path.realpath(path), path)
        if same is not path:
            raise LauncherError(f"--out: {excerpt(path)} and {excerpt(same)} are one file; remove the link")
        if is_stream(path):
            raise LauncherError(f"--out: {excerpt(path)} is a pipe or a device; remove it, or choose another folder")
        if os.path.isdir(out):
            require_writable(path, "--out")


def require_folder(out: Path) -> None:
    """Raises LauncherError where something that is no folder has that name."""
    if os.path.lexists(out) and not os.path.isdir(out):
        raise LauncherError(f"--out: {excerpt(out)} is no folder; give the name of one, or of none that is there")


def run_generate(root: Path, preset: str, arguments: List[str]) -> int:
    """Builds the generator if need be, and runs it. Its own message is the error's line."""
    options = parse_arguments(arguments)
    kinds, targets = kinds_of(options.emit), options.target.split(",")
    schedule = find_schedule(root, options.op, options.schedule)
    name = options.name or default_name(options.op, schedule.stem)
    require_function_name(name, options.name is not None)
    require_folder(options.out)
    request, inputs = [f"op={options.op}", f"schedule={os.path.abspath(schedule)}"], {"--schedule": schedule}
    request += [*settings("shape", options.shape), *settings("tune", options.tune)]
    if options.records:
        if not os.path.isfile(options.records):
            raise LauncherError(f"--records: no file {excerpt(options.records)}")
        request.append(f"records={os.path.abspath(options.records)}")
        inputs["--records"] = options.records
    if options.algorithm:
        request.append(f"algorithm={options.algorithm}")
    tools = provision.ensure_tools(root)
    build(root, tools, preset, ["nestwright-generator"])
    generator = Generator(root / "build" / preset / "generators" / "nestwright-generator", name, request)
    interface = generator.interface(options.target)
    headers = headers_of(root, tools, kinds)
    files = [*compiled_files(kinds, name, targets), *((header.name, header.name) for header in headers)]
    require_own_files(options.out, [file for _, file in files], inputs)
    try:
        with staged(options.out) as stage:
            write_files(generator, stage, kinds, targets, interface)
            for header in headers:
                shutil.copyfile(header, stage / header.name)
            placed = place(stage, options.out, files)
    except OSError as error:
        raise LauncherError(f"--out: {excerpt(options.out)}: {error.strerror or error}") from None
    for file in sorted(placed):
        print(file)
    return 0


def write_files(generator: Generator, stage: Path, kinds: List[str], targets: List[str], interface: str) -> None:
    """Fills the stage with compiled_files()."""
    if RUNTIME in kinds:
        generator.write_runtime(stage, targets)
    compiled = [kind for kind in kinds if kind != RUNTIME]
    for run in runs_of(compiled, targets):
        generator.write(stage, [KINDS[kind].halide for kind in run], [without_runtime(target) for target in targets])
    for file, _ in files_of("device_code", generator.function, targets) if "device_code" in compiled else []:
        if not (stage / file).is_file() or (stage / file).stat().st_size == 0:
            raise LauncherError("--emit device_code: this kernel has none; expected a schedule that is for gpu, and "
                                "targets with a device, such as host-opencl")
    if "header" in compiled:
        # It names files as the system has them, which may be no UTF-8.
        with (stage / f"{generator.function}.h").open("a", encoding="utf-8", errors="surrogateescape") as header:
            header.write(interface)
