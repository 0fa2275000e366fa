"""What a comparison of plans measures of one simulation, as plain data.

Everything is measured from the branch on, the week in which plans may begin to differ, for every declared organisation
and for the city. `release` and `rebound` follow one path: the share of an organisation's own community (the one with
the highest declared kinship) that is coerced, relative to its mean in the year before the branch.

    release        below a third of that level for 104 weeks running, all after the plan's force has left
    release_year   years from the branch to the first of these weeks
    rebound        once released: above 80 % of that level in some later week, within five years of the force's leaving
    lasting        released, and no rebound

What cannot be known is not a number, and `unknown` says why: nobody coerced before the branch; too few weeks after the
force has left. A rebound that is seen is known however short the horizon.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from mohalla import results
from mohalla.calendar import WEEKS_PER_YEAR
from mohalla.observables import OTHERS
from mohalla.parameters import Known
from mohalla.scenario import NONE, Scenario

Floats = NDArray[np.float64]

YEAR = 52
QUARTER = 13
BEFORE_QUARTERS = 8
RELEASED, RUNNING = 1 / 3, 104
BACK, WITHIN = 0.8, 260
LEAST = 0.001  # of the community: fewer coerced than this cannot be told from nobody
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


class Part(NamedTuple):
    """One simulation from some weeks before the branch on, in sums over sectors as far as they will do."""

    adults: Floats  # week, sector
    face: Floats  # week, sector, organisation
    heart: Floats
    coerced: Floats
    first: int  # the branch, in weeks of this part


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
    adults = _floats(run["population"])
    names = [str(name) for name in run["organisation"].values]
    whole = slice(max(0, when.branch - BEFORE_QUARTERS * QUARTER), None)
    near = run.isel(week=whole)
    faces = (_floats(near[name]).sum(2) for name in ("face", "heart", "coerced"))
    part = Part(_floats(near["population"]).sum(2), *faces, when.branch - whole.start)
    declared = [one.id for one in scenario.organisations]
    data = {
        "city": _city(run, scenario, when),
        "series": _series(near, part, names),
        "organisations": {
            name: _organisation(run, near, part, scenario, name, names.index(name), adults, when) for name in declared
        },
        "hold": {name: _quarters(_shares(part.face, part)[:, k], part.first) for k, name in enumerate(names) if k},
        **_places(run, near, part, when),
    }
    return dict(_plain(data))


def _organisation(
    run: xr.Dataset, near: xr.Dataset, part: Part, scenario: Scenario, name: str, k: int, adults: Floats, when: When
) -> dict[str, Any]:
    """What is measured of one organisation."""
    community = results.own_community(scenario, name)
    c = scenario.community_ids.index(community)
    theirs = run["coerced"].isel(community=c, organisation=k).values.sum(1) / np.maximum(adults[:, :, c].sum(1), 1)
    face, heart, coerced = (_shares(one, part)[:, k] for one in (part.face, part.heart, part.coerced))
    last = slice(-min(YEAR, face.size - part.first), None)
    series = {
        "hold_by_quarter": face,
        "heart_by_quarter": heart,
        "coerced_by_quarter": coerced,
        "coerced_own_by_quarter": theirs[when.branch - part.first :],
        "armed_by_quarter": _floats(near["armed"].isel(organisation=k)).sum(1),
    }
    return {
        "community": community,
        **released(theirs, when)._asdict(),
        "before": float(face[: part.first][-YEAR:].mean()) if part.first else NAN,
        "hold": float(face[last].mean()),
        "coerced": float(coerced[last].mean()),
        "heart": float(heart[last].mean()),
        "gap": float((face[last] - heart[last]).mean()),
        **_seats(run, k, when),
        **{key: _quarters(one, part.first) for key, one in series.items()},
        "hold_map": _last_map(part.face[:, :, k], part, last),
        "coerced_map": _last_map(part.coerced[:, :, k], part, last),
    }


def _city(run: xr.Dataset, scenario: Scenario, when: When) -> dict[str, float]:
    """What is measured of the city, from the branch to the end."""
    since = run.isel(week=slice(when.branch, None))
    adults = _floats(since["population"]).sum(2)
    served = float((_floats(since["services"]) * adults).sum())
    raids = float(since["raids"].sum())
    income = scenario.economy.trader_income_per_year.value
    prices = Prices()
    return {
        "toll": float(_deaths(since).sum()),
        "killings": float(since["killings"].isel(killer=_killers(since)).sum()),
        "operation_deaths": float(since["operation_deaths"].sum()),
        "services": served / max(1.0, float(adults.sum())),
        "raids": raids,
        "cost": income * (prices.services_per_adult * served / WEEKS_PER_YEAR + prices.raid * raids),
    }


def _killers(run: xr.Dataset) -> list[int]:
    """Organisations among those who kill."""
    return [k for k, name in enumerate(run["killer"].values) if str(name) not in (NONE, *OTHERS)]


def _deaths(run: xr.Dataset) -> Floats:
    """Weekly deaths of all causes but those imposed from outside the model."""
    made = [str(cause) for cause in run["cause"].values if str(cause) != "background"]
    return _floats(run["killings_cause"].sel(cause=made)).sum((1, 2))


def _seats(run: xr.Dataset, k: int, when: When) -> dict[str, Any]:
    """Shares of the city's seats at each poll after the branch, and at the last national one among them."""
    won, days = _floats(run["seats"]), run["election_date"].values
    after = days >= run["week"].values[when.branch]
    held = after & (days <= run["week"].values[-1] + np.timedelta64(6, "D")) & (won.sum(1) > 0)
    shares = np.where(held, won[:, k] / np.maximum(won.sum(1), 1), NAN)
    national = shares[held & (run["election_chamber"].values == "national")]
    return {"seats": float(national[-1]) if national.size else NAN, "seats_by_election": shares[after].tolist()}


