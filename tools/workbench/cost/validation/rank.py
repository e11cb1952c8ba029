#!/usr/bin/env python3
"""How well predicted times rank random schedules: Spearman's rank correlation with measured times.

Needs `./nestwright build nestwright-time-schedules`. Writes a table as JSON, and prints it as Markdown.
"""

import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from launcher.number_option import whole_number  # noqa: E402: the path above is what makes it importable
from launcher.report import LauncherError, Parser, path_not_empty, say_error  # noqa: E402
from launcher.whole_file import require_separate_files, write_file  # noqa: E402
from random_schedules import LAYERS, Layer, draw_schedules

ROOT = Path(__file__).resolve().parents[4]


def ranks(values: List[float]) -> List[float]:
    """The rank of each value, from 1 for the least; equal values share the mean of their ranks."""
    ordered = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    begin = 0
    while begin < len(ordered):
        end = begin
        while end < len(ordered) and values[ordered[end]] == values[ordered[begin]]:
            end += 1
        for place in ordered[begin:end]:
            result[place] = (begin + end + 1) / 2
        begin = end
    return result


def spearman(a: List[float], b: List[float]) -> float:
    """Pearson's correlation between the ranks of the values (Spearman 1904)."""
    x, y = ranks(a), ranks(b)
    mean = (len(x) + 1) / 2
    covariance = sum((u - mean) * (v - mean) for u, v in zip(x, y))
    return covariance / (sum((u - mean) ** 2 for u in x) * sum((v - mean) ** 2 for v in y)) ** 0.5


def time_schedules(layer: Layer, count: int, seed: int, blocks: int) -> List[Dict]:
    program = ROOT / "build" / "default" / "tools" / "workbench" / "cost" / "validation" / "nestwright-time-schedules"
    with tempfile.TemporaryDirectory() as folder:
        texts = {}
        for i, text in enumerate(draw_schedules(layer, count, seed)):
            file = Path(folder) / f"{i}.nest"
            file.write_text(text)
            texts[str(file)] = text
        result = subprocess.run([str(program), layer.op, layer.shape, str(blocks), *texts], text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if result.returncode != 0:
            sys.exit(f"rank.py: {program.name} failed: {result.stderr}")
        rows = [json.loads(line) for line in result.stdout.splitlines()]
        for row in rows:
            row["schedule"] = texts[row.pop("file")]
    return rows


def main() -> None:
    parser = Parser(description=__doc__)
    parser.add_argument("--count", type=whole_number(1, 100000), default=64,
                        help="schedules to draw for a layer; some are not legal")
    parser.add_argument("--seed", type=whole_number(0, 2**32 - 1), default=1)
    parser.add_argument("--blocks", type=whole_number(1, 4096), default=1)
    parser.add_argument("--only", default="", help="operator and layer that begin so, as 'conv2d conv2'")
    parser.add_argument("--out", type=path_not_empty, help="where to write the table as JSON")
    options = parser.parse_args()
    if options.out:
        require_separate_files({"--out": options.out}, {})
    results = []
    print("| operator | layer | schedules | slowest / fastest | Spearman | median of predicted / measured |")
    print("|---|---|---|---|---|---|")
    for layer in LAYERS:
        if not f"{layer.op} {layer.name}".startswith(options.only):
            continue
        rows = time_schedules(layer, options.count, options.seed, options.blocks)
        measured = [row["measured_seconds"] for row in rows]
        predicted = [row["predicted_seconds"] for row in rows]
        ratios = sorted(p / m for p, m in zip(predicted, measured))
        result = {"op": layer.op, "layer": layer.name, "blocks": options.blocks, "schedules": len(rows),
                  "spread": max(measured) / min(measured), "spearman": spearman(measured, predicted),
                  "median_ratio": ratios[len(ratios) // 2], "rows": rows}
        results.append(result)
        print(f"| {layer.op} | {layer.name} | {len(rows)} | {result['spread']:.1f} | {result['spearman']:.3f} | "
              f"{result['median_ratio']:.2f} |", flush=True)
    if options.out:
        document = {"processor": platform.processor() or platform.machine(), "seed": options.seed, "layers": results}
        write_file(options.out, json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    try:
        main()
    except LauncherError as error:
        say_error(error)
        sys.exit(1)
