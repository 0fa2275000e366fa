"""The steps that go by unit, in one pass on all cores over the units whose turn it is.

Residents take stock in turns: each week every fourth unit, or as the scenario says (`turn_weeks`). What they are given,
what they decide and how they are counted is worked out for a few units at a time, while their numbers are at hand in
the processor's cache: a loop for each step would fetch them all again, and wait for the other cores each time. One unit
at a time would be too few: to turn from one step's code to the next one's takes time too.
Flags tell which steps are to be done, so that one piece of compiled code does for a whole week, for a week without some
mechanism, and for one step alone.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Collection
from itertools import pairwise
from typing import Any

import numpy as np
from numba import prange

from mohalla.mechanisms import coercion, demography, extortion, pressures, residents, rivalry
from mohalla.state import Array
from mohalla.steps import Step

MODULES = (rivalry, coercion, pressures, residents, extortion, demography)
STEPS: tuple[Step, ...] = tuple(step for module in MODULES for step in module.STEPS if step.by_unit)
NAMES = tuple(step.name for step in STEPS)
WRITES = frozenset(name for step in STEPS for name in step.writes)
AT_ONCE = 4  # units, at most
OF_A_UNIT = 0.4  # what a unit costs however few live there, against what its residents cost where as many live as usual


def sweep(
    week, seed, of_residents, of_rivalry, of_coercion, of_pressures, of_extortion, of_demography,
    to_dispute, to_watch, to_show, to_condense, to_decide, to_demand, to_grow, to_replace, parts,
    entered, cells, workers, armed, unit_first, unit_adjacent, turn_weeks, order, help, lasting, services, served_years,
    frightening, patron, kinship, traders_here, adults_per_resident, cell_start, active, caution_table,
    community_appeal, rally, protection, announced_years, credibility, census_count, communities, trader_start, adults,
    people_here, unit_people, cell_count, face_here, noticed, watch, unit_watch, force, nearby, met, seen, reach,
    exposed, shelter, paying_here, punished_here, resentment, local_appeal, gain, risk, unit_risk, worst, remembered,
    strongest, harm, calm_years, peak, relapse, heart, face, fear, reversals, next_heart, next_face, pulls, stakes,
    unit_face, unit_heart, unit_honest, followers, believers, took_stock, unit_fear, unit_belief, unit_reversals,
    unit_tips, paying, reporting_here, at_stake,
) -> None:  # fmt: skip
    """The turn of every unit that is due, as far as it is the unit's own, a few units at a time."""
    turns = parts.shape[0]  # one after the other; those of one are so many units apart
    for part in prange(parts.shape[1] - 1):
        first, beyond = parts[week % turns, part], parts[week % turns, part + 1]
        for u in range(first, beyond if to_dispute else first, turns):
            rivalry.dispute(u, week, seed, of_rivalry, active, patron, kinship, unit_people, unit_face, at_stake)
        for u in range(first, beyond if to_watch else first, turns):
            coercion.watch_and_force(
                u, week, seed, of_coercion, entered, cells, workers, armed, adults, face_here, people_here, unit_first,
                unit_adjacent, noticed, watch, unit_watch, force)  # fmt: skip
        for u in range(first, beyond if to_show else first, turns):
            pressures.show_presence(
                u, week, seed, of_pressures, unit_first, entered, face_here, people_here, followers, workers, armed,
                adults, force, order, nearby, met, seen, reach, exposed, shelter)  # fmt: skip
        for u in range(first, beyond if to_condense else first, turns):
            pressures.condense(
                u, week, seed, of_pressures, turn_weeks, unit_first, entered, help, watch, force, lasting, services,
                served_years, frightening, adults, patron, paying_here, traders_here, punished_here,
                adults_per_resident, seen, resentment, local_appeal, gain, risk, unit_risk, worst, remembered,
                strongest, harm, calm_years, peak, relapse)  # fmt: skip
        for u in range(first, beyond if to_decide else first, turns):
            residents.sweep(
                u, week, seed, of_residents, unit_first, cell_start, active, caution_table, community_appeal, rally,
                protection, local_appeal, reach, gain, risk, worst, exposed, shelter, strongest, harm, calm_years,
                relapse, services, announced_years, credibility, cell_count, adults_per_resident, heart, face, fear,
                reversals, next_heart, next_face, pulls, stakes, face_here, unit_face, unit_heart, unit_honest,
                followers, believers, took_stock, unit_fear, unit_belief, unit_reversals, unit_tips)  # fmt: skip
        for u in range(first, beyond if to_demand else first, turns):
            extortion.sweep(
                u, week, seed, of_extortion, trader_start, strongest, force, unit_first, traders_here, paying,
                paying_here, reporting_here, punished_here)  # fmt: skip
        for u in range(first, beyond if to_grow else first, turns):
            demography.grow(
                u, week, seed, of_demography, unit_first, cell_start, census_count, communities, adults_per_resident,
                cell_count, people_here, unit_people, adults, heart, face, fear, reversals, face_here, unit_face,
                unit_heart, unit_honest, followers, believers)  # fmt: skip
        for u in range(first, beyond if to_replace else first, turns):
            demography.replace(
                u, week, seed, of_demography, turn_weeks, unit_first, cell_start, cell_count, people_here, unit_people,
                communities, fear, reversals)  # fmt: skip


