"""The city untuned: nothing fitted, every uncertain number drawn from its plausible range. What do the draws show?

Stated before running: the party *wins* its first national election where it takes more than half of the city's seats of
16 November 1988; *most seats* (a plurality) is reported beside it. The gap *opens* where the coerced share of 1991-92
is above 1 % of the city's adults, and *grows* where it is larger in 2008-13 than in 1987-92. Killings *fall* where the
model's own deaths (contest, sanction, operation) of the second and third year after 5 September 2013 are fewer a year
than in the two years before; with the imposed background and without the operation's own they are reported beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

import mohalla
from mohalla.mechanisms import DECLARED
from mohalla.parameters import declared
from mohalla.record import SeatRow
from verification import measures as m
from verification.arms import CITY, PARTY
from verification.statistics import finite, rank_correlation, share_interval

DRAWS = 40
FIRST_POLL = "1988-11-16 national"
OPENS_AT = 0.01
STRONGEST = 12


class Job(NamedTuple):
    """One draw of the untuned city."""

    seed: int
    scale: int


def simulated(job: Job, _tell: object) -> dict[str, Any]:
    """Simulate one draw and keep what is asked: the task of a worker."""
    run = mohalla.simulate(mohalla.load(CITY), job.seed, scale=job.scale, draw=True)
    return {
        "seed": job.seed,
        "seats": seats(run),
        "yearly": m.yearly(run),
        "gap_early": m.coerced(m.BEFORE_CLEAN_UP)(run),
        "gap_growth": m.gap(m.HEYDAY)(run) - m.gap(m.FIRST_HEYDAY)(run),
        "killings": {name: killings(run, causes) for name, causes in KILLED_BY.items()},
        "numbers": numbers(run),
    }


KILLED_BY: Mapping[str, tuple[str, ...]] = {
    "the model's own": m.FOUGHT,
    "by organisations only": ("contest", "sanction", "discipline"),
    "all, with the imposed background": (*m.FOUGHT, "riot", "background"),
}


def killings(run: xr.Dataset, causes: Sequence[str]) -> dict[str, float]:
    """Deaths a year before the operation of 2013, in its first year, and in its second and third."""
    spans = {"before": m.BEFORE_PLAN, "first year": m.after_plan(0, 1), "later": m.after_plan(1, 2.5)}
    return {name: m.fought_deaths(window, causes)(run) for name, window in spans.items()}


def seats(run: xr.Dataset) -> dict[str, dict[str, int]]:
    """Seats in the city at every poll, by organisation."""
    names = [str(name) for name in run["organisation"].values]
    return {
        str(poll): {
            name: int(won) for name, won in zip(names, run["seats"].sel(election=poll).values, strict=True) if won
        }
        for poll in run["election"].values
    }


def numbers(run: xr.Dataset) -> dict[str, float]:
    """Every number that varies between draws: of mechanisms, of the economy and of settlement."""
    return {
        f"{part}.{name}": value
        for part, values in json.loads(run.attrs["drawn"]).items()
        for name, value in values.items()
        if part not in DECLARED or _varies(part, name)
    }


def _varies(mechanism: str, name: str) -> bool:
    known = declared(DECLARED[mechanism])[name].known
    return known.low < known.high


# --- over draws ------------------------------------------------------------------------------------------------------


def summary(draws: Sequence[Mapping[str, Any]], record: Sequence[SeatRow]) -> dict[str, Any]:
    """What the draws show together."""
    first = [draw["seats"][FIRST_POLL] for draw in draws]
    share = [seats_share(one) for one in first]
    won = [value > 0.5 for value in share]
    most = [bool(one) and max(one, key=lambda name: one[name]) == PARTY for one in first]
    return {
        "wins_majority": counted(won),
        "wins_plurality": counted(most),
        "gap_opens": counted([draw["gap_early"] > OPENS_AT for draw in draws]),
        "gap_grows": counted([draw["gap_growth"] > 0 for draw in draws]),
        "killings_fall": {name: fall([draw["killings"][name] for draw in draws]) for name in KILLED_BY},
        "seats": [poll_row(poll, draws) for poll in record],
        "coerced_by_year": bands(draws, "coerced"),
        "hold_by_year": bands(draws, "hold"),
        "hearts_by_year": bands(draws, "hearts"),
        "separates": separating(draws, share),
    }


def seats_share(won: Mapping[str, int]) -> float:
    """The party's share of seats that anybody won."""
    return won.get(PARTY, 0) / max(sum(won.values()), 1)


def counted(found: Sequence[bool]) -> dict[str, float]:
    """How many draws, of how many, and the share with its 90 % interval."""
    interval = share_interval(sum(found), len(found))
    return {"draws": sum(found), "of": interval.n, "share": interval.mean, "low": interval.low, "high": interval.high}


def fall(killed: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """Whether fewer die later than before, and by how much."""
    ratios = [one["later"] / one["before"] for one in killed if one["before"] > 0]
    first = [one["first year"] / one["before"] for one in killed if one["before"] > 0]
    return {
        **counted([ratio < 1 for ratio in ratios]),
        "later_over_before": quantiles(ratios),
        "first_year_over_before": quantiles(first),
        "before_a_year": quantiles([one["before"] for one in killed]),
    }


def quantiles(values: Sequence[float]) -> list[float]:
    """5, 50 and 95 % of draws."""
    known = finite(values)
    return [round(float(value), 6) for value in np.quantile(known, (0.05, 0.5, 0.95))] if known.size else []


def bands(draws: Sequence[Mapping[str, Any]], name: str) -> dict[str, list[float]]:
    """A yearly series over draws: 5, 50 and 95 %."""
    low, middle, high = np.quantile([draw["yearly"][name] for draw in draws], (0.05, 0.5, 0.95), axis=0).round(6)
    return {"year": draws[0]["yearly"]["year"], "low": list(low), "median": list(middle), "high": list(high)}


def poll_row(poll: SeatRow, draws: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The party's seats at one poll of the record: counted, and over draws."""
    place = f"{poll.date} {poll.chamber}"
    won = [draw["seats"].get(place, {}).get(PARTY, 0) for draw in draws]
    return {"poll": place, "of": poll.total, "record": poll.seats.get(PARTY), "draws": quantiles(won)}


def separating(draws: Sequence[Mapping[str, Any]], share: Sequence[float]) -> list[dict[str, Any]]:
    """The numbers whose rank goes most with the share of seats won, strongest first."""
    found = [
        {"number": name, "rank_correlation": rank_correlation([draw["numbers"][name] for draw in draws], share)}
        for name in draws[0]["numbers"]
    ]
    return sorted(found, key=lambda one: -abs(float(one["rank_correlation"])))[:STRONGEST]
