"""How far a run is from the public record, row by row.

`simulated` reads one run and gives the simulated number beside every row of the record; `compare` sets several such
readings (one for each world) against the record. Nothing here judges: a row says imposed, partly or emergent, how far
off the middle of the worlds is, and what is known that may explain it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from mohalla.experiments.intervals import edges
from mohalla.observables import OTHERS
from mohalla.record import Confidence, Counter, DeathCount, Figure, Kind, Record, SeatRow
from mohalla.scenario import NONE, Scenario

Floats = NDArray[np.float64]
Group = Literal["killings", "seats", "vote shares", "turnout", "other figures"]

SHORT_SPAN_DAYS = 28
LEAST_COVERED = 0.9
INTENSITIES = ("0-1", "share", "mean", "code", "count")
KILLERS = {"operation": ("state",), "background": ("other_militants", "ordinary")}


class Row(NamedTuple):
    """One figure of the record, in the form in which it is compared."""

    key: str
    group: Group
    label: str
    unit: str
    kind: Kind
    start: date
    end: date
    value: float
    low: float | None
    high: float | None
    source: str
    confidence: Confidence
    claim: bool
    note: str
    additive: bool


class Fit(NamedTuple):
    """A row of the record beside the worlds: median, 5-95 % range, how far off, and why it may be."""

    row: Row
    worlds: int
    median: float
    low: float
    high: float
    ratio: float | None
    difference: float
    inside: bool
    why: tuple[str, ...]


# ------------------------------------------------------------------------------------------------ rows of the record


def rows(record: Record, scenario: Scenario) -> tuple[Row, ...]:
    """Every figure of the record as a row, killings first."""
    counters = {counter.id: counter for counter in record.counters}
    found = [_death_row(count, counters[count.counter]) for count in record.deaths if count.counter in counters]
    for poll in record.seats:
        found.extend(_poll_rows(poll, scenario))
    return (*found, *(_figure_row(figure) for figure in record.figures))


def death_key(count: DeathCount) -> str:
    """The key of a count of deaths."""
    return f"deaths/{count.counter}/{count.start}/{count.end}"


def _death_row(count: DeathCount, counter: Counter) -> Row:
    known = (float(count.deaths), count.low, count.high, count.source, count.confidence)
    return Row(
        death_key(count),
        "killings",
        counter.name,
        "deaths",
        counter.kind,
        count.start,
        count.end,
        *known,
        False,
        counter.caution,
        False,
    )


def _poll_rows(poll: SeatRow, scenario: Scenario) -> Iterator[Row]:
    place = f"{poll.date} {poll.chamber}"
    names = {organisation.id: organisation.name for organisation in scenario.organisations}
    known = (None, None, poll.source, poll.confidence, False, poll.note)
    for name, won in poll.seats.items():
        yield Row(
            f"seats/{place}/{name}", "seats", f"{names.get(name, name)}, {poll.chamber} seats of {poll.total}", "seats",
            seat_kind(name, poll.date, poll.chamber, scenario), poll.date, poll.date, float(won), *known, True,
        )  # fmt: skip
    for name, share in poll.vote_shares.items():
        yield Row(
            f"votes/{place}/{name}", "vote shares", f"{names.get(name, name)}, {poll.chamber} vote share", "share",
            seat_kind(name, poll.date, poll.chamber, scenario), poll.date, poll.date, share, *known, True,
        )  # fmt: skip
    if poll.turnout is not None:
        yield Row(
            f"turnout/{place}", "turnout", f"Turnout, {poll.chamber}", "share",
            "emergent", poll.date, poll.date, poll.turnout, *known, True,
        )  # fmt: skip


def _figure_row(figure: Figure) -> Row:
    known = (figure.value, figure.low, figure.high, figure.source, figure.confidence, figure.claim, figure.note)
    additive = figure.unit in ("share", "0-1", "%")
    return Row(
        f"figure/{figure.id}",
        "other figures",
        figure.label,
        figure.unit,
        figure.kind,
        figure.start,
        figure.end,
        *known,
        additive,
    )


def seat_kind(organisation: str, day: date, chamber: str, scenario: Scenario) -> Kind:
    """Imposed where it boycotts or the poll is party-less, partly where a national tide lifts it, else emergent."""
    for election in scenario.elections:
        if (election.date, election.chamber) == (day, chamber) and (
            election.party_less or organisation in election.boycotts
        ):
            return "imposed"
    tides = (tide for tide in scenario.timeline.tides if tide.organisation == organisation)
    return "partly" if any(tide.start <= day <= tide.end for tide in tides) else "emergent"


# --------------------------------------------------------------------------------------- the simulated number beside


def simulated(dataset: xr.Dataset, record: Record, weekly: Mapping[str, Floats] | None = None) -> dict[str, float]:
    """The simulated number beside each row of the record, by its key; not a number where the run does not reach.

    `weekly` are the comparable killings by counter, where they have been read already.
    """
    counted = comparable_killings(dataset, record.counters) if weekly is None else weekly
    found = _simulated_deaths(dataset["week"].values, record, counted)
    polls = dataset[["votes", "seats", "turnout"]].load() if record.seats else dataset
    for poll in record.seats:
        found |= _simulated_poll(polls, poll)
    return found | _simulated_figures(dataset, record.figures)


def comparable_killings(
    dataset: xr.Dataset, counters: Sequence[Counter], by_parties: Floats | None = None
) -> dict[str, Floats]:
    """Simulated deaths in each week that each counter would have counted, like with like.

    `by_parties` are the city's deaths by week, killer and victim, where they have been read already.
    """
    causes = list(dataset["cause"].values)
    by_cause = dataset["killings_cause"].sum("sector").values.astype(float)
    needs_parties = any(counter.scope != "all" for counter in counters)
    if needs_parties and by_parties is None:
        by_parties = dataset["killings"].sum("sector").values.astype(float)
    found: dict[str, Floats] = {}
    for counter in counters:
        if counter.scope == "all" or by_parties is None:
            found[counter.id] = by_cause[:, [causes.index(cause) for cause in counter.causes if cause in causes]].sum(1)
        else:
            killers, victims = _parties(counter, [str(name) for name in dataset["killer"].values])
            found[counter.id] = by_parties[:, killers][:, :, victims].sum((1, 2))
    return found


def _parties(counter: Counter, parties: list[str]) -> tuple[list[int], list[int]]:
    """Killers that a counter's causes stand for, and the victims in its scope: members of an organisation."""
    organisations = [name for name in parties if name not in OTHERS]
    if counter.scope == "by-state":
        killers: set[str] = {"state"}
    else:
        killers = {name for cause in counter.causes for name in KILLERS.get(cause, organisations)}
    victims = [name for name in organisations if name != NONE]
    return [parties.index(name) for name in parties if name in killers], [parties.index(name) for name in victims]


