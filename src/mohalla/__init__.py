"""Mohalla: how an armed political party takes, holds and loses a city, one neighbourhood at a time.

    >>> import mohalla
    >>> town = mohalla.load("small-town")
    >>> dataset = mohalla.simulate(town, seed=1)
    >>> mohalla.report(dataset)

Importing this package only defines these doors; what is heavy is loaded when a door is first opened.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from mohalla.plan import Plan
    from mohalla.scenario import Scenario
    from mohalla.store import Run

__all__ = ["__version__", "compare", "events", "load", "report", "simulate"]
__version__ = "0.1.0"

MOST_SEED = 2**63 - 1
MOST_SCALE = 10_000


def load(name_or_path: str | Path) -> Scenario:
    """The scenario of a shipped name ("karachi", "small-town") or in a TOML file, checked."""
    from mohalla.mechanisms import DECLARED
    from mohalla.reading import read

    return read(name_or_path, DECLARED)


def simulate(
    scenario: Scenario | str | Path,
    seed: int = 1,
    *,
    scale: int = 10,
    until: date | str | None = None,
    without: Iterable[str] = (),
    draw: bool = False,
    progress: Callable[[int, int, date], None] | None = None,
    plan: Plan | str | None = None,
) -> xr.Dataset:
    """Simulate a scenario week by week: the same question and seed give the same Dataset, bit for bit.

    One resident is simulated for every `scale` adults (a scale that leaves fewer than 50 residents is refused), up to
    the last day `until` (else the scenario's own), `without` the mechanisms named. `draw` draws uncertain parameters
    anew from the seed; else they have their central values. `progress` is called with the week, the number of weeks and
    the date. A `plan` (a `mohalla.plan.Plan`, the name of a shipped one or of a file, or several joined by `+`) is laid
    over the scenario.
    """
    from mohalla import coarse, reading
    from mohalla.engine.simulate import simulate as run
    from mohalla.mechanisms import DECLARED, SWITCHABLE

    scenario = load(scenario) if isinstance(scenario, str | Path) else scenario
    last = None if until is None else reading.last_day(str(until), scenario)
    laid = reading.plan_for(plan, scenario, DECLARED, last)
    dataset = run(
        scenario,
        reading.within("seed", seed, 0, MOST_SEED),
        scale=coarse.enough(scenario, reading.within("scale", scale, 1, MOST_SCALE)),
        until=last,
        without=reading.switched_off([without] if isinstance(without, str) else without, SWITCHABLE),
        draw=draw,
        progress=progress,
        plan=laid,
    )
    return dataset.assign_attrs(scenario_text=reading.as_json_text(scenario))


def compare(
    scenario: Scenario | str | Path,
    plans: Iterable[Plan | str],
    seeds: int = 32,
    *,
    branch: str | None = None,
    until: str | None = None,
    scale: int = 50,
    until_ci: float | None = None,
    party: str | None = None,
    rules: Iterable[str] = (),
    without: Iterable[str] = (),
    out: Path | str | None = None,
    workers: int | None = None,
) -> xr.Dataset:
    """Compare plans in the same worlds: every measure by plan and seed, and differences from the first plan.

    Plans part on `branch` (as "2013-09"; else when the first begins) and the run goes on to `until`. With `until_ci`,
    worlds are added, `seeds` at most, until differences in release and coerced are known to this share on either side.
    `rules` names other rules of extrapolation, under which the first 8 worlds are simulated too (`toll_by_rule`).
    What is measured of a branch is kept under `out` (else $MOHALLA_RUNS or ./runs) as soon as it ends; asked again, the
    same comparison goes on. The Dataset itself is returned and not stored.
    """
    from mohalla import coarse, reading, store
    from mohalla.experiments import asking, comparison
    from mohalla.experiments import compare as comparing
    from mohalla.mechanisms import DECLARED, SWITCHABLE

    scenario = load(scenario) if isinstance(scenario, str | Path) else scenario
    reading.within("seeds", seeds, 1, MOST_SEED)
    coarse.enough(scenario, reading.within("scale", scale, 1, MOST_SCALE))
    off = reading.switched_off([without] if isinstance(without, str) else without, SWITCHABLE)
    named = tuple(plans)
    asked = asking.Asked(scenario.about.name, (), seeds, branch, until, scale, off, until_ci, party, tuple(rules))
    question = asking.question(asked, scenario, DECLARED, asking.engine(), named)
    rule, of = asking.rule(asked, scenario), asking.party(asked, scenario)
    found = comparing.run(comparing.jobs(question, range(1, seeds + 1), store.root(out)), workers, rule=rule)
    return comparison.dataset(found, question, of, rule, seeds)


def report(run: Run | xr.Dataset | str | Path, out: Path | str | None = None) -> Path:
    """Write the HTML report of a run and say where: in the run's folder, or at `out`.

    `run` is a stored run (its id, the beginning of it, "last", or its folder) or a Dataset, which is stored first.
    """
    from xarray import Dataset

    from mohalla import store
    from mohalla.mechanisms import DECLARED
    from mohalla.report.stored import kept, report_on

    if not isinstance(run, store.Run | str | Path | Dataset):
        raise TypeError(f"a run is a Dataset, the id of a stored run or its folder, not {type(run).__name__}")
    stored = run if isinstance(run, store.Run) else store.find(run) if isinstance(run, str | Path) else kept(run)
    return report_on(stored, DECLARED, Path(out) if out else None)


def events(run: Run | xr.Dataset | str | Path, world: str | None = None) -> pd.DataFrame:
    """What happened in a run that a reader would want told: one row an event, with dates, names and a sentence.

    `run` is a Dataset or a stored run (its id, the beginning of it, "last", or its folder); of a stored run, `world`
    is the label of one of its simulations, the first where none is named.
    """
    from mohalla import results, store

    if isinstance(run, str | Path | store.Run):
        kept = store.find_simulated(run) if isinstance(run, str | Path) else run
        run = results.load(store.simulation(kept, world))
    return results.events(run)


class _Door(ModuleType):
    """This module. Importing `mohalla.report` or `mohalla.events` must not put a module in the place of a function.

    Asked what it has, it names its doors, and not what it needed to define them.
    """

    def __dir__(self) -> list[str]:
        return [*__all__, *(name for name in self.__dict__ if name.startswith("__") and name not in __all__)]

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Door
