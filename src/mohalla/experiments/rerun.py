"""A stored simulation made again from what it says of itself, and compared bit for bit."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from mohalla import reading, results, store
from mohalla.engine.cpu import made_with, source_files
from mohalla.engine.snapshot import differences
from mohalla.errors import MohallaError, listed, nearest
from mohalla.experiments.ensemble import Simulate
from mohalla.experiments.parallel import Tell
from mohalla.mechanisms import DECLARED
from mohalla.plan import Plan, from_text
from mohalla.scenario import Scenario

NUMBERS = "biuf"
NEEDED = ("seed", "scale", "start", "weeks", "without", "drawn", "scenario_text")


class Again(NamedTuple):
    """A simulation made again: variables compared, those that differ with where and how much, and whether code does."""

    label: str
    compared: int
    different: dict[str, str]
    made: list[str]

    @property
    def same(self) -> bool:
        return not self.different


class Rerun(NamedTuple):
    """A run made again: world by world, what differs of the code and what made it, and which source files do."""

    run: str
    worlds: list[Again]
    made: list[str]
    files: list[str]

    @property
    def same(self) -> bool:
        return all(world.same for world in self.worlds)


class Job(NamedTuple):
    """One stored simulation, and the engine that makes it again."""

    label: str
    path: Path
    simulate: Simulate


class Asked(NamedTuple):
    """What a results file says it was made from."""

    scenario: Scenario
    seed: int
    scale: int
    until: date
    without: tuple[str, ...]
    draw: bool
    plan: Plan | None


def jobs(run: store.Run, worlds: Sequence[str], simulate: Simulate) -> list[Job]:
    """The stored simulations to make again: all, or those named."""
    there = {label: path for label, path in run.simulations.items() if path.is_file()}
    if not there:
        raise MohallaError(f"{run.folder}: no simulation of this run had ended, so there is nothing to make again.")
    for word in worlds:
        if word not in there:
            raise MohallaError(f"no world '{word}' in {run.folder}.{nearest(word, there)} There are: {listed(there)}.")
    return [Job(label, path, simulate) for label, path in there.items() if not worlds or label in worlds]


def seconds(asked: Sequence[Job]) -> float:
    """How long the simulations took when they were stored; without end where one does not say."""
    return sum(_took(job.path) for job in asked)


def _took(path: Path) -> float:
    with results.opened(path) as stored:
        return float(stored.attrs.get("seconds", math.inf))


def again(job: Job, tell: Tell) -> Again:
    """Make one stored simulation again and compare: the task of a worker."""
    stored = results.load(job.path, contract=False)
    asked = asked_of(job.path, stored.attrs)
    made = job.simulate(
        asked.scenario, asked.seed, scale=asked.scale, until=asked.until, without=asked.without, draw=asked.draw,
        progress=lambda *news: tell(news), start=None, keep=None, plan=asked.plan,
    )  # fmt: skip
    then = {name: str(stored.attrs.get(name, "")) for name in made_with()}
    names, unlike = {*stored.variables, *made.variables}, compared(stored, made)
    return Again(job.label, len(names), unlike, differences(made_with(), then))


def asked_of(path: Path, said: Mapping[str, Any]) -> Asked:
    """What it takes to make a simulation again, from the attributes of its file."""
    missing = [name for name in NEEDED if name not in said]
    if missing:
        raise MohallaError(f"{path}: does not say how it was made ({listed(missing)} missing from its attributes).")
    try:
        scenario = reading.from_json_text(said["scenario_text"])
    except ValueError as error:
        first = str(error).splitlines()[0]
        raise MohallaError(f"{path}: this version cannot read the scenario it was made from: {first}.") from None
    without = tuple(str(said["without"]).split())
    unknown = [name for name in without if name not in DECLARED]
    if unknown:
        raise MohallaError(f"{path}: was made without '{unknown[0]}', which this version does not have.")
    last_monday = date.fromisoformat(said["start"]) + timedelta(weeks=int(said["weeks"]) - 1)
    plan = from_text(str(said.get("plan", "")), str(said.get("plan_does", "")))
    return Asked(scenario, int(said["seed"]), int(said["scale"]), last_monday, without, said["drawn"] != "{}", plan)


def rerun(run: store.Run, found: Sequence[Again]) -> Rerun:
    """What came of a whole run; source files are compared only where the code is not the same."""
    order = list(run.simulations)
    worlds = sorted(found, key=lambda one: order.index(one.label))
    made = list(dict.fromkeys(words for world in worlds for words in world.made))
    return Rerun(run.id, worlds, made, files_changed(run) if made else [])


def as_data(found: Rerun) -> dict[str, Any]:
    """What came of a run, as --json prints it."""
    worlds = {
        one.label: {"same": one.same, "compared": one.compared, "different": one.different} for one in found.worlds
    }
    return {"run": found.run, "same": found.same, "version": found.made, "files": found.files, "worlds": worlds}


def files_changed(run: store.Run) -> list[str]:
    """Source files that are not what they were when a run was made; none where it does not say."""
    try:
        then: dict[str, str] = json.loads((run.folder / "sources.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    now = source_files()
    return sorted(name for name in {*then, *now} if then.get(name) != now.get(name))


# --- bits ------------------------------------------------------------------------------------------------------------


def compared(stored: xr.Dataset, made: xr.Dataset) -> dict[str, str]:
    """Variables and coordinates that differ in any bit, and how, in words."""
    found: dict[str, str] = {}
    for name in map(str, [*stored.variables, *(name for name in made.variables if name not in stored.variables)]):
        if name not in made.variables:
            found[name] = "no longer made"
        elif name not in stored.variables:
            found[name] = "not in the stored results"
        elif words := _difference(stored[name], made[name]):
            found[name] = words
    return found


def _difference(stored: xr.DataArray, made: xr.DataArray) -> str:
    """How two variables differ; nothing where every bit is the same."""
    one, other = stored.values, made.values
    if one.shape != other.shape:
        return f"has shape {one.shape} and now {other.shape}"
    if one.dtype != other.dtype and one.dtype.kind in NUMBERS:
        return f"is {one.dtype} and now {other.dtype}"
    unlike = _unlike(one, other)
    count = int(unlike.sum())
    if not count:
        return ""
    words = f"{count:,} of {one.size:,} values"
    if stored.dims[:1] == ("week",):
        first = int(np.argmax(unlike.reshape(len(one), -1).any(axis=1)))
        words += f", first in the week of {np.datetime_as_string(made['week'].values[first], unit='D')}"
    if one.dtype.kind in NUMBERS:
        words += f", by {_most(one[unlike], other[unlike]):.3g} at most"
    return words


def _most(one: np.ndarray, other: np.ndarray) -> float:
    """The largest difference, as far as both are numbers."""
    apart = np.abs(one.astype(float) - other.astype(float))
    return float(apart[np.isfinite(apart)].max(initial=0.0))


def _unlike(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Where two arrays differ in any bit; all that is no number is alike, and so are texts and dates however stored."""
    if one.dtype.kind in "OUST":
        return np.asarray(one.astype(str) != other.astype(str))
    if one.dtype.kind == "M":
        return np.asarray(one.astype("datetime64[ns]") != other.astype("datetime64[ns]"))
    bits = np.dtype(f"u{one.dtype.itemsize}")
    unlike = np.asarray(np.ascontiguousarray(one).view(bits) != np.ascontiguousarray(other).view(bits))
    return unlike & ~(np.isnan(one) & np.isnan(other)) if one.dtype.kind == "f" else unlike
