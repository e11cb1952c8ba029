"""Prints README's tables of a GPU, Markdown, from what bench/gpu.sh wrote: gpu_table.py bench/results/FILE.json"""

import sys
from pathlib import Path
from typing import Any, Dict, List

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from launcher.json_file import read_json  # noqa: E402: the path above is what makes it importable
from launcher.report import LauncherError  # noqa: E402

STEPS = {"training_step": "training step", "inference": "inference"}


def rivals_of(own: Dict[str, Any], rows: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The other implementations of a row, the fastest first."""
    rivals = [row for row in rows if not row["implementation"].startswith("nestwright") and "failure" not in row and
              (row["what"], row["batch"]) == (own["what"], own["batch"])]
    return sorted(rivals, key=lambda row: row["median_seconds"])


def rival_cells(own: Dict[str, Any], rows: List[Dict[str, Any]]) -> str:
    rivals = rivals_of(own, rows)
    if not rivals:
        return "| | |"
    best = rivals[0]
    return (f'| {best["implementation"]} {1e6 * best["median_seconds"]:,.1f} '
            f'| {best["median_seconds"] / own["median_seconds"]:.1f}× |')


def tables(result: Dict[str, Any]) -> str:
    bench = result["bench"]
    rows = bench["rows"]
    own_rows = [row for row in rows if row["implementation"].startswith("nestwright") and "failure" not in row]
    lines = [f'{result["devices"]}; {bench["processor"]}, {bench["measured"]}; {result["date"]}, revision '
             f'{result["revision"][:12]}.', "",
             "| lenet5 | batch | µs | images/s | % of peak | fastest rival, µs | ratio |", "|---|---|---|---|---|---|---|"]
    for row in own_rows:
        if row["what"] in STEPS:
            images = row["batch"] / row["median_seconds"]
            name = STEPS[row["what"]] + row["implementation"][len("nestwright"):]
            lines.append(f'| {name} | {row["batch"]} | {1e6 * row["median_seconds"]:,.1f} '
                         f'| {images:,.0f} | {row["percentage_of_peak"]:.0f} {rival_cells(row, rows)}')
    lines += ["", "| kernel | batch | µs | % of peak | % of bandwidth | fastest rival, µs | ratio |",
              "|---|---|---|---|---|---|---|"]
    for row in own_rows:
        if row["what"] not in STEPS:
            bandwidth = f'{row["percentage_of_bandwidth"]:.0f}' if "percentage_of_bandwidth" in row else ""
            lines.append(f'| `{row["what"]}` | {row["batch"]} | {1e6 * row["median_seconds"]:,.1f} '
                         f'| {row["percentage_of_peak"]:.0f} | {bandwidth} {rival_cells(row, rows)}')
    return "\n".join(lines) + "\n"


def main(arguments: List[str]) -> int:
    if len(arguments) != 1:
        print("usage: gpu_table.py FILE.json", file=sys.stderr)
        return 1
    try:
        print(tables(read_json(arguments[0])), end="")
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1
    except (ValueError, KeyError, TypeError) as error:
        print(f"{arguments[0]}: is not what bench/gpu.sh writes ({error})", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
