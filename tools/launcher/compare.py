"""`./nestwright compare`: the workbench's command, with PyTorch where it is asked for, and with a page made of it."""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import List, Tuple

from launcher import provision
from launcher.build import build
from launcher.report import LauncherError


def take_option(arguments: List[str], name: str) -> str:
    """Removes `name VALUE` or `name=VALUE` from `arguments`, and gives the last value; empty where there is none."""
    value = ""
    kept: List[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == name:
            value = next(rest, "")
            if not value:
                raise LauncherError(f"{name} needs the name of a file")
        elif argument.startswith(name + "="):
            value = argument[len(name) + 1:]
        else:
            kept.append(argument)
    arguments[:] = kept
    return value


def page_and_json(arguments: List[str]) -> Tuple[str, str]:
    page, result = take_option(arguments, "--html"), take_option(arguments, "--json")
    if page and not Path(page).absolute().parent.is_dir():
        raise LauncherError(f"--html: no folder {Path(page).absolute().parent}")
    return page, result


def run_compare(root: Path, preset: str, arguments: List[str]) -> int:
    page, result = page_and_json(arguments)
    if any("pytorch" in argument for argument in arguments):
        os.environ["NESTWRIGHT_PEERS_PYTHON"] = str(provision.ensure_peers(root) / "bin" / "python")
    python = provision.ensure_report_tools(root) / "bin" / "python" if page else None
    build(root, provision.ensure_tools(root), preset, ["nestwright-workbench"])
    binary = root / "build" / preset / "workbench" / "nestwright-workbench"
    with tempfile.TemporaryDirectory() as folder:
        json_file = result or (str(Path(folder) / "result.json") if page else "")
        status = subprocess.run([str(binary), "compare", *arguments,
                                 *(["--json", json_file] if json_file else [])]).returncode
        if page and Path(json_file).exists():
            script = root / "tools" / "report" / "compare_page.py"
            if subprocess.run([str(python), "-B", str(script), json_file, page]).returncode != 0:
                raise LauncherError(f"--html: {page} can't be made; see above")
            print(page)
    return status
