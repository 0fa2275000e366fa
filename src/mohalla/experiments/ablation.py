"""What each mechanism is worth: the scenario whole, and without one mechanism at a time, in the same worlds.

A world is a seed: the map, the uncertain numbers and the chances are those of the seed in every arm, so differences are
paired. The first world has central numbers, the others have theirs drawn. Every measure is about one party, from its
founding to the end of the run, or about the city in that time. What is read of a simulation is kept the moment it ends.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from mohalla import results
from mohalla.engine.cpu import made_with
from mohalla.errors import MohallaError, listed, nearest
from mohalla.experiments import batch
from mohalla.experiments.ensemble import Member, Request, Simulate
from mohalla.experiments.intervals import Interval, interval
from mohalla.experiments.measures import MEASURES, main_party
from mohalla.reading import fingerprint
from mohalla.scenario import Scenario

WHOLE = ""


class Question(NamedTuple):
    """What every simulation of an ablation shares."""

    scenario: Scenario
    scale: int
    until: date | None
    simulate: Simulate


class Job(NamedTuple):
    """One world without one mechanism (`WHOLE`: without none)."""

    question: Question
    seed: int
    without: str
    draw: bool


class Reading(NamedTuple):
    """One simulation: the party that ever held most, and every measure for every declared party."""

    main: str
    values: Mapping[str, Mapping[str, float]]


Found = Mapping[tuple[int, str], Reading]  # (seed, without) -> what was read


class Row(NamedTuple):
    """One mechanism and what changes without it, measure by measure."""

    without: str
    differences: Mapping[str, Interval]


class Ablation(NamedTuple):
    """The table: whose numbers these are, each measure of the whole scenario, and a row for each mechanism."""

    party: str
    worlds: int
    whole: Mapping[str, Interval]
    rows: tuple[Row, ...]


def reading(run: xr.Dataset, scenario: Scenario) -> Reading:
    """Every measure of one simulation, for every party that exists in it."""
    values, most = {}, {}
    for party in scenario.organisations:
        since = run.isel(week=slice(int(np.searchsorted(run["week"].values, np.datetime64(party.founded))), None))
        if since.sizes["week"]:
            most[party.id] = float(results.hold(run, party.id).max())
            values[party.id] = {measure.name: measure.of(since, party.id) for measure in MEASURES}
    return Reading(main_party(most, scenario), values)


# --- simulating ------------------------------------------------------------------------------------------------------


def jobs(question: Question, seeds: int, without: Sequence[str]) -> list[Job]:
    """World by world, the whole first: whatever ends early has whole pairs."""
    arms = (WHOLE, *without)
    return [Job(question, seed, arm, seed > 1) for seed in range(1, seeds + 1) for arm in arms]


def read(run: xr.Dataset, scenario: Scenario) -> dict[str, Any]:
    """A reading as plain data, which is what is kept."""
    return reading(run, scenario)._asdict()


def ended(asked: Sequence[Job], root: Path) -> int:
    """How many of these are kept under `root`, the folder of runs."""
    return len(batch.there(_prepared(asked, root)))


def run(
    asked: Sequence[Job],
    root: Path,
    workers: int | None = None,
    heard: Callable[[Job, tuple[int, int, date]], None] | None = None,
    away: batch.Spread | None = None,
) -> Found:
    """Every simulation of an ablation that is not kept under `root` yet, spread over processes, and those that are.

    `away` spreads them over other machines, as `cluster.at` does.
    """
    whole = _prepared(asked, root)
    meant = {one.path: job for one, job in zip(whole, asked, strict=True)}
    listener = (lambda one, news: heard(meant[one.path], news)) if heard else None
    found = {one.path: read for one, read in batch.run(whole, workers, listener, away)}
    return {(job.seed, job.without): Reading(**found[path]) for path, job in meant.items()}


def _prepared(asked: Sequence[Job], root: Path) -> list[batch.Job]:
    """The same as a batch, in which every simulation is a whole question by itself."""
    return [batch.job(_request(job), _member(job), read, root) for job in asked]


def _request(job: Job) -> Request:
    scenario, _, until, simulate = job.question
    return Request(scenario, until, (job.without,) if job.without else (), simulate)


def _member(job: Job) -> Member:
    return Member(str(job.seed), job.seed, job.question.scale, job.draw)


# --- the table -------------------------------------------------------------------------------------------------------


def table(found: Found, without: Sequence[str], party: str | None = None) -> Ablation:
    """Means of the whole, and paired differences without each mechanism, about `party` or else the main one."""
    seeds = sorted({seed for seed, _ in found})
    main = _known(party, found[seeds[0], WHOLE])
    values = {key: one.values[main] for key, one in found.items()}
    whole = [values[seed, WHOLE] for seed in seeds]
    rows = [Row(arm, _intervals([_less(values[seed, arm], values[seed, WHOLE]) for seed in seeds])) for arm in without]
    return Ablation(main, len(seeds), _intervals(whole), tuple(rows))


def _less(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {name: value - other[name] for name, value in one.items()}


def _known(party: str | None, reading: Reading) -> str:
    if not reading.values:
        raise MohallaError("no party is founded by the end of this run, so there is nothing to measure.")
    name = party or reading.main
    if name not in reading.values:
        known = listed(reading.values)
        raise MohallaError(f"no party '{name}' in this run.{nearest(name, reading.values)} There are: {known}.")
    return name


def _intervals(values: Sequence[Mapping[str, float]]) -> dict[str, Interval]:
    return {measure.name: interval([one[measure.name] for one in values]) for measure in MEASURES}


def as_csv(found: Ablation) -> str:
    """The table for other programs: one line a mechanism and measure."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(_lines(found))
    return text.getvalue()


def _lines(found: Ablation) -> list[tuple[str, ...]]:
    head = ("without", "measure", "unit", "whole", "difference", "low", "high", "worlds")
    rows = [
        (row.without, one.name, one.unit, *_numbers(found.whole[one.name].mean, *row.differences[one.name][1:]),
         str(row.differences[one.name].n))
        for row in found.rows for one in MEASURES
    ]  # fmt: skip
    return [head, *rows]


def _numbers(*values: float) -> tuple[str, ...]:
    return tuple("" if np.isnan(value) else f"{value:.6g}" for value in values)


def as_data(found: Ablation, question: Question, asked: Sequence[Job]) -> dict[str, Any]:
    """The table as --json prints it."""
    scenario = question.scenario
    return {
        "scenario": scenario.about.name,
        "fingerprint": fingerprint(scenario),
        "made_with": made_with(),
        "until": str(question.until or scenario.about.end),
        "scale": question.scale,
        "seeds": sorted({job.seed for job in asked}),
        "party": found.party,
        "measures": {one.name: {"unit": one.unit, "meaning": one.meaning} for one in MEASURES},
        "whole": _plain(found.whole),
        "without": {row.without: _plain(row.differences) for row in found.rows},
    }


def _plain(values: Mapping[str, Interval]) -> dict[str, dict[str, float | None]]:
    return {
        name: {key: None if np.isnan(number) else number for key, number in one._asdict().items()}
        for name, one in values.items()
    }
