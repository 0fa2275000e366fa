"""The numbers of a comparison as the page shows them: differences with their stored intervals, shares, curves.

Everything is read from the comparison's Dataset. A difference is always a plan minus the baseline within one seed. The
baseline is the first plan.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from mohalla.experiments import intervals
from mohalla.experiments.intervals import finite
from mohalla.report import words
from mohalla.report.ablation import Effect

Floats = NDArray[np.float64]

STATE, IMPOSED = "operation", "background"  # causes of death that no organisation has to answer for


class Measure(NamedTuple):
    """What is compared: its name in the Dataset, title, unit, factor to that unit, and meaning."""

    name: str
    title: str
    unit: str
    factor: float
    meaning: str


POINTS = "percentage points"
RELEASE, LASTING, REBOUND = "release", "lasting", "rebound"
MEASURES = (
    Measure(RELEASE, "Release", POINTS, 100, "share of seeds in which the own community is released"),
    Measure(LASTING, "Lasting", POINTS, 100, "share of seeds in which it is released, and no rebound follows"),
    Measure("toll", "Deaths", "deaths", 1, "all deaths but background, from the branch to the end"),
    Measure("killings", "Killings", "deaths", 1, "killings by organisations, from the branch to the end"),
    Measure("operation_deaths", "Deaths in operations", "deaths", 1, "killed by the state’s raids"),
    Measure("coerced", "Coerced", POINTS, 100, "adults who show it and prefer another, last year"),
    Measure("hold", "Hold", POINTS, 100, "adults who show it in public, last year"),
    Measure("heart", "Hearts", POINTS, 100, "adults who prefer it in private, last year"),
    Measure("gap", "Gap", POINTS, 100, "hold minus hearts, last year"),
    Measure("seats", "Seats", POINTS, 100, "share of the city’s seats at the last national election"),
    Measure("services", "Services", "points of 100", 100, "services delivered, mean from the branch to the end"),
    Measure("cost", "Cost", "money", 1, "what the plan’s services and raids cost"),
)
BY_NAME = {measure.name: measure for measure in MEASURES}


class Counted(NamedTuple):
    """How often something came out, with an interval for its share."""

    hits: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.hits / self.n if self.n else math.nan


def shown(value: float, unit: str) -> str:
    """A figure as its unit wants it: deaths whole, points with one decimal, money with three figures."""
    if not math.isfinite(value):
        return "n/a"
    if value == 0:
        return "0"
    if unit.startswith("deaths") and abs(value) < 999.5:
        return words.whole(value)
    if "point" not in unit:
        return words.number(value)
    return f"{value:.1f}".replace("-0.0", "0.0").replace("-", words.MINUS)


def signed(value: float, unit: str) -> str:
    """The same with a plus where it is more than nothing."""
    text = shown(value, unit)
    return f"+{text}" if value > 0 and text.strip("0.") else text


def years(days: float) -> str:
    """Days as years, with a decimal only where it says something."""
    return f"{days / 365.25:.1f}".removesuffix(".0")


# ------------------------------------------------------------------------------------------------------- reading


def plans(data: xr.Dataset) -> list[str]:
    """Names of the plans, the baseline first."""
    return [str(name) for name in data["plan"].values]


def described(data: xr.Dataset) -> dict[str, dict[str, Any]]:
    """What the Dataset says of each plan: title, description, text."""
    kept = data.attrs.get("plans", "{}")
    table = json.loads(kept) if isinstance(kept, str) else kept
    return {name: table.get(name, {}) for name in plans(data)}


def level(data: xr.Dataset) -> float:
    """The confidence of every interval."""
    return float(data.attrs.get("level", 0.95))


def measures(data: xr.Dataset) -> list[Measure]:
    """The measures this Dataset holds numbers of."""
    return [one for one in MEASURES if one.name in data and np.isfinite(data[one.name].values.astype(float)).any()]


def values(data: xr.Dataset, measure: Measure) -> Floats:
    """A measure as (plan, seed), in its unit."""
    return np.asarray(data[measure.name].transpose("plan", "seed").values, float) * measure.factor


def differences(data: xr.Dataset, measure: Measure) -> Floats:
    """Plan minus baseline within each seed, as (plan, seed)."""
    found = values(data, measure)
    return np.asarray(found - found[:1])


def flags(data: xr.Dataset, name: str) -> Floats:
    """Release or rebound as (plan, seed): 1, 0, or not a number where it does not apply."""
    if name not in data:
        return np.full((data.sizes["plan"], data.sizes["seed"]), np.nan)
    return np.asarray(data[name].transpose("plan", "seed").values, float)


def same(data: xr.Dataset, plan: int) -> bool:
    """Whether a plan came out as the baseline did in every measure and every seed, to the last digit."""
    return all(
        np.array_equal(found[plan], found[0], equal_nan=True) for found in map(partial(values, data), measures(data))
    )


# ----------------------------------------------------------------------------------------------------- intervals


def effect(paired: Floats | Sequence[float], confidence: float) -> Effect:
    """The mean of paired differences with its interval by Student's t; none where no two of them differ."""
    found = Effect(*intervals.interval(paired, confidence))
    return found if found.low < found.high else found._replace(low=math.nan, high=math.nan)


