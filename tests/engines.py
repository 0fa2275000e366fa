"""Engines that do not simulate, for tests of what surrounds the engine. Workers find them as functions of a module."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import date

import xarray as xr

from mohalla.errors import MohallaError
from mohalla.experiments.ensemble import Progress
from mohalla.scenario import Scenario
from tests.fake_run import fake_dataset

WEEKS = 30
NEWS = (1, 14, 27, WEEKS)


def quick(
    scenario: Scenario,
    seed: int,
    *,
    scale: int,
    until: date | None,
    without: Sequence[str],
    draw: bool,
    progress: Progress | None,
    **_checkpoints: object,
) -> xr.Dataset:
    """A made-up Dataset that says how it was asked for, and in which process."""
    if progress:
        for week in NEWS:
            progress(week, WEEKS, scenario.about.start)
    asked = {"scale": scale, "draw": int(draw), "without": ",".join(without), "until": str(until)}
    here = {"process": os.getpid(), "threads": os.environ.get("NUMBA_NUM_THREADS", "")}
    return fake_dataset(scenario, seed, WEEKS).assign_attrs(**asked, **here)


def refusing(scenario: Scenario, seed: int, **asked: object) -> xr.Dataset:
    """Refuses every seed but the first."""
    if seed > 1:
        raise MohallaError(f"seed {seed} is refused")
    return quick(scenario, seed, **asked)  # type: ignore[arg-type]


def broken(scenario: Scenario, seed: int, **asked: object) -> xr.Dataset:
    """Has a bug that only the second seed and later ones meet."""
    return quick(scenario, seed // (seed == 1), **asked)  # type: ignore[arg-type]


def dying(scenario: Scenario, seed: int, **asked: object) -> xr.Dataset:
    """Is killed from outside after the first seed, as for want of memory."""
    if seed > 1:
        os._exit(9)
    return quick(scenario, seed, **asked)  # type: ignore[arg-type]


def endless(scenario: Scenario, seed: int, **asked: object) -> xr.Dataset:
    """Never gets beyond the first seed."""
    while seed > 1:
        time.sleep(0.05)
    return quick(scenario, seed, **asked)  # type: ignore[arg-type]
