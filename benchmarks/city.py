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
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

import mohalla
from mohalla.engine import simulate as engine
from mohalla.engine.week import Arrays, Call, Due, Numbers, bind_again, bind_week, due_in

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

    def timed(self, name: str, sweep: Callable[..., Any]) -> Callable[..., Any]:
        """A step that tells how long it took."""

        def step(*arguments: Any) -> None:
            start = time.perf_counter()
            sweep(*arguments)
            self.steps[name] += time.perf_counter() - start

        return step

    def a_week(self, step: str) -> float:
        """Seconds a week of a step."""
        return self.steps[step] / self.weeks[True]


class InTurn(NamedTuple):
    """The calls of a week bound in two ways: steps that go by unit together, and apart, where every step is timed."""

    together: Sequence[Call | str]
    apart: Sequence[Call | str]


def peak_bytes() -> int:
    """The most memory this process has held."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def by_step(scale: int) -> Clock:
    """Simulate the city, timing weeks and steps in turn."""
    clock = Clock()

    def both_ways(*arguments: Any, plain: bool, apart: bool) -> InTurn:  # noqa: ARG001
        return InTurn(bind_week(*arguments), bind_week(*arguments, apart=True))

    def both_again(week: InTurn, arrays: Arrays, numbers: Numbers, *, plain: bool) -> InTurn:
        return InTurn(*(bind_again(calls, arrays, numbers, plain=plain) for calls in week))

    def in_turn(week: InTurn, *arguments: Any) -> Callable[[int], Sequence[Due]]:
        timed = [
            one._replace(sweep=clock.timed(one.name, one.sweep)) if isinstance(one, Call) else one for one in week.apart
        ]
        together, apart = due_in(week.together, *arguments), due_in(timed, *arguments)

        def in_week(number: int) -> Sequence[Due]:
            return (apart if clock.next_week() else together)(number)

        return in_week

    with patch.multiple(engine, bind_week=both_ways, bind_again=both_again, due_in=in_turn):
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
