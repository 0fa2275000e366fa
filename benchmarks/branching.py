"""What a comparison of ten plans costs against one shared past and the branches' own weeks, at the rate of a whole run.

In a process of its own on one core (`python -m benchmarks.branching`), as comparisons run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import mohalla
from benchmarks.timing import seconds
from mohalla import reading
from mohalla.engine import branching, simulate
from mohalla.engine.simulate import Progress
from mohalla.mechanisms import DECLARED

SCENARIO, SCALE, PLANS = "karachi", 50, 10
BRANCH, UNTIL = date(2013, 9, 2), date(2020, 12, 31)


class Branched(NamedTuple):
    """Seconds of a whole run, of the past and of ten branches, and what the weeks of those cost in the whole run."""

    whole: float
    past: float
    branches: float
    owed: float

    @property
    def ratio(self) -> float:
        """Cost of the comparison against what its weeks owe."""
        return (self.past + self.branches) / self.owed


def timed() -> Branched:
    """Simulate whole, then the past once and ten branches of it."""
    scenario = mohalla.load(SCENARIO)
    asked = {"scale": SCALE, "until": UNTIL, "without": (), "draw": False}
    plans = [reading.read_plan(name, scenario, DECLARED) for name in reading.shipped_plans()[:PLANS]]
    simulate.simulate(scenario, 1, **(asked | {"scale": 1000, "until": date(1979, 1, 1)}))  # compiles
    whole, rest = whole_run(lambda heard: simulate.simulate(scenario, 1, **asked, progress=heard))
    pasts = []
    past = seconds(lambda: pasts.append(branching.past(scenario, 1, **asked, branch=BRANCH)))
    branches = sum(
        seconds(
            lambda plan=plan: simulate.simulate(
                scenario, 1, **asked, plan=plan, start=branching.branched(pasts[0], plan, scenario)
            )
        )
        for plan in plans
    )
    return Branched(whole, past, branches, whole - rest + PLANS * rest)


def whole_run(run: Callable[[Progress], object]) -> tuple[float, float]:
    """Seconds of a whole run, and of its weeks from the branch on: the city is larger then, and a week costs more."""
    weeks: list[float] = []

    def heard(_done: int, _weeks: int, day: date) -> None:
        if day >= BRANCH:
            weeks.append(time.perf_counter())

    whole = seconds(lambda: run(heard))
    return whole, weeks[-1] - weeks[0]


def measure() -> Branched:
    """The same in a fresh process on one core."""
    command = [sys.executable, "-m", "benchmarks.branching"]
    environment = {**os.environ, "NUMBA_NUM_THREADS": "1"}
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return Branched(**json.loads(told.stdout.splitlines()[-1]))


if __name__ == "__main__":
    print(json.dumps(timed()._asdict()))
