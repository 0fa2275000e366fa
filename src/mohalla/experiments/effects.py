"""What a comparison of plans measures of one simulation (released, rebound, deaths, cost), as plain data.

Everything is measured from the branch on, the week in which plans may begin to differ, for every declared organisation
and for the city. `release` and `rebound` follow one path: the share of an organisation's own community (the one with
the highest declared kinship) that is coerced, relative to its mean in the year before the branch.

    release        below a third of that level for 104 weeks running, all after force has left: the plan's, and that of
                   operations dated in the scenario, which go on under every plan that does not change them
    release_year   years from the branch to the first of these weeks
    rebound        once released: above 80 % of that level in some later week, within five years of the force's leaving
    lasting        released, and no rebound

What cannot be known is not a number, and `unknown` says why: nobody coerced before the branch; too few weeks after the
force has left. A rebound that is seen is known however short the horizon.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from mohalla import results
from mohalla.calendar import QUARTER, WEEKS_PER_YEAR
from mohalla.observables import CAUSES, OTHERS
from mohalla.parameters import Known
from mohalla.scenario import NONE, Scenario

Floats = NDArray[np.float64]

YEAR = 52
BEFORE_QUARTERS = 8
RELEASED, RUNNING = 1 / 3, 104
BACK, WITHIN = 0.8, 260
LEAST = 0.001  # of the community: fewer coerced than this cannot be told from nobody
IMPOSED = "background"
NAN = float("nan")

NOBODY = "nobody was coerced before the branch"
NO_PAST = "there is no week before the branch"
SHORT_RELEASE = "fewer than 104 weeks after the force has left"
SHORT_REBOUND = "fewer than five years after the force has left"
LATE = "released so late that five years after the force had left were over"


class When(NamedTuple):
    """Weeks of the run: where the plans branch off, and the first without the plan's force."""

    branch: int
    leaves: int


CITY = ("toll", "killings", "operation_deaths", "services", "raids", "cost")
PATH = ("level", "release", "release_year", "rebound", "lasting")
ORGANISATION = (*PATH, "before", "hold", "coerced", "heart", "gap", "seats")
CITY_SERIES = ("deaths_by_quarter",)
SERIES = ("hold", "heart", "coerced", "coerced_own", "armed")
MAPS = ("hold_map", "coerced_map")


class Prices(NamedTuple):
    """What the state's measures cost, in yearly incomes of a business of the city, whatever its money."""

    services_per_adult: Annotated[
        float, Known("trader incomes a year", 0.01, 0.1, "full services for an adult for a year")
    ] = 0.04
    raid: Annotated[float, Known("trader incomes", 0.05, 1.0, "a raid: men, vehicles, days in custody")] = 0.2


class Path(NamedTuple):
    """Release and rebound of one organisation in one simulation, and why what is not known is not."""

    level: float
    release: float
    release_year: float
    rebound: float
    lasting: float
    unknown: str = ""


class Near(NamedTuple):
    """One simulation from two years before the branch on: its results, and adults by week, sector (, organisation)."""

    run: xr.Dataset
    adults: Floats
    face: Floats
    heart: Floats
    coerced: Floats
    branch: int  # the week of the branch, here

    @property
    def last(self) -> slice:
        """The weeks of its last year, none of them before the branch."""
        return slice(-min(YEAR, len(self.adults) - self.branch), None)


def released(share: Floats, when: When) -> Path:
    """Release and rebound of a weekly coerced share (0-1) in an organisation's own community."""
    before = share[max(0, when.branch - YEAR) : when.branch]
    if not before.size:
        return _unknown(NAN, NO_PAST)
    level = float(before.mean())
    if level < LEAST:
        return _unknown(level, NOBODY)
    if share.size - when.leaves < RUNNING:
        return _unknown(level, SHORT_RELEASE)
    low = share[when.leaves :] < RELEASED * level
    first = _first_run(low, RUNNING)
    if first is None:
        return Path(level, 0.0, NAN, NAN, 0.0)
    rebound, why = _rebound(share, level, when.leaves + first + RUNNING, when.leaves + WITHIN)
    years = (when.leaves + first - when.branch) / WEEKS_PER_YEAR
    return Path(level, 1.0, years, rebound, 1.0 - rebound, why)