def week_weights(weeks: NDArray[np.datetime64], start: date, end: date) -> Floats | None:
    """How much of each week lies in a span (whole weeks for a span of days); None where the run does not cover it."""
    first, last = np.datetime64(start, "D"), np.datetime64(end, "D") + 1
    monday = weeks.astype("datetime64[D]")
    overlap: Floats = (np.minimum(monday + 7, last) - np.maximum(monday, first)).astype(float).clip(0.0, 7.0)
    days = float((last - first).astype(int))
    if overlap.sum() < LEAST_COVERED * days:
        return None
    return np.where(overlap > 0, 1.0, 0.0) if days < SHORT_SPAN_DAYS else overlap / 7.0


def _simulated_deaths(weeks: NDArray[np.datetime64], record: Record, weekly: Mapping[str, Floats]) -> dict[str, float]:
    found = {}
    for count in record.deaths:
        weights = week_weights(weeks, count.start, count.end)
        known = weights is not None and count.counter in weekly
        found[death_key(count)] = float(weights @ weekly[count.counter]) if weights is not None and known else np.nan
    return found


def _simulated_poll(dataset: xr.Dataset, poll: SeatRow) -> dict[str, float]:
    place = f"{poll.date} {poll.chamber}"
    if place not in dataset["election"].values:
        return {}
    held = dataset.sel(election=place)
    here = dataset["constituency_chamber"].values == poll.chamber
    votes = held["votes"].values[here].sum(0).astype(float)
    known = [str(name) for name in dataset["organisation"].values]
    shares = votes / max(votes.sum(), 1.0)
    found = {f"seats/{place}/{k}": float(held["seats"].values[known.index(k)]) for k in poll.seats if k in known}
    found |= {f"votes/{place}/{k}": float(shares[known.index(k)]) for k in poll.vote_shares if k in known}
    turnout = held["turnout"].values[here]
    return {**found, f"turnout/{place}": float(turnout.mean()) if turnout.size else np.nan}


