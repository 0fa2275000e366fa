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
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

import mohalla
from mohalla.engine import simulate as engine
from mohalla.engine.week import Arrays, Call, Numbers, bind_again, bind_week, run_call

SCENARIO = "karachi"
SCALES = (100, 50, 20, 10)
WARM_UP = timedelta(days=365)
IN_TURN = 4  # weeks: some steps are due every fourth


def turn_weeks() -> int:
    """For how many weeks one choice of a resident of the city stands."""
    return mohalla.load(SCENARIO).about.turn_weeks


class Timed(NamedTuple):
    """One simulation after one that compiled: seconds in all, weeks, peak bytes; seconds a week, whole and by step."""

    scale: int
    seconds: float
    weeks: int
    residents: int
    week: float
    steps: dict[str, float]
    peak_bytes: int

    @property
    def besides_residents_ms(self) -> float:
        """Milliseconds a week outside the residents kernel."""
        return 1e3 * (self.week - self.steps["residents"])


class Clock:
    """Seconds of whole weeks as they are run, and of each step in weeks whose steps are all run apart, in turn.

    In a week as it is run the residents are no step of their own, so what it takes besides them can only be told from
    other weeks; and a machine's speed drifts, so that those must be near.
    """

    def __init__(self) -> None:
        self.weeks, self.steps = {False: 0, True: 0}, Counter[str]()
        self.whole, self.begun = 0.0, 0.0

    @property
    def apart(self) -> bool:
        """Whether the steps of this week are run apart."""
        return sum(self.weeks.values()) // IN_TURN % 2 == 1

    def next_week(self) -> bool:
        """A week begins; returns how it is to be run."""
        self.end()
        self.begun = time.perf_counter()
        return self.apart

    def end(self) -> None:
        """The week that was begun is over."""
        if self.begun:
            self.whole += 0.0 if self.apart else time.perf_counter() - self.begun
            self.weeks[self.apart] += 1

    def run_call(self, call: Call, week: int, seed: np.uint64) -> None:
        """A step, timed where steps are apart."""
        if not self.apart:
            return run_call(call, week, seed)
        start = time.perf_counter()
        run_call(call, week, seed)
        self.steps[call.name] += time.perf_counter() - start
        return None

    def a_week(self, step: str) -> float:
        """Seconds a week of a step."""
        return self.steps[step] / self.weeks[True]


class InTurn(NamedTuple):
    """The calls of a week, each time it is asked for them: together for some weeks, then apart for as many."""

    clock: Clock
    ways: Mapping[bool, Sequence[Call | str]]

    def __iter__(self) -> Iterator[Call | str]:
        return iter(self.ways[self.clock.next_week()])


def peak_bytes() -> int:
    """The most memory this process has held."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def by_step(scale: int) -> Clock:
    """Simulate the city, timing weeks and steps in turn."""
    clock = Clock()

    def both_ways(*arguments: Any, plain: bool, apart: bool) -> InTurn:  # noqa: ARG001
        return InTurn(clock, {way: bind_week(*arguments, apart=way) for way in (False, True)})

    def both_again(week: InTurn, arrays: Arrays, numbers: Numbers, *, plain: bool) -> InTurn:
        return InTurn(clock, {way: bind_again(calls, arrays, numbers, plain=plain) for way, calls in week.ways.items()})

    binding = patch.multiple(engine, bind_week=both_ways, bind_again=both_again)
    with binding, patch.object(engine, "run_call", clock.run_call):
        engine.simulate(mohalla.load(SCENARIO), seed=1, scale=scale)
    clock.end()
    return clock


def simulated(scale: int) -> Timed:
    """Simulate the city in this process, twice: as it is, and timing every step."""
    scenario = mohalla.load(SCENARIO)
    engine.simulate(scenario, seed=1, scale=1000, until=scenario.about.start + WARM_UP)
    start = time.perf_counter()
    dataset = engine.simulate(scenario, seed=1, scale=scale)
    seconds, peak = time.perf_counter() - start, peak_bytes()
    people, weeks = int(np.asarray(dataset.population[-1].sum()) / scale), dataset.sizes["week"]
    del dataset
    clock = by_step(scale)
    steps = {step: clock.a_week(step) for step in clock.steps}
    return Timed(scale, seconds, weeks, people, clock.whole / clock.weeks[False], steps, peak)


def measure(scale: int) -> Timed:
    """Simulate the city in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.city", str(scale)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return Timed(**json.loads(told.stdout.splitlines()[-1]))


if __name__ == "__main__":
    print(json.dumps(simulated(int(sys.argv[1]))._asdict()))
