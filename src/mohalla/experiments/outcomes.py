"""The same headline numbers of the last year, as sweeps and sensitivity analyses ask about them, from one run.

Those of a state are means of the last year of the run: for another date, end the run there. Those of what happens are
counted from the founding of the party on. All of them are read of every simulation, so that another question about the
same simulations needs none of them again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from mohalla import results
from mohalla.calendar import WEEKS_PER_YEAR
from mohalla.errors import MohallaError, listed, nearest
from mohalla.experiments.intervals import Interval
from mohalla.experiments.measures import MEASURES, Measure, main_party
from mohalla.scenario import Scenario

LAST = round(WEEKS_PER_YEAR)
COUNTED = ("population", "face", "heart", "coerced", "armed", "killings_cause", "traders", "traders_paying")
WHOLE = {one.name: one for one in MEASURES}


class Seen(NamedTuple):
    """What is read of one simulation: the party that ever held most, and every outcome of every party there is."""

    main: str
    values: Mapping[str, Mapping[str, float]]


def _last_year(name: str) -> Measure:
    """A measure, over the last year only."""
    whole = WHOLE[name]
    return Measure(
        name, whole.unit, whole.meaning, lambda run, party: whole.of(run.isel(week=slice(-LAST, None)), party)
    )


def _hearts(run: xr.Dataset, party: str) -> float:
    return 100 * float(results.hearts(run, party)[-LAST:].mean())


def _most(run: xr.Dataset, party: str) -> float:
    return 100 * float(results.hold(run, party).max())


def _seats(run: xr.Dataset, party: str) -> float:
    """Share of the city's seats at the last national poll since its founding; not a number where there was none."""
    held = (run["election_chamber"].values == "national") & (run["election_date"].values >= run["week"].values[0])
    if not held.any():
        return float("nan")
    won = run["seats"].isel(election=int(np.flatnonzero(held)[-1]))
    seats = float(won.sum())
    return 100 * float(won.sel(organisation=party)) / seats if seats else float("nan")


OUTCOMES: tuple[Measure, ...] = (
    _last_year("hold"),
    Measure("heart", "%", "adults who prefer it", _hearts),
    _last_year("coerced"),
    _last_year("gap"),
    Measure("highest", "%", "adults who show it in the week in which most do", _most),
    _last_year("armed"),
    _last_year("paying"),
    Measure("seats", "%", "of the city's seats at the last national poll", _seats),
    WHOLE["killings"],
    WHOLE["income"],
)
NAMES = tuple(one.name for one in OUTCOMES)
BY_NAME = {one.name: one for one in OUTCOMES}
BOUNDS = {"%": (0.0, 100.0), "points": (-100.0, 100.0)}  # of the others none is below nought
NONE_BELOW = (0.0, float("inf"))


def within(one: Interval, name: str) -> tuple[float, float]:
    """The ends of an interval of an outcome, none beyond what the outcome can be: no share above 100 %."""
    least, most = BOUNDS.get(BY_NAME[name].unit, NONE_BELOW)
    return max(one.low, least), min(one.high, most)


def apart(one: Interval, name: str) -> tuple[float, float]:
    """The same of a difference between two values of an outcome: no more than lies between its bounds."""
    least, most = BOUNDS.get(BY_NAME[name].unit, NONE_BELOW)
    return max(one.low, least - most), min(one.high, most - least)


def read(run: xr.Dataset, scenario: Scenario) -> dict[str, Any]:
    """Every outcome of one simulation, for every party that exists in it, as plain data."""
    values, most, run = {}, {}, in_the_city(run)
    for party in scenario.organisations:
        since = run.isel(week=slice(int(np.searchsorted(run["week"].values, np.datetime64(party.founded))), None))
        if since.sizes["week"]:
            most[party.id] = float(results.hold(run, party.id).max())
            values[party.id] = {one.name: one.of(since, party.id) for one in OUTCOMES}
    return Seen(main_party(most, scenario), values)._asdict()


def in_the_city(run: xr.Dataset) -> xr.Dataset:
    """Everything that is counted by sector as one sector, the city: the same sums, added up once for all parties."""
    counts = {name: run[name].sum("sector", keepdims=True) for name in COUNTED}
    return run.drop_dims("sector").assign(counts)


def known(words: Sequence[str]) -> tuple[Measure, ...]:
    """The outcomes asked for, by name."""
    names = list(dict.fromkeys(name for word in words for name in word.split(",") if name))
    for name in names:
        if name not in BY_NAME:
            raise MohallaError(f"--outcome {name}: no such outcome.{nearest(name, NAMES)} There are: {listed(NAMES)}.")
    return tuple(BY_NAME[name] for name in names)