def counted(found: Floats | Sequence[float], confidence: float) -> Counted:
    """How many are 1, with an interval that is honest about none and all."""
    return Counted(*intervals.wilson(found, confidence))


def paired_share(with_plan: Floats, without: Floats, confidence: float) -> Effect:
    """The difference of two paired shares in points, with the interval of matched proportions."""
    paired = finite(with_plan - without)
    if paired.size < 2:
        return Effect(paired.size, 100 * float(paired[0]) if paired.size else math.nan, math.nan, math.nan)
    low, high = intervals.matched(paired, confidence)
    return Effect(paired.size, 100 * float(paired.mean()), 100 * low, 100 * high)


def effects(data: xr.Dataset, measure: Measure) -> list[Effect]:
    """Each plan's effect on a measure as it was stored, the baseline's (which is nought) first."""
    names = ("difference", "difference_low", "difference_high")
    table = [data[name].sel(measure=measure.name).values.astype(float) * measure.factor for name in names]
    counts = data["difference_n"].sel(measure=measure.name).values
    rows = zip(counts.tolist(), *(column.tolist() for column in table), strict=True)
    return [Effect(int(n), mean, low, high) for n, mean, low, high in rows]


def sides(paired: Floats) -> tuple[int, int, int]:
    """In how many seeds a difference is above, below, and at nought."""
    known = finite(paired)
    return int((known > 0).sum()), int((known < 0).sum()), int((known == 0).sum())


# ------------------------------------------------------------------------------------------------- what pairing saved


def saved(data: xr.Dataset, measure: Measure) -> list[float]:
    """What pairing saved, as it was stored, by plan: variance with other luck over that of paired differences.

    Above 1 pairing saved seeds, below 1 it cost some. A difference that is the same in every seed has no ratio.
    """
    found: list[float] = data["variance_ratio"].sel(measure=measure.name).values[1:].astype(float).tolist()
    return found


def needed(found: Effect, least: float) -> float:
    """Paired seeds after which an interval would reach `least` to either side, as wide as seeds differ now."""
    if not (math.isfinite(found.low) and least > 0):
        return math.nan
    return max(2.0, math.ceil(found.n * ((found.high - found.low) / 2 / least) ** 2))


# ------------------------------------------------------------------------------------------------------- over time


class Curve(NamedTuple):
    """A difference over time: (plan, seed, quarter), in its unit."""

    name: str
    title: str
    short: str
    unit: str
    values: Floats


def curves(data: xr.Dataset) -> Iterator[Curve]:
    """Differences over time that the Dataset holds: hold, coerced, gap, killings, and all deaths so far."""
    hold, coerced, heart = (_shares(data, f"{name}_by_quarter") for name in ("hold", "coerced", "heart"))
    own = _shares(data, "coerced_own_by_quarter")
    if hold is not None:
        yield Curve("hold", "Hold", "Hold", POINTS, _minus(100 * hold))
    if coerced is not None:
        yield Curve("coerced", "Coerced", "Coerced", POINTS, _minus(100 * coerced))
    if own is not None:
        yield Curve("own", "Coerced in the own community", "Own community", POINTS, _minus(100 * own))
    if hold is not None and heart is not None:
        yield Curve("gap", "Gap (hold minus hearts)", "Gap", POINTS, _minus(100 * (hold - heart)))
    if "killings_by_quarter" in data:
        kept = [cause for cause in map(str, data["cause"].values) if cause not in (STATE, IMPOSED)]
        summed = data["killings_by_quarter"].sel(cause=kept).sum("cause")
        yield Curve("killings", "Killings by organisations", "Killings", "deaths a quarter", _minus(_laid(summed)))
    if "deaths_by_quarter" in data:
        so_far = _laid(data["deaths_by_quarter"]).cumsum(-1)
        yield Curve("deaths", "Deaths since the branch", "All causes", "deaths so far", _minus(so_far))


def _shares(data: xr.Dataset, name: str) -> Floats | None:
    """A series of the organisation measured; None where the Dataset does not hold it."""
    if name not in data:
        return None
    found = data[name]
    return _laid(found.sel(organisation=data.attrs["of"]) if "organisation" in found.dims else found)


def _laid(found: xr.DataArray) -> Floats:
    return np.asarray(found.transpose("plan", "seed", "quarter").values, float)


def _minus(found: Floats) -> Floats:
    return np.asarray(found - found[:1])
