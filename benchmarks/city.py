"""Karachi from its first week to its last: wall time, memory, and what a week costs besides its residents.

Each scale runs in a process of its own (`python -m benchmarks.city SCALE`), so that peak memory is its own too.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

import mohalla
from mohalla.engine import simulate as engine

SCENARIO = "karachi"
SCALES = (100, 50, 20, 10)
WARM_UP = timedelta(days=365)


class Timed(NamedTuple):
    """One simulation after one that compiled: seconds in all, per part of the week, weeks, peak bytes."""

    scale: int
    seconds: float
    weeks: int
    residents: int
    in_weeks: float
    steps: dict[str, float]
    peak_bytes: int

    @property
    def besides_residents_ms(self) -> float:
        """Milliseconds a week outside the residents kernel."""
        return 1e3 * (self.in_weeks - self.steps["residents"]) / self.weeks


def _clocked(function: Callable[..., Any], name_of: Callable[..., str], clock: Counter[str]) -> Callable[..., Any]:
    """`function`, adding the time of each call to `clock`."""

    def call(*arguments: Any, **named: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            clock[name_of(*arguments)] += time.perf_counter() - start

    return call


def peak_bytes() -> int:
    """The most memory this process has held."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def simulated(scale: int) -> Timed:
    """Simulate the city in this process, timing every step."""
    scenario = mohalla.load(SCENARIO)
    engine.simulate(scenario, seed=1, scale=1000, until=scenario.about.start + WARM_UP)
    clock: Counter[str] = Counter()
    steps = _clocked(engine.run_call, lambda call, *_: call.name, clock)
    weeks = _clocked(engine._weeks, lambda *_: "weeks", clock)
    with patch.object(engine, "run_call", steps), patch.object(engine, "_weeks", weeks):
        start = time.perf_counter()
        dataset = engine.simulate(scenario, seed=1, scale=scale)
        seconds = time.perf_counter() - start
    people = int(np.asarray(dataset.population[-1].sum()) / scale)
    in_weeks = clock.pop("weeks")
    return Timed(scale, seconds, dataset.sizes["week"], people, in_weeks, dict(clock), peak_bytes())


def measure(scale: int) -> Timed:
    """Simulate the city in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.city", str(scale)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return Timed(**json.loads(told.stdout.splitlines()[-1]))


if __name__ == "__main__":
    print(json.dumps(simulated(int(sys.argv[1]))._asdict()))
