"""One run's file reduced to the series a report needs and the layers of its map; files are read one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from mohalla.calendar import WEEKS_PER_YEAR
from mohalla.experiments.fit import comparable_killings, simulated
from mohalla.record import Record
from mohalla.report import fronts
from mohalla.report.flows import flows
from mohalla.results import Happening, happenings
from mohalla.scenario import NONE, Scenario

Floats = NDArray[np.float64]
Series = dict[str, Floats]

BIN_WEEKS = 13
LEAST_YEAR_WEEKS = 26
IMPOSED_CAUSE = "background"
STATE_CAUSE = "operation"
LAYERS = ("hold", "coerced", "watch", "force")
MOST_MAPPED = 4
HELD = ("competence", "loyalty", "following")


class Digest(NamedTuple):
    """What a report keeps of one run: series by bin and by year, weekly killings, seats, the record's counterparts."""

    weeks: NDArray[np.datetime64]
    bins: Series
    years: Series
    weekly: Series
    seats: dict[tuple[str, str], int]
    fit: dict[str, float]
    attributes: dict[str, Any]
    flows: Series
    pairs: dict[tuple[str, str], float]
    events: tuple[Happening, ...] = ()


class Axes(NamedTuple):
    """The two time axes of a report: bins of 13 weeks and calendar years, both as decimal years, and the quarters."""

    bins: Floats
    years: Floats
    quarters: Floats


class CityMap(NamedTuple):
    """The reference city by unit and quarter: hexagon centres, names, and layers as (quarter, unit) arrays."""

    quarters: list[str]
    x: Floats
    y: Floats
    unit: list[str]
    sector: list[str]
    district: list[str]
    organisations: list[str]
    layers: dict[str, Floats]
    leads: NDArray[np.int64]
    fronts: fronts.Codes


def decimal_years(days: NDArray[np.datetime64]) -> Floats:
    """Dates as decimal years."""
    day = days.astype("datetime64[D]")
    year = day.astype("datetime64[Y]")
    length = ((year + np.timedelta64(1, "Y")).astype("datetime64[D]") - year.astype("datetime64[D]")).astype(float)
    into: Floats = (day - year.astype("datetime64[D]")).astype(float) / length
    return np.asarray(into + year.astype(int) + 1970, dtype=float)


def find_main_party(data: xr.Dataset, declared: str | None = None) -> str:
    """The party the scenario declares to be about, else that with the largest share of all adults in any quarter."""
    names = _organisations(data)
    if declared in names:
        return str(declared)
    face = data["face"].sum(("sector", "community")).values[::BIN_WEEKS].astype(float)
    people = data["population"].sum(("sector", "community")).values[::BIN_WEEKS, None]
    peak = (face / np.maximum(people, 1)).max(0)
    peak[names.index(NONE)] = -1.0
    return names[int(peak.argmax())]


def axes(data: xr.Dataset) -> Axes:
    """The time axes of a run."""
    weeks, quarters = data["week"].values, data["quarter"].values
    years, kept = _years(weeks)
    return Axes(_binned(decimal_years(weeks)), years[kept] + 0.5, decimal_years(quarters))


def digest(data: xr.Dataset, scenario: Scenario, record: Record | None, main: str) -> Digest:
    """Read one run and keep what the report needs of it."""
    by_parties = data["killings"].sum("sector").values.astype(float)
    killings = _killings(data, record, by_parties)
    deaths = fronts.between(by_parties, _organisations(data))
    bins = {**_following(data, main), **_cadre(data), **_hierarchy(data, main), **_hostility(data, deaths, main)}
    yearly = {name: _yearly(series, data["week"].values) for name, series in killings.items()}
    yearly |= _money(data, main)
    counters = {name.removeprefix("counter/"): weekly for name, weekly in killings.items() if "counter/" in name}
    fit = simulated(data, record, counters) if record else {}
    rest = _seats(data, scenario), fit, dict(data.attrs), flows(data, main), _pairs(deaths, _organisations(data))
    return Digest(data["week"].values, bins, yearly, killings, *rest, tuple(happenings(data)))


# ----------------------------------------------------------------------------------------------------- bins of time


def _binned(weekly: Floats) -> Floats:
    """Means over 13 weeks along the first axis; the last bin may be shorter."""
    starts = np.arange(0, len(weekly), BIN_WEEKS)
    counts = np.diff(np.append(starts, len(weekly)))
    sums = np.add.reduceat(np.asarray(weekly, float), starts, axis=0)
    return np.asarray(sums / counts.reshape(-1, *[1] * (sums.ndim - 1)), dtype=float)


