#!/usr/bin/env python3
"""The cache model against cachegrind: predicted and simulated misses of many schedules (traffic.py has both).

Needs valgrind, a C compiler, and `./nestwright build nestwright-call-kernel nestwright-generator nestwright-workbench`.
"""

import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, Optional

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from launcher.number_option import whole_number  # noqa: E402: the path above is what makes it importable
from launcher.report import LauncherError, Parser, path_not_empty, say_error  # noqa: E402
from launcher.whole_file import require_separate_files, write_file  # noqa: E402
from random_schedules import LAYERS, Layer, draw_schedules
from traffic import FIRST, LAST, TARGET, Use, make_runtime, predict, simulate

ROOT = Path(__file__).resolve().parents[4]
BUILD = ROOT / "build" / "default"
# The relative deviation up to which a prediction counts as right: a choice.
TOLERANCE = 0.25
# Up to so many misses are negligible: they are the program's and its stack's rather than the kernel's.
NEGLIGIBLE = 64


def deviation(predicted: float, simulated: float) -> float:
    """The difference between both numbers of misses, relative to the simulated one; 0 where both are negligible."""
    if max(predicted, simulated) <= NEGLIGIBLE:
        return 0.0
    return abs(predicted - simulated) / max(simulated, 1)


def check(layer: Layer, text: str, folder: Path) -> Optional[Dict]:
    """Predicts and simulates a schedule, and compares both. None where the schedule is not legal."""
    folder.mkdir()
    file = folder / "schedule.nest"
    file.write_text(text)
    use = Use(layer.op, layer.shape, layer.blocks, file)
    try:
        predicted, simulated = predict(BUILD, use), simulate(BUILD, use, folder)
    except RuntimeError as error:
        print(f"left out: {error}", file=sys.stderr)
        return None
    return {"op": layer.op, "layer": layer.name, "blocks": layer.blocks, "schedule": text, "predicted": predicted,
            "simulated": simulated,
            "deviation": {name: deviation(predicted[name], simulated[name]) for name in predicted}}


def main() -> None:
    parser = Parser(description=__doc__)
    parser.add_argument("--count", type=whole_number(1, 100000), default=8,
                        help="schedules to draw for a layer; some are not legal")
    parser.add_argument("--seed", type=whole_number(0, 2**32 - 1), default=2)
    parser.add_argument("--jobs", type=whole_number(1, 1024), default=2)
    parser.add_argument("--out", type=path_not_empty, help="where to write the table as JSON")
    options = parser.parse_args()
    if options.out:
        require_separate_files({"--out": options.out}, {})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_runtime(BUILD, folder)
        drawn = [(layer, text) for layer in LAYERS for text in draw_schedules(layer, options.count, options.seed)]
        with ThreadPoolExecutor(options.jobs) as pool:
            found = pool.map(lambda job: check(job[1][0], job[1][1], folder / str(job[0])), enumerate(drawn))
            rows = [row for row in found if row]
    print("| operator | layer | L1 misses predicted | cachegrind | off | LL misses predicted | cachegrind | off |")
    print("|---|---|---|---|---|---|---|---|")
    for row in rows:
        cells = "".join(f" {row['predicted'][level]} | {row['simulated'][level]} | {row['deviation'][level]:.0%} |"
                        for level in ("first", "last"))
        print(f"| {row['op']} | {row['layer']} |{cells}")
    shares = {level: sum(row["deviation"][level] <= TOLERANCE for row in rows) / max(1, len(rows))
              for level in ("first", "last")}
    both = sum(max(row["deviation"]["first"], row["deviation"]["last"]) <= TOLERANCE for row in rows)
    print(f"\n{len(rows)} schedules; within {TOLERANCE:.0%}: L1 {shares['first']:.0%}, LL {shares['last']:.0%}, "
          f"both {both / max(1, len(rows)):.0%}")
    if options.out:
        document = {"target": TARGET, "first_level": FIRST, "last_level": LAST, "tolerance": TOLERANCE,
                    "within": {**shares, "both": both / max(1, len(rows))}, "rows": rows}
        write_file(options.out, json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    try:
        main()
    except LauncherError as error:
        say_error(error)
        sys.exit(1)
