"""What the connectors share: a city as a function of some of its numbers.

A number is called `mechanism_parameter`: `coercion_force_half` is `force_half` of `coercion`. Its range is the one held
plausible, or the scenario's own. What comes back are the measures of an ablation, of one party.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

import numba
import numpy as np
import xarray as xr

from mohalla import reading
from mohalla.engine.simulate import simulate
from mohalla.errors import MohallaError, nearest
from mohalla.experiments.ablation import reading as measured
from mohalla.experiments.measures import MEASURES
from mohalla.mechanisms import DECLARED
from mohalla.parameters import Value
from mohalla.scenario import Scenario

OUTCOMES = tuple(one.name for one in MEASURES)


class Question(NamedTuple):
    """What does not change between simulations: how a city is simulated, over how many seeds, and who is measured."""

    scenario: Scenario
    party: str
    seeds: int = 1
    scale: int = 10
    until: date | None = None
    plans: Mapping[str, Any] = {}


def question(
    scenario: Scenario,
    *,
    party: str | None = None,
    seeds: int = 1,
    scale: int = 10,
    until: date | str | None = None,
    plans: Mapping[str, Any] | None = None,
) -> Question:
    """A question, checked. The party is the one named, else the first that the scenario declares."""
    known = [one.id for one in scenario.organisations]
    last = None if until is None else reading.last_day(str(until), scenario)
    named = known[0] if party is None else reading.one_of("party", party, known)
    return Question(scenario, named, reading.within("seeds", seeds, 1, 1000), scale, last, plans or {})


def numbers(scenario: Scenario, names: Collection[str] = ()) -> dict[str, Value]:
    """The numbers of a scenario with their values and ranges: those named, or all whose range is more than a point."""
    resolved = reading.resolved_parameters(scenario, DECLARED)
    every = {f"{mechanism}_{key}": value for mechanism, table in resolved.items() for key, value in table.items()}
    for name in names:
        if name not in every:
            raise MohallaError(f"no parameter '{name}'.{nearest(name, every)} `mohalla show --parameters` lists them.")
    return {name: one for name, one in every.items() if (name in names if names else one.known.low < one.known.high)}


def changed(scenario: Scenario, settings: Mapping[str, float]) -> Scenario:
    """The scenario with some numbers set, each within its range."""
    if not settings:
        return scenario
    table = {mechanism: dict(values) for mechanism, values in scenario.parameters.items()}
    for name, one in numbers(scenario, settings).items():
        value = float(settings[name])
        if not one.known.low <= value <= one.known.high:
            raise MohallaError(f"{name} = {value:g}: must be between {one.known.low:g} and {one.known.high:g}.")
        mechanism, _, key = name.partition("_")
        table.setdefault(mechanism, {})[key] = value
    return scenario.model_copy(update={"parameters": table})


def simulated(asked: Question, seed: int, settings: Mapping[str, float], plan: str | None = None) -> xr.Dataset:
    """One simulation with some numbers set, under a plan of the question where one is named. One core does it."""
    under: dict[str, Any] = {} if plan is None else {"plan": asked.plans[plan]}
    with _one_thread():
        return simulate(changed(asked.scenario, settings), seed, scale=asked.scale, until=asked.until, **under)


def answer(asked: Question, settings: Mapping[str, float], plan: str | None = None) -> dict[str, float]:
    """Every measure of the party, averaged over seeds 1, 2, ...: the same seeds whatever the numbers."""
    found = []
    for seed in range(1, asked.seeds + 1):
        values = measured(simulated(asked, seed, settings, plan), asked.scenario).values
        found.append(values.get(asked.party, dict.fromkeys(OUTCOMES, float("nan"))))
    return {name: float(np.mean([one[name] for one in found])) for name in OUTCOMES}


@contextmanager
def _one_thread() -> Iterator[None]:
    """Whoever asks for many simulations spreads them over cores himself."""
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        yield
    finally:
        numba.set_num_threads(before)
