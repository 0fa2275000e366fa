"""Many worlds at once: how long they take, whether memory grows with their number, what a second worker is worth.

In a process of its own (`python -m benchmarks.worlds SCALE WORLDS`): its peak memory after half of the worlds is
compared with that after all of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import mohalla
from benchmarks.city import SCENARIO, peak_bytes
from benchmarks.timing import seconds
from mohalla.engine.simulate import simulate
from mohalla.experiments import batch, cluster, outcomes
from mohalla.experiments.ensemble import Member, Request

SCALE, WORLDS, SPREAD = 50, 60, 60  # so many that starting workers hardly counts
CORES = 2


class Worlds(NamedTuple):
    """Worlds kept, their seconds on two cores, the driver's peak bytes half way and at the end; one and two workers."""

    worlds: int
    seconds: float
    half_way: int
    at_the_end: int
    one_worker: float
    two_workers: float

    @property
    def minutes_for_a_thousand(self) -> float:
        """Minutes that a thousand would take."""
        return self.seconds / self.worlds * 1000 / 60

    @property
    def second_worker(self) -> float:
        """How many times as fast two Dask workers are as one."""
        return self.one_worker / self.two_workers


Away = batch.Spread | None


def _jobs(scale: int, seeds: Iterable[int], root: Path) -> list[batch.Job]:
    request = Request(mohalla.load(SCENARIO), None, (), simulate, 0.0)
    first = batch.job(request, Member("0", 0, scale, draw=True), outcomes.read, root)
    return [batch.elsewhere(first, seed) for seed in seeds]


def _run(jobs: list[batch.Job], workers: int, away: Away) -> None:
    for _ in batch.run(jobs, workers, away=away):
        pass


def timed(scale: int, worlds: int) -> Worlds:
    """Simulate so many worlds in processes, then fewer by one Dask worker and by two."""
    with tempfile.TemporaryDirectory() as folder:
        laid_out = partial(_jobs, scale, root=Path(folder))
        seeds = iter(range(10**9))

        def some(count: int, workers: int, away: Away = None) -> float:
            jobs = laid_out(islice(seeds, count))
            return seconds(lambda: _run(jobs, workers, away))

        some(CORES, CORES)  # compiles
        first, half_way = some(worlds // 2, CORES), peak_bytes()
        second, at_the_end = some(worlds - worlds // 2, CORES), peak_bytes()
        one, two = (some(min(worlds, SPREAD), workers, cluster.at(cluster.LOCAL)) for workers in (1, CORES))
        return Worlds(worlds, first + second, half_way, at_the_end, one, two)


def measure(scale: int = SCALE, worlds: int = WORLDS) -> Worlds:
    """The same in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.worlds", str(scale), str(worlds)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return Worlds(**json.loads(told.stdout.splitlines()[-1]))


if __name__ == "__main__":
    print(json.dumps(timed(int(sys.argv[1]), int(sys.argv[2]))._asdict()))
