"""Many points of a design, each in several worlds; the table of them, as CSV, Parquet or NetCDF.

Every point meets the same worlds (seeds): their maps and chances are common, so points are compared like with like, and
what seeds alone make differ can be told apart. Numbers that are not varied keep their central values. What is read of a
simulation is kept the moment it ends (`batch`): stopped, the same sweep goes on, and a larger one takes what is there.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from mohalla import results, saving
from mohalla.errors import MohallaError, listed, nearest
from mohalla.experiments import batch, outcomes
from mohalla.experiments.designs import Design, laid_over
from mohalla.experiments.ensemble import Member, Request, seconds
from mohalla.experiments.intervals import Interval, interval
from mohalla.experiments.parallel import cores
from mohalla.plan import plan_text
from mohalla.reading import fingerprint

Floats = NDArray[np.float64]
Heard = Callable[[batch.Job, tuple[int, int, date]], None]

MOST = 20_000
BLOCK = 500  # points
SPANS = ((86_400.0, "day"), (3600.0, "hour"), (60.0, "minute"), (1.0, "second"))
SUFFIXES = (".csv", ".parquet", ".nc")
PARTS = 5  # of a range, where no values are stated


class Sweep(NamedTuple):
    """A design, what every one of its simulations shares, and the worlds each point meets."""

    request: Request
    scale: int
    design: Design
    seeds: tuple[int, ...]


class Found(NamedTuple):
    """Outcomes by point, seed, party and outcome; the parties, and the one that most often held most."""

    sweep: Sweep
    values: Floats
    parties: tuple[str, ...]
    main: str


# --- simulating ------------------------------------------------------------------------------------------------------


class Asked(NamedTuple):
    """What one simulation is known by, and where it is kept once it has ended."""

    question: Mapping[str, str]
    path: Path


def asked(sweep: Sweep, root: Path) -> list[Asked]:
    """Every simulation, the worlds of a point together: what a stopped sweep has is whole points."""
    found = []
    for place in range(len(sweep.design.points)):
        first = batch.job(_request(sweep, place), _member(sweep, sweep.seeds[0]), outcomes.read, root)
        worlds = (batch.elsewhere(first, seed) for seed in sweep.seeds)
        found += [Asked(one.question, one.path) for one in worlds]
    return found


def ended(known: Sequence[Asked]) -> tuple[int, int]:
    """How many different simulations are kept, and how many there are."""
    paths = {one.path for one in known}
    return sum(path.is_file() for path in paths), len(paths)


def _request(sweep: Sweep, place: int) -> Request:
    point = sweep.design.points[place].tolist()
    return sweep.request._replace(scenario=laid_over(sweep.request.scenario, sweep.design.factors, point))


def _member(sweep: Sweep, seed: int) -> Member:
    return Member(str(seed), seed, sweep.scale, False)


def run(
    sweep: Sweep,
    known: Sequence[Asked],
    workers: int | None = None,
    heard: Heard | None = None,
    away: batch.Spread | None = None,
) -> Found:
    """Simulate what is not kept yet, and gather what was read of all. Points alike are simulated once.

    `away` spreads them over other machines, as `cluster.at` does. Scenarios are laid out by the block of points: those
    of a large sweep are never in memory all at once.
    """
    parties = tuple(one.id for one in sweep.request.scenario.organisations)
    values = np.full((len(known), len(parties), len(outcomes.NAMES)), np.nan)
    most: Counter[str] = Counter()
    for start in range(0, len(sweep.design.points), BLOCK):
        for where, seen in _answers(_jobs(sweep, known, range(start, start + BLOCK)), workers, heard, away):
            places = [start * len(sweep.seeds) + place for place in where]
            values[places] = _numbers(seen, parties)
            most[seen.main] += len(where)
    shape = (len(sweep.design.points), len(sweep.seeds), *values.shape[1:])
    return Found(sweep, values.reshape(shape), parties, max(sorted(most), key=lambda name: most[name]))


def _jobs(sweep: Sweep, known: Sequence[Asked], places: range) -> list[batch.Job]:
    """The simulations of some points."""
    found = []
    for place in places[: len(sweep.design.points) - places.start]:
        request = _request(sweep, place)
        for number, seed in enumerate(sweep.seeds):
            one = known[place * len(sweep.seeds) + number]
            found.append(batch.Job(request, _member(sweep, seed), outcomes.read, one.question, one.path, {}))
    return found


def _answers(
    jobs: Sequence[batch.Job], workers: int | None, heard: Heard | None, away: batch.Spread | None
) -> Iterator[tuple[list[int], outcomes.Seen]]:
    """What was read of each different simulation, with its places among those asked for."""
    places: dict[Path, list[int]] = {}
    for place, one in enumerate(jobs):
        places.setdefault(one.path, []).append(place)
    for one, told in batch.run([jobs[where[0]] for where in places.values()], workers, heard, away):
        yield places[one.path], outcomes.Seen(**told)


def _numbers(seen: outcomes.Seen, parties: Sequence[str]) -> Floats:
    nothing = dict.fromkeys(outcomes.NAMES, math.nan)
    return np.array([[seen.values.get(party, nothing)[name] for name in outcomes.NAMES] for party in parties])


# --- before it starts ------------------------------------------------------------------------------------------------


def affordable(request: Request, scale: int, points: int, seeds: int, instead: str) -> int:
    """The number of simulations, if it is not beyond measure; `instead` says what takes fewer."""
    count = points * seeds
    if count > MOST:
        words = f"{points:,} points in {seeds} world{'s' if seeds > 1 else ''} are {count:,} simulations"
        raise MohallaError(
            f"{words}, {long(count * seconds(request, scale) / cores())} on this machine; at most {MOST:,} are run. "
            f"{instead}"
        )
    return count


def long(some: float) -> str:
    """A rough duration in words: about 3 hours."""
    size, unit = next(((size, unit) for size, unit in SPANS if some >= 1.5 * size), SPANS[-1])
    count = max(1, round(some / size))
    return f"about {count:,} {unit}{'s' if count > 1 else ''}"


# --- what came of it -------------------------------------------------------------------------------------------------


def party_of(found: Found, party: str | None) -> str:
    """The party asked about, else the one that most often held most."""
    name = party or found.main
    if name not in found.parties or np.isnan(found.values[:, :, found.parties.index(name)]).all():
        known = [one for i, one in enumerate(found.parties) if not np.isnan(found.values[:, :, i]).all()]
        if not known:
            raise MohallaError("no party is founded by the end of these runs, so there is nothing to measure.")
        raise MohallaError(f"no party '{name}' in these runs.{nearest(name, known)} There are: {listed(known)}.")
    return name


def of(found: Found, outcome: str, party: str) -> Floats:
    """One outcome of one party, by point and seed."""
    whole: Floats = found.values[:, :, found.parties.index(party), outcomes.NAMES.index(outcome)]
    return whole


def dataset(found: Found) -> xr.Dataset:
    """Everything: outcomes by point, seed and organisation, with every varied number as a coordinate of the points."""
    design, request = found.sweep.design, found.sweep.request
    dims = ("point", "seed", "organisation")
    data = {
        one.name: (dims, found.values[..., i], {"units": one.unit, "long_name": one.meaning})
        for i, one in enumerate(outcomes.OUTCOMES)
    }
    columns = {
        one.name: ("point", column, {"units": one.known.unit, "long_name": one.known.meaning})
        for one, column in zip(design.factors, design.points.T, strict=True)
    }
    places = {"point": np.arange(len(design.points)), "seed": list(found.sweep.seeds), "organisation": [*found.parties]}
    said = {
        "scenario": request.scenario.about.name, "scenario_hash": fingerprint(request.scenario),
        "design": design.kind, "design_seed": design.seed, "scale": found.sweep.scale, "main": found.main,
        "until": str(request.until or request.scenario.about.end), "without": " ".join(request.without),
        "plan": request.plan.name if request.plan else "nothing", "plan_does": plan_text(request.plan),
    }  # fmt: skip
    return xr.Dataset(data, {**places, **columns}, said)


def table(found: Found, party: str) -> pd.DataFrame:
    """One row a simulation: its point and seed, the numbers varied, and the outcomes of one party."""
    sweep = found.sweep
    points, seeds = len(sweep.design.points), len(sweep.seeds)
    columns = {one.name: np.repeat(sweep.design.points[:, i], seeds) for i, one in enumerate(sweep.design.factors)}
    results = {name: of(found, name, party).ravel() for name in outcomes.NAMES}
    head = {"point": np.repeat(np.arange(points), seeds), "seed": np.tile(sweep.seeds, points)}
    return pd.DataFrame({**head, **columns, "party": party, **results})


def must_be_writable(path: Path) -> None:
    """Refuse a file that could not be written, before anything is simulated for it."""
    if path.suffix not in SUFFIXES:
        raise MohallaError(f"--table {path}: the name must end in {', '.join(SUFFIXES)}: that says the form.")
    if path.suffix == ".parquet":
        _arrow()
    saving.must_be_writable(path)


def write(found: Found, party: str, path: Path) -> None:
    """The results as a file: NetCDF with all parties, or CSV or Parquet with a row for each simulation."""
    if path.suffix == ".nc":
        saving.write(path, dataset(found).to_netcdf(None, engine=results.ENGINE))
    elif path.suffix == ".parquet":
        _arrow()
        saving.write(path, table(found, party).to_parquet(None, engine="pyarrow", index=False))
    else:
        saving.write(path, table(found, party).to_csv(index=False, lineterminator="\n"))


def _arrow() -> None:
    if find_spec("pyarrow") is None:
        raise MohallaError(
            "Parquet needs pyarrow, which is not installed: pip install 'mohalla[parquet]'; or write .csv or .nc."
        )


class Level(NamedTuple):
    """One value of a number, or one part of its range, and every outcome there."""

    label: str
    points: int
    outcomes: dict[str, Interval]


def levels(found: Found, party: str, names: Sequence[str]) -> dict[str, list[Level]]:
    """By number varied: outcomes at each stated value, or in each fifth of its range, over all else that is varied.

    Intervals are over worlds, each with its mean over the points there: points of a design are no sample of chance.
    """
    by_world = {name: of(found, name, party) for name in names}
    return {
        one.name: [
            Level(label, int(here.sum()), {name: interval(by_world[name][here].mean(axis=0)) for name in names})
            for label, here in _parts(found.sweep.design, place)
            if here.any()
        ]
        for place, one in enumerate(found.sweep.design.factors)
    }


def _parts(design: Design, place: int) -> list[tuple[str, NDArray[np.bool_]]]:
    factor, column = design.factors[place], design.points[:, place]
    if factor.values:
        return [(f"{value:.4g}", np.isclose(column, value)) for value in factor.values]
    edges = [factor.at(part / PARTS) for part in range(PARTS + 1)]
    which = np.clip(np.searchsorted(edges, column, side="right") - 1, 0, PARTS - 1)
    return [(f"{edges[i]:.3g} to {edges[i + 1]:.3g}", which == i) for i in range(PARTS)]


def as_data(found: Found, party: str) -> dict[str, Any]:
    """The table as --json prints it: columns, with what they mean."""
    columns = table(found, party).drop(columns="party")
    numbers = {str(name): [_plain(value) for value in values.tolist()] for name, values in columns.items()}
    request, design = found.sweep.request, found.sweep.design
    return {
        "scenario": request.scenario.about.name,
        "fingerprint": fingerprint(request.scenario),
        "design": design.kind,
        "design_seed": design.seed,
        "scale": found.sweep.scale,
        "until": str(request.until or request.scenario.about.end),
        "party": party,
        "parameters": {one.name: {"unit": one.known.unit, "meaning": one.known.meaning} for one in design.factors},
        "outcomes": {one.name: {"unit": one.unit, "meaning": one.meaning} for one in outcomes.OUTCOMES},
        "table": numbers,
    }


def _plain(value: float) -> float | None:
    return None if isinstance(value, float) and math.isnan(value) else value