def _years(weeks: NDArray[np.datetime64]) -> tuple[Floats, NDArray[np.bool_]]:
    """Calendar years of a run, and which of them it covers by half at least (all, in a run shorter than that)."""
    year = weeks.astype("datetime64[Y]").astype(int) + 1970
    years, counts = np.unique(year, return_counts=True)
    kept = counts >= LEAST_YEAR_WEEKS
    return years.astype(float), kept if kept.any() else np.ones_like(kept)


def _yearly(weekly: Floats, weeks: NDArray[np.datetime64]) -> Floats:
    """Amounts a year, for the calendar years a run covers by half at least."""
    year = weeks.astype("datetime64[Y]").astype(int) + 1970
    years, kept = _years(weeks)
    place = np.searchsorted(years, year)
    totals, counts = np.bincount(place, weekly), np.bincount(place)
    return np.asarray(totals / counts * WEEKS_PER_YEAR, dtype=float)[kept]


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0), dtype=float)


# -------------------------------------------------------------------------------------------------------- the series


def _following(data: xr.Dataset, main: str) -> Series:
    """Hold, hearts, coerced (of the main party), fear and belief, for the city and each community."""
    people = data["population"].sum("sector").values.astype(float)
    names = [str(name) for name in data["community"].values]
    found: Series = {}
    for name, variable in (("hold", "face"), ("hearts", "heart"), ("coerced", "coerced")):
        counted = data[variable].sel(organisation=main).sum("sector").values.astype(float)
        found |= _by_community(name, counted, people, names)
    present = data["population"].values.astype(float)
    for name, variable in (("fear", "fear"), ("belief", "belief_threat_gone")):
        found |= _by_community(name, (data[variable].values * present).sum(1), people, names)
    return found


def _by_community(name: str, counted: Floats, people: Floats, communities: Sequence[str]) -> Series:
    """Shares of adults in the city and in each community, by bin."""
    found = {f"{name}/city": _binned(_share(counted.sum(1), people.sum(1)))}
    each = _binned(_share(counted, people))
    return found | {f"{name}/{community}": each[:, i] for i, community in enumerate(communities)}


def _cadre(data: xr.Dataset) -> Series:
    """Armed cadre and workers of each organisation in the whole city."""
    found: Series = {}
    for variable in ("armed", "workers"):
        persons = _binned(data[variable].sum("sector").values.astype(float))
        found |= {f"{variable}/{name}": persons[:, i] for i, name in enumerate(_organisations(data))}
    return found


def _organisations(data: xr.Dataset) -> list[str]:
    return [str(name) for name in data["organisation"].values]


def _hierarchy(data: xr.Dataset, main: str) -> Series:
    """The main party's office-holders by tier and quarter: means over those in post, and how many are new to it."""
    own = data["post_organisation"].values.astype(str) == main
    tiers = data["post_tier"].values.astype(str)
    weeks = data["post_tenure"].values
    known = {measure: data[f"post_{measure}"].values for measure in HELD if f"post_{measure}" in data}
    known |= {"tenure": weeks / WEEKS_PER_YEAR, "fresh": (weeks > 0) & (weeks < WEEKS_PER_YEAR)}
    found: Series = {}
    for tier in map(str, data["tier"].values):
        posts = own & (tiers == tier)
        held = weeks[:, posts] > 0
        found |= {f"{measure}/{tier}": _held_mean(values[:, posts], held) for measure, values in known.items()}
    return found


def _held_mean(values: Floats, held: NDArray[np.bool_]) -> Floats:
    """Means over the posts that somebody holds, by quarter; over all posts while nobody holds any."""
    counted = np.where(held.any(1, keepdims=True), held, True)
    return np.asarray((values * counted).sum(1) / np.maximum(counted.sum(1), 1), dtype=float)


def _money(data: xr.Dataset, main: str) -> Series:
    """Income by source, spending by use and skim by tier of the main party, a year."""
    found: Series = {}
    for variable, dimension in (("income", "income_source"), ("spending", "use"), ("skim", "tier")):
        weekly = data[variable].sel(organisation=main).values.astype(float)
        for index, name in enumerate(map(str, data[dimension].values)):
            found[f"{variable}/{name}"] = _yearly(weekly[:, index], data["week"].values)
    return found


