"""What happened, as a table: the log that steps appended to, and what the scenario imposed with a date."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from mohalla.calendar import week_of
from mohalla.events import EVENT_COLUMNS, KIND, NOWHERE, ORGANISATION, WEEK, Event
from mohalla.observables import EVENTS
from mohalla.scenario import Operation, Scenario
from mohalla.state import Array


class Row(NamedTuple):
    """One imposed event, in the columns of the log."""

    week: int
    kind: Event
    organisation: int = 0
    other: int = 0
    tier: int = NOWHERE
    unit: int = NOWHERE
    size: float = 0.0


def columns(
    scenario: Scenario, weeks: int, without: Collection[str], arrays: Mapping[str, Array], into: Mapping[str, Array]
) -> dict[str, Array]:
    """Every variable of the events table, in order of week; what is imposed comes first in its week."""
    told = _emergent(arrays["events"][: told_rows(arrays)], into["stance_imposed"])
    imposed = [*_foundings(scenario, weeks), *_stances(into["stance"], into["stance_imposed"])]
    if "operation" not in without:
        imposed += _operations(scenario, weeks)
    rows = np.array([*imposed, *map(tuple, told)], float).reshape(-1, len(EVENT_COLUMNS))
    flags = np.arange(len(rows)) < len(imposed)
    order = np.argsort(rows[:, WEEK], kind="stable")
    table = (*rows[order].T, flags[order])
    return {one.name: np.asarray(column).astype(one.dtype) for one, column in zip(EVENTS, table, strict=True)}


def _emergent(log: Array, imposed: Array) -> Array:
    """The log without stances that a step told though the scenario imposes them: those are told here."""
    twice = [row[KIND] == Event.STANCE and imposed[int(row[WEEK]), int(row[ORGANISATION])] != 0 for row in log]
    return np.asarray(log[~np.array(twice, bool)])


def told_rows(arrays: Mapping[str, Array]) -> int:
    """Rows of the log that hold something."""
    return min(int(arrays["event_count"][0]), len(arrays["events"]))


def dropped(arrays: Mapping[str, Array]) -> int:
    """Events that found no room in the log."""
    return int(arrays["event_count"][0]) - told_rows(arrays)


def _foundings(scenario: Scenario, weeks: int) -> Iterator[Row]:
    for k, one in enumerate(scenario.organisations, start=1):
        week = week_of(one.founded, scenario.about.start)
        if 0 <= week < weeks and one.founded >= scenario.about.start:
            yield Row(week, Event.FOUNDING, k, size=one.workers + one.armed)


def _stances(stance: Array, imposed: Array) -> Iterator[Row]:
    """Weeks in which a stance became another one that is imposed; what the centre chose itself its own step tells."""
    for week, k in np.argwhere((np.diff(stance.astype(int), axis=0) != 0) & (imposed[1:] != 0)):
        yield Row(int(week) + 1, Event.STANCE, int(k), size=float(stance[week + 1, k]))


def _operations(scenario: Scenario, weeks: int) -> Iterator[Row]:
    for one in scenario.state.operations:
        first, last = (week_of(day, scenario.about.start) for day in (one.start, one.end))
        target = main_target(scenario, one)
        if 0 <= first < weeks:
            yield Row(first, Event.OPERATION_BEGINS, target, size=one.raids_per_week)
        if 0 <= last < weeks:
            yield Row(last, Event.OPERATION_ENDS, target, size=one.raids_per_week)
            kept = Event.ANNOUNCEMENT_KEPT if one.kept else Event.ANNOUNCEMENT_BROKEN
            yield Row(last, kept, target, size=one.announced_years)


def main_target(scenario: Scenario, operation: Operation) -> int:
    """The organisation at which most of an operation's raids aim (0 where it aims at none of those declared)."""
    aims = {name: share for name, share in operation.targets.items() if share > 0.0}
    return scenario.organisation_ids.index(max(aims, key=lambda name: aims[name])) if aims else 0
