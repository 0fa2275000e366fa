"""The steps that go by unit, in one pass on all cores over the units whose turn it is.

Residents take stock in turns: each week every fourth unit, or as the scenario says (`turn_weeks`). What they are given,
what they decide and how they are counted is worked out for one unit at a time, while its numbers are at hand in the
processor's cache: a loop for each step would fetch them all again, and wait for the other cores each time.
Flags tell which steps are to be done, so that one piece of compiled code does for a whole week, for a week without some
mechanism, and for one step alone.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numba import prange

from mohalla.engine import sharing
from mohalla.mechanisms import coercion, demography, extortion, pressures, residents, rivalry
from mohalla.state import Array
from mohalla.steps import Step

MODULES = (rivalry, coercion, pressures, residents, extortion, demography)
STEPS: tuple[Step, ...] = tuple(step for module in MODULES for step in module.STEPS if step.by_unit)
NAMES = tuple(step.name for step in STEPS)
WRITES = frozenset(name for step in STEPS for name in step.writes)


def sweep(
    week, seed, of_residents, of_rivalry, of_coercion, of_pressures, of_extortion, of_demography,
    to_dispute, to_watch, to_show, to_condense, to_decide, to_demand, to_grow, to_replace, in_turn, cores,
    entered, cells, workers, armed, unit_first, unit_adjacent, turn_weeks, order, help, lasting, services, served_years,
    frightening, patron, kinship, traders_here, adults_per_resident, cell_start, active, caution_table,
    community_appeal, rally, protection, announced_years, credibility, census_count, communities, trader_start, adults,
    people_here, unit_people, cell_count, face_here, noticed, watch, unit_watch, force, rival_force, nearby, met, seen,
    reach, exposed, shelter, paying_here, punished_here, resentment, local_appeal, gain, risk, unit_risk, worst,
    remembered, strongest, harm, calm_years, peak, relapse, heart, face, fear, reversals, next_heart, next_face, pulls,
    stakes, unit_face, unit_heart, unit_honest, followers, believers, took_stock, unit_fear, unit_belief,
    unit_reversals, unit_tips, paying, reporting_here, at_stake,
) -> None:  # fmt: skip
    """The turn of every unit that is due, as far as it is the unit's own: every so-maniest from another first one."""
    due = len(range(week % in_turn, unit_first.size - 1, in_turn))
    begun = np.zeros(due, np.int64)
    for look in prange(cores * due):
        one = sharing.found(look, due, cores, begun)
        if one < 0:
            continue
        u = week % in_turn + one * in_turn
        if to_dispute:
            rivalry.dispute(u, week, seed, of_rivalry, active, patron, kinship, unit_people, unit_face, at_stake)
        if to_watch:
            coercion.watch_and_force(
                u, week, seed, of_coercion, entered, cells, workers, armed, adults, face_here, people_here, unit_first,
                unit_adjacent, noticed, watch, unit_watch, force, rival_force)  # fmt: skip
        if to_show:
            pressures.show_presence(
                u, week, seed, of_pressures, unit_first, entered, face_here, people_here, followers, workers, armed,
                adults, force, order, nearby, met, seen, reach, exposed, shelter)  # fmt: skip
        if to_condense:
            pressures.condense(
                u, week, seed, of_pressures, turn_weeks, unit_first, entered, help, watch, force, lasting, services,
                served_years, frightening, adults, patron, paying_here, traders_here, punished_here,
                adults_per_resident, seen, resentment, local_appeal, gain, risk, unit_risk, worst, remembered,
                strongest, harm, calm_years, peak, relapse)  # fmt: skip
        if to_decide:
            residents.sweep(
                u, week, seed, of_residents, unit_first, cell_start, active, caution_table, community_appeal, rally,
                protection, local_appeal, reach, gain, risk, worst, exposed, shelter, strongest, harm, calm_years,
                relapse, services, announced_years, credibility, cell_count, adults_per_resident, heart, face, fear,
                reversals, next_heart, next_face, pulls, stakes, face_here, unit_face, unit_heart, unit_honest,
                followers, believers, took_stock, unit_fear, unit_belief, unit_reversals, unit_tips)  # fmt: skip
        if to_demand:
            extortion.sweep(
                u, week, seed, of_extortion, trader_start, strongest, force, unit_first, traders_here, paying,
                paying_here, reporting_here, punished_here)  # fmt: skip
        if to_grow:
            demography.grow(
                u, week, seed, of_demography, unit_first, cell_start, census_count, communities, adults_per_resident,
                cell_count, people_here, unit_people, adults, heart, face, fear, reversals, face_here, unit_face,
                unit_heart, unit_honest, followers, believers)  # fmt: skip
        if to_replace:
            demography.replace(
                u, week, seed, of_demography, turn_weeks, unit_first, cell_start, cell_count, people_here, unit_people,
                communities, fear, reversals)  # fmt: skip


def wanted(names: Collection[str]) -> tuple[bool, ...]:
    """One flag for each step: whether it is to be done."""
    return tuple(name in names for name in NAMES)


NUMBERS = ("residents", *(one.NAME for one in MODULES if one is not residents))  # whose numbers it takes, in that order
FIRST_ARRAY = (
    4 + len(NUMBERS) + len(STEPS)
)  # after week, seed, numbers, what is to be done, every how many units, cores
TAKES = tuple(inspect.signature(sweep).parameters)[FIRST_ARRAY:]  # the arrays, in that order


def over_units(step: Step, units: int, in_turn: int) -> Callable[..., None]:
    """A step's sweep over the units whose turn it is, as plain Python."""

    def plain_sweep(week: int, seed: np.uint64, p: Any, *arrays: Array) -> None:
        for u in range(week % in_turn, units, in_turn):
            step.sweep(u, week, seed, p, *arrays)

    return plain_sweep