def _unknown(level: float, why: str) -> Path:
    return Path(level, NAN, NAN, NAN, NAN, why)


def _first_run(true: NDArray[np.bool_], length: int) -> int | None:
    """Where the first run of so many true values begins."""
    sums = np.concatenate([[0], np.cumsum(true)])
    starts = np.flatnonzero(sums[length:] - sums[:-length] == length)
    return int(starts[0]) if starts.size else None


def _rebound(share: Floats, level: float, start: int, end: int) -> tuple[float, str]:
    """Whether a released share is back, from the week `start` on and before the week `end`."""
    if start >= end:
        return NAN, LATE
    if (share[start:end] > BACK * level).any():
        return 1.0, ""
    return (0.0, "") if share.size >= end else (NAN, SHORT_REBOUND)


# --- one simulation --------------------------------------------------------------------------------------------------


def measured(run: xr.Dataset, scenario: Scenario, when: When) -> dict[str, Any]:
    """Everything that a comparison needs of one simulation, as data that JSON can hold (None: not a number)."""
    near, names = _near(run, when), [str(name) for name in run["organisation"].values]
    since = run.isel(week=slice(when.branch, None))
    hold = _shares(near.face, near)
    data = {
        "city": _city(since, scenario),
        "organisations": {
            one.id: {
                **_path(run, scenario, one.id, when),
                **_followed(near, names.index(one.id)),
                **_seats(since, names.index(one.id)),
            }
            for one in scenario.organisations
        },
        "holds": {name: _quarters(hold[:, k], near.branch) for k, name in enumerate(names) if k},
        "killings_by_quarter": _by_cause(near),
        "deaths_by_quarter": _quarters(_deaths(near.run).sum(1), near.branch, total=True),
        "killings_map": _deaths(since).sum(0).tolist(),
        "places": _places(near, since),
        "course": json.loads(run.attrs.get("plan_course", "[]")),
    }
    return dict(_plain(data))


def _near(run: xr.Dataset, when: When) -> Near:
    first = max(0, when.branch - BEFORE_QUARTERS * QUARTER)
    part = run.isel(week=slice(first, None))
    adults, face, heart, coerced = (
        np.asarray(part[name].values.sum(2), np.float64) for name in ("population", "face", "heart", "coerced")
    )
    return Near(part, adults, face, heart, coerced, when.branch - first)


def _path(run: xr.Dataset, scenario: Scenario, name: str, when: When) -> dict[str, Any]:
    """Release and rebound of one organisation in its own community, and the weekly share they are read from."""
    community = results.own_community(scenario, name)
    share = _floats(results.coerced_share(run, name, community))
    first = max(0, when.branch - BEFORE_QUARTERS * QUARTER)
    by_quarter = _quarters(share[first:], when.branch - first)
    return {"community": community, **released(share, when)._asdict(), "coerced_own_by_quarter": by_quarter}


def _followed(near: Near, k: int) -> dict[str, Any]:
    """Who shows one organisation and who prefers it, in the city: last year, by quarter and on the map."""
    face, heart, coerced = (_shares(one, near)[:, k] for one in (near.face, near.heart, near.coerced))
    weekly = {"hold": face, "heart": heart, "coerced": coerced, "armed": _floats(near.run["armed"][..., k]).sum(1)}
    before = face[: near.branch][-YEAR:]
    return {
        "before": float(before.mean()) if before.size else NAN,
        **{name: float(weekly[name][near.last].mean()) for name in ("hold", "heart", "coerced")},
        "gap": float((face - heart)[near.last].mean()),
        **{f"{name}_by_quarter": _quarters(one, near.branch) for name, one in weekly.items()},
        "hold_map": _last_map(near.face[..., k], near),
        "coerced_map": _last_map(near.coerced[..., k], near),
    }