def _series(near: xr.Dataset, part: Part, names: list[str]) -> dict[str, Any]:
    """Deaths of the city by quarter."""
    causes = _floats(near["killings_cause"]).sum(1)
    of_cause = {
        str(name): _quarters(causes[:, i], part.first, total=True) for i, name in enumerate(near["cause"].values)
    }
    return {
        "organisations": names[1:],
        "killings_by_quarter": of_cause,
        "deaths_by_quarter": _quarters(_deaths(near), part.first, total=True),
    }


def _places(run: xr.Dataset, near: xr.Dataset, part: Part, when: When) -> dict[str, Any]:
    """Names of what the numbers are about, and killings by sector since the branch."""
    sectors = [str(name) for name in run["sector"].values]
    of = run["unit_sector"].values
    after = run["election_date"].values >= run["week"].values[when.branch]
    count = (near.sizes["week"] - part.first) // QUARTER
    start = part.first % QUARTER
    quarters = near["week"].values[start : part.first + count * QUARTER : QUARTER]
    return {
        "quarter": [str(day) for day in quarters.astype("datetime64[D]")],
        "sector": sectors,
        "sector_district": [str(name) for name in run["sector_district"].values],
        "sector_x": [float(run["unit_x"].values[of == name].mean()) for name in sectors],
        "sector_y": [float(run["unit_y"].values[of == name].mean()) for name in sectors],
        "election": [str(name) for name in run["election"].values[after]],
        "election_date": [str(day) for day in run["election_date"].values[after].astype("datetime64[D]")],
        "election_chamber": [str(name) for name in run["election_chamber"].values[after]],
        "killings_map": _floats(near["killings_cause"]).sum(2)[part.first :].sum(0).tolist(),
    }


def _floats(values: xr.DataArray) -> Floats:
    return np.asarray(values.values, np.float64)


def _shares(counted: Floats, part: Part) -> Floats:
    """Shares of the city's adults, by week and organisation."""
    return np.asarray(counted.sum(1) / np.maximum(part.adults.sum(1), 1.0)[:, None])


def _last_map(counted: Floats, part: Part, last: slice) -> list[float]:
    """Shares of each sector's adults in the last year."""
    shares: Floats = counted[last].sum(0) / np.maximum(part.adults[last].sum(0), 1.0)
    return shares.tolist()


def _quarters(weekly: Floats, first: int, *, total: bool = False) -> list[float]:
    """Means (or sums) of whole quarters, one of which begins with the branch."""
    usable = weekly[first % QUARTER :]
    whole: Floats = usable[: usable.size // QUARTER * QUARTER].reshape(-1, QUARTER)
    return (whole.sum(1) if total else whole.mean(1)).tolist()


def _plain(data: Any) -> Any:
    """The same with None for what is not a number, which JSON does not know."""
    if isinstance(data, Mapping):
        return {key: _plain(one) for key, one in data.items()}
    if isinstance(data, list):
        return [_plain(one) for one in data]
    return None if isinstance(data, float) and np.isnan(data) else data
