"""`./nestwright compare`: the workbench's command, with PyTorch where it is asked for, and with a page made of it."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, Tuple

from launcher import provision
from launcher.build import build
from launcher.json_file import read_json
from launcher.report import LauncherError, say, wants_help
from launcher.whole_file import require_separate_files, write_file


def take_option(arguments: List[str], name: str) -> str:
    """Removes `name VALUE` or `name=VALUE` from `arguments`, and gives the last value; empty where there is none."""
    value = ""
    kept: List[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument != name and not argument.startswith(name + "="):
            kept.append(argument)
            continue
        value = next(rest, "") if argument == name else argument[len(name) + 1:]
        if not value:
            raise LauncherError(f"{name} needs the name of a file")
    arguments[:] = kept
    return value


def tuning_folder(root: Path) -> Path:
    """As tools/workbench/tuning_records.cpp has it."""
    named = os.environ.get("NESTWRIGHT_TUNING_FOLDER")
    return Path(named) if named else root / "build" / "tuning"


def inputs_of(root: Path, arguments: List[str]) -> Dict[str, List[Path]]:
    """The files that a comparison reads: the records, what is known of the machine, and the schedules that
    `arguments` name, of which those of an operator ship."""
    records = take_option(list(arguments), "--records")
    words = [word for word in arguments if not word.startswith("-")]
    places = [place for word in words for place in (Path(word), root / "schedules" / f"{word}.nest")]
    shipped = [file for word in words if re.fullmatch(r"\w+", word)
               for file in (root / "schedules" / word).glob("*.nest")]
    kept = tuning_folder(root)
    return {"--records": [Path(records) if records else kept / "records.jsonl"],
            "what is kept of this machine": [kept / "machines.json"],
            "FILE": [place for place in places if place.is_file()], "a schedule that ships": shipped}


def page_and_json(root: Path, arguments: List[str]) -> Tuple[str, str]:
    page, result = take_option(arguments, "--html"), take_option(arguments, "--json")
    outputs = {option: Path(name) for option, name in (("--html", page), ("--json", result)) if name}
    require_separate_files(outputs, inputs_of(root, arguments))
    return page, result


def take_flag(arguments: List[str], name: str) -> bool:
    found = name in arguments
    arguments[:] = [argument for argument in arguments if argument != name]
    return found


def add_traffic(root: Path, build_folder: Path, result: Path) -> None:
    """Puts the misses that the cost model predicts, and those that cachegrind simulates, into a comparison's file."""
    sys.path.insert(0, str(root / "tools" / "workbench" / "cost" / "validation"))
    import traffic

    document = read_json(result)
    with tempfile.TemporaryDirectory() as name:
        traffic.make_runtime(build_folder, Path(name))
        for comparison in document["comparisons"]:
            shape = comparison["shape"].replace(" ", ",")
            lanes = int(re.search(r"lanes=(\d+)|$", shape).group(1) or 1)
            for number, entry in enumerate(comparison["entries"]):
                if entry["rival"] or "median_seconds" not in entry:
                    continue
                parameters = ",".join(f"{name}={value}" for name, value in entry.get("parameters", {}).items())
                use = traffic.Use(comparison["op"], shape, -(-comparison["batch"] // lanes), Path(entry["name"]),
                                  parameters)
                folder = Path(name) / f"{comparison['where'].replace(' ', '_')}-{number}"
                folder.mkdir()
                say(f"simulating the caches of {Path(entry['name']).stem}")
                try:
                    found = {"predicted": traffic.predict(build_folder, use),
                             "simulated": traffic.simulate(build_folder, use, folder)}
                except RuntimeError as error:
                    say(f"{entry['name']}: {error}")
                    continue
                entry["traffic"] = {"target": traffic.TARGET, "line": traffic.LINE, "first_level": traffic.FIRST,
                                    "last_level": traffic.LAST, **found}
    write_file(result, json.dumps(document, indent=2) + "\n")


def workbench_of(root: Path, preset: str) -> Path:
    return root / "build" / preset / "tools" / "workbench" / "nestwright-workbench"


def run_compare(root: Path, preset: str, arguments: List[str]) -> int:
    if wants_help(arguments):
        build(root, provision.ensure_tools(root), preset, ["nestwright-workbench"])
        return subprocess.run([str(workbench_of(root, preset)), "compare", *arguments]).returncode
    page, result = page_and_json(root, arguments)
    with_traffic = take_flag(arguments, "--traffic")
    if with_traffic and not (page or result):
        raise LauncherError("--traffic goes into the page or the file; give --html or --json, too")
    if with_traffic:
        provision.ensure_debian_packages(["valgrind"], root / "build" / "logs" / "apt.log")
    if any("pytorch" in argument for argument in arguments):
        os.environ["NESTWRIGHT_PEERS_PYTHON"] = str(provision.ensure_peers(root) / "bin" / "python")
    python = provision.ensure_report_tools(root) / "bin" / "python" if page else None
    targets = ["nestwright-workbench", *(["nestwright-call-kernel", "nestwright-generator"] if with_traffic else [])]
    build(root, provision.ensure_tools(root), preset, targets)
    with tempfile.TemporaryDirectory() as folder:
        # What is read again is written here first: --json may name a pipe.
        kept = Path(folder) / "result.json"
        json_file = str(kept) if page or with_traffic else result
        status = subprocess.run([str(workbench_of(root, preset)), "compare", *arguments,
                                 *(["--json", json_file] if json_file else [])]).returncode
        if not kept.exists():
            return status
        if with_traffic:
            add_traffic(root, root / "build" / preset, kept)
        if result:
            write_file(result, kept.read_bytes())
        if page:
            script = root / "tools" / "report" / "compare_page.py"
            if subprocess.run([str(python), "-B", str(script), str(kept), page]).returncode != 0:
                return 1  # it has said why
            print(page)
    return status
