"""Do scale and turns matter? Two one-sided tests that coarser cities show what one resident for ten adults shows.

Margins, stated before running: 2 percentage points for shares of adults or traders, 10 % for counts of deaths and
gunmen (a difference of logarithms of 0.0953), 10 percentage points for shares of seats. Replicates are seeds at central
parameters; a seed draws the same map at every scale, so differences are paired. Two scales are called equivalent on an
observable where the 90 % interval of the mean difference (Student's t) lies within the margin, which is two one-sided
tests at 5 % each. In the same way a city whose residents take stock every week, or every other one, is held against one
in which they do every fourth, at 1:50.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

import mohalla
from verification import measures as m
from verification.arms import CITY, PARTY
from verification.measures import Measure
from verification.statistics import Interval, equivalent, interval

FINEST = 10
SCALES = (100, 50, 20)  # compared with the finest; 100 because the claims are tested at it
TURNS = (1, 2)  # weeks, compared with the usual
USUAL, SCALE_OF_TURNS = 4, 50
SEEDS = 20
SHARE, COUNT, SEATS = 0.02, math.log(1.1), 0.10


class Observable(NamedTuple):
    """A headline number of a run, its unit and the margin within which two scales are the same."""

    measure: Measure
    unit: str
    margin: float


def log_gunmen(window: m.Window) -> Measure:
    """Logarithm of the party's gunmen."""
    return lambda run: math.log(max(m.mean(m.gunmen(run), window), 1.0))


def paying(window: m.Window) -> Measure:
    """Share of traders who pay."""
    return lambda run: m.mean(run["traders_paying"].sum("sector") / run["traders"].sum("sector").clip(min=1), window)


def seats_share(chambers: Sequence[str]) -> Measure:
    """Mean over polls of the party's share of seats."""

    def measure(run: xr.Dataset) -> float:
        held = run["seats"].transpose("election", "organisation")
        polls = [any(str(poll).endswith(chamber) for chamber in chambers) for poll in held["election"].values]
        own = held.sel(organisation=PARTY).values[polls]
        return float(np.mean(own / np.maximum(held.values.sum(axis=1)[polls], 1)))

    return measure


OBSERVABLES: Mapping[str, Observable] = {
    "hold, 1991-92": Observable(m.hold(m.BEFORE_CLEAN_UP), "share of adults", SHARE),
    "hold, 2008-13": Observable(m.hold(m.HEYDAY), "share of adults", SHARE),
    "hearts, 1991-92": Observable(m.hearts(m.BEFORE_CLEAN_UP), "share of adults", SHARE),
    "hearts, 2008-13": Observable(m.hearts(m.HEYDAY), "share of adults", SHARE),
    "coerced, 1991-92": Observable(m.coerced(m.BEFORE_CLEAN_UP), "share of adults", SHARE),
    "coerced, 2008-13": Observable(m.coerced(m.HEYDAY), "share of adults", SHARE),
    "traders who pay, 2008-13": Observable(paying(m.HEYDAY), "share of traders", SHARE),
    "killings a year, 2008-13": Observable(m.log_deaths(m.HEYDAY), "log of deaths", COUNT),
    "killings a year, 1987-92": Observable(m.log_deaths(m.FIRST_HEYDAY), "log of deaths", COUNT),
    "gunmen, 2008-13": Observable(log_gunmen(m.HEYDAY), "log of persons", COUNT),
    "seats, national and provincial": Observable(seats_share(("national", "provincial")), "share of seats", SEATS),
    "seats, local": Observable(seats_share(("local",)), "share of seats", SEATS),
}


class Job(NamedTuple):
    """One replicate at one scale, with turns of so many weeks."""

    scale: int
    seed: int
    turn_weeks: int = USUAL


def simulated(job: Job, _tell: object) -> dict[str, float]:
    """Simulate one replicate and keep its headline numbers: the task of a worker."""
    city = mohalla.load(CITY)
    city = city.model_copy(update={"about": city.about.model_copy(update={"turn_weeks": job.turn_weeks})})
    run = mohalla.simulate(city, job.seed, scale=job.scale)
    return {name: one.measure(run) for name, one in OBSERVABLES.items()}


Found = Mapping[int, Sequence[Mapping[str, float]]]  # by scale or by turns, one for each seed in order


def summary(found: Found, against: int) -> list[dict[str, Any]]:
    """Each observable in each other way against the one they are held to."""
    return [row(found, name, way, against) for name in OBSERVABLES for way in found if way != against]


def row(found: Found, name: str, way: int, against: int) -> dict[str, Any]:
    """One comparison: means, paired difference with its interval, margin, p, and whether equivalent."""
    coarse = np.array([one[name] for one in found[way]])
    fine = np.array([one[name] for one in found[against]])
    known = OBSERVABLES[name]
    test = equivalent(coarse - fine, known.margin)
    return {
        "observable": name,
        "unit": known.unit,
        "way": way,
        "against": against,
        "mean": float(coarse.mean()),
        "mean_against": float(fine.mean()),
        "difference": as_dict(test.interval),
        "margin": known.margin,
        "p": test.p,
        "equivalent": test.equivalent,
        "between_seeds": as_dict(interval(fine)),
    }


def as_dict(found: Interval) -> dict[str, float]:
    """An interval, for JSON."""
    return {name: float(value) for name, value in found._asdict().items()}
