"""The whole system untuned: splits, enemies, a free centre's stances, strikes, over draws of every uncertain number.

Stated before running. A split *emerges* in a draw where a head of the party founds a splinter at any time; its cost is
the share of the party's rank (heads of sectors and units, a sector counting more) that goes over within five years and
the killings between the party and its splinters within five years. A dyad is *hostile* in a year with ten or more
killings between two organisations. A free centre *agrees* with history in a week in which the stance it chose towards
the party is the dated one. Draws have imposed stances in the first arm and a free centre in the second; all else is
the same, seed by seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

import mohalla
from mohalla.scenario import STANCES
from verification import measures as m
from verification.arms import CITY, PARTY
from verification.statistics import finite, share_interval

DRAWS = 30
FREE = "karachi-free-centre"
AFTERMATH = pd.DateOffset(years=5)
COUNTED = ("split", "defection", "readmission", "execution", "purge", "strike", "blunder", "appeal_abroad", "riot")


class Job(NamedTuple):
    """One draw: with history's stances or with a centre left free."""

    free: bool
    seed: int
    scale: int


def simulated(job: Job, _tell: object) -> dict[str, Any]:
    """Simulate one draw and keep what is asked: the task of a worker."""
    run = mohalla.simulate(mohalla.load(FREE if job.free else CITY), job.seed, scale=job.scale, draw=True)
    table = mohalla.events(run)
    return {
        "seed": job.seed,
        "events": {kind: int((table["kind"] == kind).sum()) for kind in COUNTED},
        "party_strikes": strikes(run, table),
        "split": first_split(run, table),
        "dyads": {str(year): count for year, count in m.hostile_dyads(run).items()},
        "enemies": {str(year): count for year, count in m.enemies_of(run).items()},
        "stances": weeks_by_stance(run),
        "stance_by_year": stance_by_year(run),
        "riot_deaths": float(run["killings_cause"].sel(cause="riot").sum()),
        "coerced": float(m.coerced(m.HEYDAY)(run)),
    }


def strikes(run: xr.Dataset, table: pd.DataFrame) -> dict[str, float]:
    """The party's strikes: how many, and the mean share of the city that closed."""
    called = table[(table["kind"] == "strike") & (table["organisation"] == PARTY)]
    years = run.sizes["week"] / 52.18
    closed = float(called["size"].mean()) if len(called) else float("nan")
    return {"a_year": len(called) / years, "closed": closed}


def first_split(run: xr.Dataset, table: pd.DataFrame) -> dict[str, float] | None:
    """The party's first split: when, and what the five years after it cost."""
    splits = table[(table["kind"] == "split") & (table["organisation"] == PARTY)]
    if not len(splits):
        return None
    day = splits["date"].iloc[0]
    end = day + AFTERMATH
    gone = table[(table["kind"] == "defection") & (table["organisation"] == PARTY)]
    gone = gone[(gone["date"] >= day) & (gone["date"] < end)]
    rivals = sorted(set(gone["other"]) | {str(splits["other"].iloc[0])})
    killed = run["killings"].sel(week=slice(day, end))
    between = killed.sel(killer=PARTY, victim=rivals).sum() + killed.sel(killer=rivals, victim=PARTY).sum()
    return {
        "year": day.year + (day.dayofyear - 1) / 365.25,
        "heads": float(len(gone)),
        "rank": float(gone["size"].sum()),
        "killings": float(between),
        "splits_in_all": float(len(splits)),
    }


def weeks_by_stance(run: xr.Dataset) -> list[int]:
    """Weeks the party spent under each stance."""
    held = run["stance"].sel(organisation=PARTY).values
    return [int((held == code).sum()) for code in range(len(STANCES))]


def stance_by_year(run: xr.Dataset) -> list[list[float]]:
    """The share of each year's weeks that the party spent under each stance."""
    held, year = run["stance"].sel(organisation=PARTY).values, run["week"].dt.year.values
    return [[float((held[year == one] == code).mean()) for code in range(len(STANCES))] for one in np.unique(year)]


# --- over draws ------------------------------------------------------------------------------------------------------


def summary(history: Sequence[Mapping[str, Any]], free: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the draws show together; `history` has imposed stances, `free` a centre that chooses."""
    dated = np.array(history[0]["stance_by_year"])
    chosen = np.array([draw["stance_by_year"] for draw in free])
    return {
        "imposed": arm(history),
        "free": arm(free),
        "agrees": quantiles([float(np.minimum(dated, one).sum(axis=1).mean()) for one in chosen]),
        "history_by_stance": dict(zip(STANCES, history[0]["stances"], strict=True)),
        "chosen_by_stance": {
            name: quantiles([draw["stances"][code] for draw in free]) for code, name in enumerate(STANCES)
        },
        "chosen_by_year": np.mean(chosen, axis=0).round(4).tolist(),
        "dated_by_year": dated.round(4).tolist(),
    }


def arm(draws: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Splits, enemies, strikes and events of one arm."""
    splits = [draw["split"] for draw in draws if draw["split"]]
    interval = share_interval(len(splits), len(draws))
    years = sorted(draws[0]["dyads"])
    return {
        "splits": {"draws": len(splits), "of": len(draws), "low": interval.low, "high": interval.high},
        "split": {
            name: quantiles([one[name] for one in splits])
            for name in ("year", "heads", "rank", "killings", "splits_in_all")
        },
        "dyads": {year: quantiles([draw["dyads"][year] for draw in draws]) for year in years},
        "enemies": {year: quantiles([draw["enemies"][year] for draw in draws]) for year in years},
        "strikes_a_year": quantiles([draw["party_strikes"]["a_year"] for draw in draws]),
        "closed_in_a_strike": quantiles([draw["party_strikes"]["closed"] for draw in draws]),
        "events": {kind: quantiles([draw["events"][kind] for draw in draws]) for kind in COUNTED},
        "riot_deaths": quantiles([draw["riot_deaths"] for draw in draws]),
        "coerced": quantiles([draw["coerced"] for draw in draws]),
    }


def quantiles(values: Sequence[float]) -> list[float]:
    """5, 50 and 95 % of what is a number; nothing where there is none."""
    known = finite(values)
    return [round(float(value), 4) for value in np.quantile(known, (0.05, 0.5, 0.95))] if known.size else []
