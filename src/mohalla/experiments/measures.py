"""The headline numbers of a run, each of one party: what ablations, sweeps, analyses and connectors ask about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import xarray as xr

from mohalla import results
from mohalla.calendar import WEEKS_PER_YEAR
from mohalla.observables import CAUSES
from mohalla.scenario import Scenario

IMPOSED = "background"


class Measure(NamedTuple):
    """A headline number of a run: its name, unit, meaning, and how it is read for one party from a week on."""

    name: str
    unit: str
    meaning: str
    of: Callable[[xr.Dataset, str], float]


def main_party(most: Mapping[str, float], scenario: Scenario) -> str:
    """Whom a run is about: the party its scenario declares, if it is there, else that with the largest hold ever."""
    declared = scenario.about.party
    return declared if declared and declared in most else max(most, key=lambda name: most[name], default="")


def _mean(series: xr.DataArray) -> float:
    return float(series.values.astype(float).mean())


def _a_year(weekly: xr.DataArray) -> float:
    return _mean(weekly) * WEEKS_PER_YEAR


def _killings(run: xr.Dataset, _party: str) -> float:
    made = [cause for cause in CAUSES if cause != IMPOSED]
    return _a_year(run["killings_cause"].sel(cause=made).sum(["sector", "cause"]))


def _seats(run: xr.Dataset, party: str) -> float:
    """Share of the city's seats over all polls since its founding; not a number where there was none."""
    won = run["seats"].sel(election=run["election_date"].values >= run["week"].values[0])
    seats = float(won.sum())
    return float(won.sel(organisation=party).sum()) / seats if seats else float("nan")


def _paying(run: xr.Dataset, _party: str) -> float:
    traders, paying = (run[name].sum("sector").values.astype(float) for name in ("traders", "traders_paying"))
    return float((paying / np.maximum(traders, 1)).mean())


MEASURES: tuple[Measure, ...] = (
    Measure("hold", "%", "adults who show it in public", lambda run, k: 100 * _mean(results.hold(run, k))),
    Measure(
        "coerced", "%", "adults who show it and prefer another",
        lambda run, k: 100 * _mean(results.coerced_share(run, k)),
    ),
    Measure("gap", "points", "hold less adults who prefer it", lambda run, k: 100 * _mean(results.gap(run, k))),
    Measure("armed", "persons", "its gunmen", lambda run, k: _mean(run["armed"].sel(organisation=k).sum("sector"))),
    Measure("killings", "a year", "killings in the city besides those imposed", _killings),
    Measure("seats", "%", "of the city's seats that it wins", lambda run, k: 100 * _seats(run, k)),
    Measure(
        "income", "money", "its income a year from all sources",
        lambda run, k: _a_year(run["income"].sel(organisation=k).sum("income_source")),
    ),
    Measure("paying", "%", "businesses in the city that pay extortion", lambda run, k: 100 * _paying(run, k)),
)  # fmt: skip
