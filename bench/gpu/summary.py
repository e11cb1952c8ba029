"""Writes the results of a run: one JSON file that is whole at every moment, and one archive of all that was printed."""

import json
import os
import tarfile
from pathlib import Path
from typing import Any, Dict, Iterable, List

# Choices that keep gpu.json short enough to read: how much of a step's output it has.
MOST_LINES, MOST_CHARACTERS = 6, 300
# A line of a test's output with one of these words says why the test failed.
TELLING = ("[  FAILED  ]", "Error", "error", "failed")


def write_whole(file: Path, write) -> None:
    """`write(path)` makes the file; whoever looks at `file` sees it before or after, never between."""
    partial = file.with_name(f"{file.name}.new")
    write(partial)
    os.replace(partial, file)


def write_json(file: Path, value: Any) -> None:
    write_whole(file, lambda path: path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n"))


def write_archive(file: Path, folder: Path) -> None:
    def write(path: Path) -> None:
        with tarfile.open(path, "w:gz", compresslevel=6) as archive:
            for member in sorted(folder.rglob("*")):
                if member.is_file():
                    archive.add(member, arcname=f"gpu/{member.relative_to(folder)}")

    write_whole(file, write)


def telling_lines(outputs: Iterable[Path]) -> List[str]:
    """The lines of a step's output that speak of failures, then its last lines; MOST_LINES of each at most."""
    lines: List[str] = []
    for output in outputs:
        if output.exists():
            lines += [line.rstrip() for line in output.read_text(errors="replace").splitlines() if line.strip()]
    last = lines[-MOST_LINES:]
    telling = [line for line in lines[:-MOST_LINES] if any(word in line for word in TELLING)]
    return [line[:MOST_CHARACTERS] for line in telling[:MOST_LINES] + last]


def json_of(file: Path) -> Any:
    """The file's value; None where it is missing, or was being written when its program ended."""
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError, RecursionError):
        return None


def json_lines_of(file: Path) -> List[Dict[str, Any]]:
    try:
        lines = file.read_text(errors="replace").splitlines()
    except OSError:
        return []
    rows = []
    for line in lines:
        try:
            rows.append(json.loads(line))
        except (ValueError, RecursionError):  # the last one, where its program was ended
            continue
    return rows


def row_of_peer(row: Dict[str, Any]) -> Dict[str, Any]:
    """A peer's line as a row of the benchmark."""
    made = {"what": row["what"], "implementation": f'{row["peer"]} {row["mode"]}'.strip(), "batch": row["batch"],
            "threads": row["threads"]}
    if "failure" in row:
        return {**made, "failure": row["failure"]}
    median = row["median_seconds"]
    return {**made, "median_seconds": median, "spread": (row["high_seconds"] - row["low_seconds"]) / median}


def complaint_of_rows(folder: Path, step: str) -> str:
    """Says how many of a step's rows have no time, and why the first has none; empty where all rows have one."""
    rows = (json_of(folder / f"{step}.bench.json") or {}).get("rows", []) + json_lines_of(folder / f"{step}.rows.jsonl")
    failures = [row["failure"] for row in rows if "failure" in row]
    return f"{len(failures)} of {len(rows)} rows have no time: {failures[0]}" if failures else ""


def bench_of(folder: Path) -> Dict[str, Any]:
    """All rows that were measured so far, ours (*.bench.json) and the rivals' (*.rows.jsonl), as one report."""
    bench: Dict[str, Any] = {}
    rows: List[Dict[str, Any]] = []
    for file in sorted(folder.glob("*.bench.json")):
        report = json_of(file)
        if report:
            rows += report.pop("rows")
            bench = bench or report
    for file in sorted(folder.glob("*.rows.jsonl")):
        rows += [row_of_peer(row) for row in json_lines_of(file)]
    return {**bench, "rows": rows} if rows else {}
