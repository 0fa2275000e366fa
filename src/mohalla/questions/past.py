"""A stored world run again up to a week, bit for bit: what was kept says how, and the two are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from mohalla import results, store
from mohalla.calendar import date_of, week_of
from mohalla.engine import cpu, interventions, polls, simulate
from mohalla.engine.week import OBSERVE
from mohalla.errors import MohallaError
from mohalla.mechanisms import DECLARED
from mohalla.plan import from_text
from mohalla.report.words import short_names
from mohalla.scenario import Scenario

NEEDED = ("face", "killings", "unit_population")
Progress = Callable[[int, int, date], None]


class Past(NamedTuple):
    """One stored world: where it lies, its scenario, and what is needed of its results."""

    path: Path
    scenario: Scenario
    kept: xr.Dataset

    @property
    def weeks(self) -> int:
        return int(self.kept.sizes["week"])

    @property
    def names(self) -> list[str]:
        """Names of `none`, the organisations and the slots for splinters."""
        _, *names = short_names(self.scenario).values()
        return ["no organisation", *names]

    def place(self, unit: int) -> str:
        """A unit with its sector and district."""
        sector, district = (str(self.kept[f"unit_{name}"].values[unit]) for name in ("sector", "district"))
        return f"unit {unit + 1}, sector {sector}, district {district}"

    def day(self, week: int) -> date:
        """The Monday of a week of the run."""
        return date_of(week, self.scenario.about.start)


def remembered(run: store.Run, world: str | None = None) -> Past:
    """One world of a stored run: the one named, else the first."""
    path = store.simulation(run, world)
    return Past(path, store.scenario_of(run), results.load(path, NEEDED))


def week_asked(past: Past, text: str) -> int:
    """The week that holds a day, which must lie in the run."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise MohallaError(f"--week {text}: must be a day such as {past.day(past.weeks // 2)}.") from None
    week = week_of(day, past.scenario.about.start)
    if not 0 <= week < past.weeks:
        first, last = past.day(0), past.day(past.weeks - 1)
        raise MohallaError(f"--week {text}: this run goes from the week of {first} to that of {last}.")
    return week


def begun(past: Past) -> simulate.Run:
    """The stored world about to begin its first week again."""
    attrs = past.kept.attrs
    missing = [name for name in ("seed", "scale", "without", "drawn") if name not in attrs]
    if missing:
        raise MohallaError(f"{past.path}: does not say how it was made ('{missing[0]}' is missing).")
    unknown = [name for name in str(attrs["without"]).split() if name not in DECLARED]
    if unknown:
        raise MohallaError(f"{past.path}: was made without '{unknown[0]}', which this version does not have.")
    run = simulate.prepare(
        past.scenario,
        int(attrs["seed"]),
        scale=int(attrs["scale"]),
        until=past.day(past.weeks - 1),
        without=str(attrs["without"]).split(),
        draw=attrs["drawn"] != "{}",
    )
    plan = from_text(str(attrs.get("plan", "")), str(attrs.get("plan_does", "")))
    if plan is None:
        return run
    laid = interventions.lay(plan, run.world, run.arrays, run.numbers, run.seed, run.without)
    return run._replace(laid=laid)


def moments(past: Past, run: simulate.Run, last: int, progress: Progress | None = None) -> Iterator[tuple[int, str]]:
    """The steps up to the end of a week, each about to be done; in the end the week is compared with what is stored."""
    for week, step in simulate.play(run, polls.calendar(past.scenario, run.world.weeks), [], apart=True):
        if progress and step == OBSERVE and (week % simulate.PROGRESS_EVERY == 0 or week == last):
            progress(week + 1, last + 1, past.day(week))
        yield week, step
        if week == last and step == OBSERVE:
            break
    hold_to(past, run, last)


@contextmanager
def quietly(run: simulate.Run) -> Iterator[None]:
    """Hashes may overflow, and a small world runs on one thread."""
    with np.errstate(over="ignore"), cpu.threads_for(run.world.sizes["resident"]):
        yield


def hold_to(past: Past, run: simulate.Run, week: int) -> None:
    """An explanation of another run than the one stored would be worth nothing: refuse it."""
    counted = by_sector(run, run.arrays["unit_face"]) * run.world.scale
    if not np.array_equal(counted, past.kept["face"].values[week]):
        made, now = (past.kept.attrs.get("sources", "?"), cpu.source_hash())
        raise MohallaError(
            f"{past.path}: run again, this world gives other results, so nothing about it can be explained. It was "
            f"made by sources {made}, these are {now}. `mohalla run` makes a run that can be explained."
        )


def by_sector(run: simulate.Run, values: Any) -> np.ndarray:
    """Values of units added up over their sectors."""
    total = np.zeros((run.world.sizes["sector"], *values.shape[1:]), values.dtype)
    np.add.at(total, run.arrays["unit_sector"], values)
    return total
