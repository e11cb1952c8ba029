"""Times every peer in the same way, and prints each measurement as a line of JSON."""

import json
import time
from typing import Callable


# Choices: a sample is far longer than the clock's resolution, and even slow steps are warm and have percentiles.
WARM_UP_SECONDS, WARM_UP_STEPS = 0.5, 3
SAMPLE_SECONDS, LEAST_SAMPLES = 0.01, 7


def measure(step: Callable[[], object], seconds: float, finish: Callable[[], object] = lambda: None) -> dict:
    """Times `step`. Either `step` waits for its own result, or `finish` waits for the results of all steps so far.

    Warms up first; then takes samples of as many steps as last 10 ms, for `seconds` and at least 7 times. Gives the
    median of the samples in seconds a step, their 10th and 90th percentile, and the numbers of samples and of steps in
    each.
    """
    start, steps = time.perf_counter(), 0
    while time.perf_counter() - start < min(WARM_UP_SECONDS, seconds) or steps < WARM_UP_STEPS:
        step()
        finish()
        steps += 1
    per_sample = max(1, round(SAMPLE_SECONDS * steps / (time.perf_counter() - start)))
    samples = []
    start = time.perf_counter()
    while time.perf_counter() - start < seconds or len(samples) < LEAST_SAMPLES:
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
    """Prints a line of JSON for what could not be measured, with the reason in place of the times."""
    text = " ".join(str(error).split())
    print(json.dumps({"peer": peer, "mode": mode, "what": what, "batch": batch, "threads": threads,
                      "failure": f"{type(error).__name__}: {text[:300]}"}), flush=True)