def _killings(data: xr.Dataset, record: Record | None, by_parties: Floats) -> Series:
    """Weekly killings by cause, with and without what is imposed, and as each counter would have counted them."""
    by_cause = data["killings_cause"].sum("sector").values.astype(float)
    causes = [str(cause) for cause in data["cause"].values]
    found = {f"killings/{cause}": by_cause[:, i] for i, cause in enumerate(causes)}
    emergent = [i for i, cause in enumerate(causes) if cause != IMPOSED_CAUSE]
    found["killings/emergent"] = by_cause[:, emergent].sum(1)
    found["killings/organised"] = by_cause[:, [i for i in emergent if causes[i] != STATE_CAUSE]].sum(1)
    counters = comparable_killings(data, record.counters, by_parties) if record else {}
    return found | {f"counter/{name}": weekly for name, weekly in counters.items()}


def _hostility(data: xr.Dataset, deaths: Floats, main: str) -> Series:
    """Hostile pairs and deaths between organisations in the past year, at the end of each bin; frontiers by quarter."""
    ends = np.minimum(np.arange(0, len(deaths), BIN_WEEKS) + BIN_WEEKS, len(deaths)) - 1
    enemies = fronts.hostile(deaths)[ends]
    _, borders = fronts.frontiers(data)
    return {
        "hostile/all": enemies.sum(1) / 2,
        "hostile/main": enemies[:, _organisations(data).index(main) - 1],
        "between": fronts.past_year(deaths.sum((1, 2)) / 2)[ends],
        "fronts/hold": fronts.shares(borders, fronts.HOLD),
        "fronts/armed": fronts.shares(borders, fronts.ARMED),
    }


def _pairs(deaths: Floats, organisations: Sequence[str]) -> dict[tuple[str, str], float]:
    """All deaths between each two organisations, most first."""
    real = [name for name in organisations if name != NONE]
    total = deaths.sum(0)
    found = {(real[i], real[j]): float(total[i, j]) for i, j in zip(*np.triu_indices(len(real), 1), strict=True)}
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def _seats(data: xr.Dataset, scenario: Scenario) -> dict[tuple[str, str], int]:
    """Seats won in the city, by election label and organisation."""
    won = data["seats"].values
    names = [name for name in scenario.organisation_ids if name in _organisations(data)]
    place = {name: _organisations(data).index(name) for name in names}
    labels = [str(label) for label in data["election"].values]
    return {(label, name): int(won[i, place[name]]) for i, label in enumerate(labels) for name in names}


# ------------------------------------------------------------------------------------------------------------ the map


def city_map(data: xr.Dataset, main: str) -> CityMap:
    """The layers of the map, for the main party and the next largest organisations."""
    names = _organisations(data)
    hold = data["unit_hold"].values.astype(float)
    shown = _mapped(hold, names, main)
    layers = {f"hold/{name}": hold[:, :, names.index(name)] for name in shown}
    for layer in LAYERS[1:]:
        values = data[f"unit_{layer}"].values
        layers |= {f"{layer}/{name}": values[:, :, names.index(name)].astype(float) for name in shown}
    layers["killings"] = data["unit_killings"].values.astype(float)
    unit, sector, district = (list(map(str, data[name].values)) for name in ("unit", "unit_sector", "unit_district"))
    days = [str(day)[:10] for day in data["quarter"].values.astype("datetime64[D]")]
    x, y = (data[name].values.astype(float) for name in ("unit_x", "unit_y"))
    _, borders = fronts.frontiers(data)
    return CityMap(days, x, y, unit, sector, district, shown, layers, _leaders(hold, names, shown), borders)


def _mapped(hold: Floats, names: list[str], main: str) -> list[str]:
    """The main party, then the organisations that hold most in any quarter."""
    peak = hold.mean(1).max(0)
    order = [names[i] for i in np.argsort(-peak, kind="stable") if names[i] not in (NONE, main) and peak[i] > 0]
    return [main, *order[: MOST_MAPPED - 1]]


def _leaders(hold: Floats, names: list[str], shown: list[str]) -> NDArray[np.int64]:
    """Which organisation leads in each unit: its place in `shown`, or -1 (nobody, or one not shown)."""
    parties = [i for i, name in enumerate(names) if name != NONE]
    best = np.array(parties)[hold[:, :, parties].argmax(-1)]
    place = np.array([shown.index(name) if name in shown else -1 for name in names])
    return np.where(hold[:, :, parties].max(-1) > 0, place[best], -1)
