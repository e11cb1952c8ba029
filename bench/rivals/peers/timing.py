"""How every peer is timed, and the line of JSON that says what came out."""

import json
import time
from typing import Callable


def measure(step: Callable[[], object], seconds: float, finish: Callable[[], object] = lambda: None) -> dict:
    """Times `step`, which must wait for its own result, or else `finish` for those of all steps so far.

    Warms up first; then takes samples of as many steps as last 10 ms, for `seconds` and at least 7 times. Gives the
    median seconds of a step, the 10th and the 90th percentile of the samples, and how many samples and steps.
    """
    start, steps = time.perf_counter(), 0
    while time.perf_counter() - start < min(0.5, seconds) or steps < 3:
        step()
        finish()
        steps += 1
    per_sample = max(1, round(0.01 * steps / (time.perf_counter() - start)))
    samples = []
    start = time.perf_counter()
    while time.perf_counter() - start < seconds or len(samples) < 7:
        before = time.perf_counter()
        for _ in range(per_sample):
            step()
        finish()
        samples.append((time.perf_counter() - before) / per_sample)
    samples.sort()
    return {"median_seconds": samples[len(samples) // 2], "low_seconds": samples[len(samples) // 10],
            "high_seconds": samples[len(samples) - 1 - len(samples) // 10], "samples": len(samples),
            "steps_per_sample": per_sample}


def emit(peer: str, mode: str, what: str, batch: int, threads: int, timing: dict) -> None:
    """One line of JSON a measurement, written at once so that a reader sees rows as they come."""
    print(json.dumps({"peer": peer, "mode": mode, "what": what, "batch": batch, "threads": threads, **timing,
                      "images_per_second": batch / timing["median_seconds"]}), flush=True)


def emit_failure(peer: str, mode: str, what: str, batch: int, threads: int, error: BaseException) -> None:
    """The same of what can't be measured: it costs its own row alone."""
    text = " ".join(str(error).split())
    print(json.dumps({"peer": peer, "mode": mode, "what": what, "batch": batch, "threads": threads,
                      "failure": f"{type(error).__name__}: {text[:300]}"}), flush=True)