def asked(figure: Figure) -> tuple[str, dict[str, str]]:
    """A figure's variable and the slices it takes of it; its organisation is one of them."""
    name, slices = figure.selection
    return name, slices | ({"organisation": figure.organisation} if figure.organisation else {})


def _simulated_figures(dataset: xr.Dataset, figures: Sequence[Figure]) -> dict[str, float]:
    """Every figure's counterpart; each variable is read once and let go before the next."""
    found = {f"figure/{figure.id}": np.nan for figure in figures}
    names = dict.fromkeys(asked(figure)[0] for figure in figures)
    for name in names:
        if name in dataset and "week" in dataset[name].dims:
            values = dataset[name].load() if "sector" not in dataset[name].dims else _over_sectors(dataset[name])
            found |= {f"figure/{f.id}": _simulated_figure(values, f) for f in figures if asked(f)[0] == name}
    return found


def _over_sectors(variable: xr.DataArray) -> xr.DataArray:
    """City totals of counts, city means of intensities."""
    intensity = variable.attrs.get("units") in INTENSITIES
    return variable.mean("sector", keep_attrs=True) if intensity else variable.sum("sector", keep_attrs=True)


def _simulated_figure(variable: xr.DataArray, figure: Figure) -> float:
    weights = week_weights(variable["week"].values, figure.start, figure.end)
    _, slices = asked(figure)
    known = all(key in variable.coords and value in variable[key].values for key, value in slices.items())
    if weights is None or not known:
        return np.nan
    sliced = variable.sel(slices).isel(week=np.flatnonzero(weights))
    rest = [dim for dim in sliced.dims if dim != "week"]
    intensity = variable.attrs.get("units") in INTENSITIES
    return _reduced(sliced.mean(rest) if intensity else sliced.sum(rest), weights[weights > 0], figure.reduce)


def _reduced(weekly: xr.DataArray, weights: Floats, reduce: str) -> float:
    values = weekly.values.astype(float)
    if reduce == "sum":
        return float(values @ weights)
    return float(values[-1]) if reduce == "last" else float(np.average(values, weights=weights))


# ------------------------------------------------------------------------------------------------- worlds and record


def compare(record: Record, scenario: Scenario, readings: Sequence[Mapping[str, float]]) -> tuple[Fit, ...]:
    """Each row of the record that the worlds reach, beside their median and range."""
    found = []
    for row in rows(record, scenario):
        values = np.array([reading.get(row.key, np.nan) for reading in readings], float)
        values = values[np.isfinite(values)]
        if values.size:
            found.append(_fit(row, values))
    return tuple(found)


def _fit(row: Row, values: Floats) -> Fit:
    bottom, top = edges(values.size)
    low, median, high = (float(number) for number in np.quantile(values, (bottom, 0.5, top)))
    difference = median - row.value
    ratio = median / row.value if row.value > 0 and median > 0 and not row.additive else None
    bottom = row.value if row.low is None else row.low
    top = row.value if row.high is None else row.high
    inside = bottom <= high and top >= low
    return Fit(row, values.size, median, low, high, ratio, difference, inside, _why(row))


def _why(row: Row) -> tuple[str, ...]:
    """What is known about a row that may explain a distance from the record; most specific first."""
    reasons = [row.note] if row.note else []
    if row.claim:
        reasons.append("The figure is a claim by one side and was not tested.")
    if row.kind == "imposed":
        reasons.append("Imposed: close by construction, and no evidence for the model.")
    if row.kind == "partly":
        reasons.append("Part of it is given to the model as dated history.")
    if row.confidence == "low":
        reasons.append("The record itself is weak here.")
    if row.group == "killings" and (row.end - row.start).days < SHORT_SPAN_DAYS:
        reasons.append("A count of days: whole simulated weeks are compared.")
    if row.group == "vote shares":
        reasons.append("Where the record knows top finishers only, its share is a lower bound.")
    if row.group == "turnout":
        reasons.append("The record is a share of registered voters, the run of adults.")
    return tuple(reasons)