def wanted(names: Collection[str]) -> tuple[bool, ...]:
    """One flag for each step: whether it is to be done."""
    return tuple(name in names for name in NAMES)


NUMBERS = (
    "residents",
    "rivalry",
    "coercion",
    "pressures",
    "extortion",
    "demography",
)  # whose numbers the pass takes, in that order
TAKES = tuple(inspect.signature(sweep).parameters)[3 + len(NUMBERS) + len(STEPS) :]  # the arrays, in that order


def parts_of(people: Array, cores: int) -> Array:
    """The first unit of each part, and the end, for units in which so many live.

    Each core gets a stretch of units that cost as much as any other's, in as many parts. Stretches, because what is
    read in order is read ahead of its use.
    """
    costs = people + OF_A_UNIT * people.mean()
    ends = np.cumsum(costs)
    bounds = np.searchsorted(ends - costs / 2, np.arange(cores + 1) / cores * ends[-1])
    bounds[-1] = people.size
    rounds = math.ceil(np.diff(bounds).max() / AT_ONCE)
    firsts = [first + np.arange(rounds) * (beyond - first) // rounds for first, beyond in pairwise(bounds)]
    return np.concatenate([*firsts, bounds[-1:]])


def due(units: int, turn_weeks: int) -> list[Array]:
    """The units whose turn it is in each of so many weeks, again and again: every so-maniest from another first one."""
    return [np.arange(phase, units, turn_weeks) for phase in range(turn_weeks)]


def dealt(people: Array, turn_weeks: int, cores: int) -> Array:
    """For each turn, a row: the first unit of each of its parts, and the end; filled up with parts of nobody."""
    turns = due(people.size, turn_weeks)
    parts = [phase + turn_weeks * parts_of(people[units], cores) for phase, units in enumerate(turns) if units.size]
    longest = max(one.size for one in parts)
    filled = [np.pad(one, (0, longest - one.size), "edge") for one in parts]
    return np.array(filled + [np.zeros(longest)] * (turn_weeks - len(parts)), np.int64)


def over_units(step: Step, units: int, turn_weeks: int) -> Callable[..., None]:
    """A step's sweep over the units whose turn it is, as plain Python."""
    turns = due(units, turn_weeks)

    def plain_sweep(week: int, seed: np.uint64, p: Any, *arrays: Array) -> None:
        for u in turns[week % turn_weeks]:
            step.sweep(int(u), week, seed, p, *arrays)

    return plain_sweep