def _city(since: xr.Dataset, scenario: Scenario) -> dict[str, float]:
    """What is measured of the city, from the branch to the end."""
    adults = _floats(since["population"]).sum(2)
    served, raids = float((_floats(since["services"]) * adults).sum()), float(since["raids"].sum())
    income, prices = scenario.economy.trader_income_per_year.value, Prices()
    killers = [k for k, name in enumerate(since["killer"].values) if str(name) not in (NONE, *OTHERS)]
    return {
        "toll": float(_deaths(since).sum()),
        "killings": float(since["killings"].isel(killer=killers).sum()),
        "operation_deaths": float(since["operation_deaths"].sum()),
        "services": served / max(1.0, float(adults.sum())),
        "raids": raids,
        "cost": income * (prices.services_per_adult * served / WEEKS_PER_YEAR + prices.raid * raids),
    }


def _deaths(run: xr.Dataset) -> Floats:
    """Deaths by week and sector, of all causes but those imposed from outside the model."""
    made = [name for name in CAUSES if name != IMPOSED]
    return np.asarray(_floats(run["killings_cause"].sel(cause=made)).sum(2))


def _by_cause(near: Near) -> dict[str, list[float]]:
    deaths = _floats(near.run["killings_cause"]).sum(1)
    return {name: _quarters(deaths[:, i], near.branch, total=True) for i, name in enumerate(CAUSES)}


def _seats(since: xr.Dataset, k: int) -> dict[str, Any]:
    """Shares of the city's seats at each poll after the branch, and at the last national one among them."""
    held = _held(since)
    won, total = _floats(since["seats"])[held], _floats(since["seats"])[held].sum(1)
    shares: Floats = np.where(total > 0, won[:, k] / np.maximum(total, 1.0), NAN)
    national = shares[since["election_chamber"].values[held] == "national"]
    return {"seats": float(national[-1]) if national.size else NAN, "seats_by_election": shares.tolist()}


def _held(since: xr.Dataset) -> NDArray[np.bool_]:
    """Which of the polls fall into these weeks."""
    days, weeks = since["election_date"].values, since["week"].values
    return np.asarray((days >= weeks[0]) & (days < weeks[-1] + np.timedelta64(7, "D")))


def _places(near: Near, since: xr.Dataset) -> dict[str, list[Any]]:
    """What the numbers are about, which is the same in every simulation but for the synthetic map."""
    run, held = near.run, _held(since)
    sectors, of = [str(name) for name in run["sector"].values], run["unit_sector"].values
    days = run["week"].values[near.branch % QUARTER :]
    quarters = days[: len(days) // QUARTER * QUARTER : QUARTER]
    return {
        "quarter": _days(quarters),
        "sector": sectors,
        "sector_district": [str(name) for name in run["sector_district"].values],
        "sector_x": [float(run["unit_x"].values[of == name].mean()) for name in sectors],
        "sector_y": [float(run["unit_y"].values[of == name].mean()) for name in sectors],
        "election": [str(name) for name in run["election"].values[held]],
        "election_date": _days(run["election_date"].values[held]),
        "election_chamber": [str(name) for name in run["election_chamber"].values[held]],
    }


def _days(moments: NDArray[Any]) -> list[str]:
    return [str(day) for day in moments.astype("datetime64[D]")]


def _floats(values: xr.DataArray) -> Floats:
    return np.asarray(values.values, np.float64)


def _shares(counted: Floats, near: Near) -> Floats:
    """Shares of the city's adults, by week and organisation."""
    return np.asarray(counted.sum(1) / np.maximum(near.adults.sum(1), 1.0)[:, None])


def _last_map(counted: Floats, near: Near) -> list[float]:
    """Shares of each sector's adults in the last year."""
    shares: Floats = counted[near.last].sum(0) / np.maximum(near.adults[near.last].sum(0), 1.0)
    return list(map(float, shares))


def _quarters(weekly: Floats, branch: int, *, total: bool = False) -> list[float]:
    """Means (or sums) of whole quarters, one of which begins with the branch."""
    usable = weekly[branch % QUARTER :]
    whole: Floats = usable[: usable.size // QUARTER * QUARTER].reshape(-1, QUARTER)
    return list(map(float, whole.sum(1) if total else whole.mean(1)))


def _plain(data: Any) -> Any:
    """The same with None for what is not a number, which JSON does not know."""
    if isinstance(data, Mapping):
        return {key: _plain(one) for key, one in data.items()}
    if isinstance(data, list):
        return [_plain(one) for one in data]
    return None if isinstance(data, float) and np.isnan(data) else data
