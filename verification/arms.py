"""Arms of an experiment: the same question with one thing changed, in the same draws.

An arm is a changed scenario, changed numbers, or mechanisms switched off. Common random numbers: every arm of an
experiment runs the same seeds, and a seed draws the same uncertain parameters, the same geography and the same luck in
each, so that a difference within a seed is the doing of the change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from mohalla.engine.simulate import numbers_of
from mohalla.plan import Intervention, Plan
from mohalla.scenario import Delivery, Operation, Organisation, Quantity, Scenario

Change = Callable[[Scenario], Scenario]

CITY = "karachi"
PARTY = "mqm"
PLAN_START = date(2013, 9, 5)  # when the operation of record began
EVEN = {"mqm": 0.4, "ppp": 0.2, "lyari-gangs": 0.2, "anp": 0.1, "ji": 0.1}
ASSUMED = "verification"
PROMISES = 40


class Arm(NamedTuple):
    """One arm: what it is, a changed scenario, drawn numbers multiplied, mechanisms off, the last day, a plan."""

    name: str
    meaning: str
    change: Change | None = None
    factors: Mapping[str, float] = {}
    without: tuple[str, ...] = ()
    until: date | None = None
    plan: Plan | None = None


def prepared(scenario: Scenario, arm: Arm, seed: int) -> Scenario:
    """The scenario this arm simulates for one seed.

    Where numbers change, all are drawn first from the unchanged scenario and then fixed, so that a factor multiplies
    what this seed drew and every other number stays what it is in the other arms.
    """
    changed = arm.change(scenario) if arm.change else scenario
    if not arm.factors:
        return changed
    numbers = numbers_of(scenario, seed, draw=True)
    for name, factor in arm.factors.items():
        mechanism, _, key = name.partition(".")
        numbers[mechanism][key] *= factor
    return changed.model_copy(update={"parameters": numbers})


def years_after(start: date, years: float) -> date:
    """The day so many years later."""
    return start + timedelta(days=round(365.25 * years))


def together(*changes: Change) -> Change:
    """Several changes, one after the other."""

    def change(scenario: Scenario) -> Scenario:
        for one in changes:
            scenario = one(scenario)
        return scenario

    return change


def without_operation(name: str) -> Change:
    """The same history without one operation."""

    def change(scenario: Scenario) -> Scenario:
        kept = tuple(one for one in scenario.state.operations if one.id != name)
        assert len(kept) == len(scenario.state.operations) - 1, f"no operation '{name}'"
        return _with_state(scenario, operations=kept)

    return change


def operation(raids: float, targets: Mapping[str, float], years: float, announced: float | None = None) -> Change:
    """An operation from the day of record on, in place of the one of record; announced for its length, or otherwise."""
    planned = Operation.model_validate({
        "id": "plan", "name": "The plan's operation", "from": PLAN_START, "to": years_after(PLAN_START, years),
        "raids_per_week": raids, "targets": dict(targets), "unlawful": 0.1,
        "announced_years": years if announced is None else announced,
        "kept": announced is None or announced <= years, "source": ASSUMED,
    })  # fmt: skip

    def change(scenario: Scenario) -> Scenario:
        bare = without_operation("targeted")(scenario)
        return _with_state(bare, operations=(*bare.state.operations, planned))

    return change


def delivery(level: float, start: date, end: date) -> Change:
    """Unconditional services at a level in all districts, from one day to another."""
    ordered = Delivery.model_validate({"from": start, "to": end, "level": level, "source": ASSUMED})
    return lambda scenario: _with_state(scenario, delivery=(*scenario.state.delivery, ordered))


def announcer(keeps: bool) -> Change:
    """Forty promises of the centre in the months before the plan, all kept or all broken.

    A promise without force is an operation of one day without raids: it moves the announcer's record and nothing else,
    and history before the plan stays the same for good and bad announcers.
    """
    first = PLAN_START - timedelta(days=4 * PROMISES)
    promised = tuple(
        Operation.model_validate({
            "id": f"promise-{k + 1}", "name": "A promise", "from": first + timedelta(days=4 * k),
            "to": first + timedelta(days=4 * k), "raids_per_week": 0, "targets": {}, "unlawful": 0,
            "announced_years": 0, "kept": keeps, "source": ASSUMED,
        })
        for k in range(PROMISES)
    )  # fmt: skip
    return lambda scenario: _with_state(scenario, operations=(*scenario.state.operations, *promised))


def worthless_office(scenario: Scenario) -> Scenario:
    """Office brings no money."""
    nothing = scenario.economy.office_money_per_adult_per_year.model_dump() | {"value": 0.0, "low": 0.0, "high": 0.0}
    quantity = Quantity.model_validate(nothing)
    economy = scenario.economy.model_copy(update={"office_money_per_adult_per_year": quantity})
    return scenario.model_copy(update={"economy": economy})


def untaught_cells(scenario: Scenario) -> Scenario:
    """No organisation has learnt to watch."""
    untaught = tuple(one.model_copy(update={"cells": 0.0}) for one in scenario.organisations)
    return scenario.model_copy(update={"organisations": untaught})


def timeline_without(name: str) -> Change:
    """The same history without one kind of dated event, as `exclusions`."""
    return lambda scenario: scenario.model_copy(update={"timeline": scenario.timeline.model_copy(update={name: ()})})


def stance(towards: str, start: date, end: date, said: str) -> Change:
    """All stances of record towards an organisation that begin between two days, each another one."""

    def change(scenario: Scenario) -> Scenario:
        stances = tuple(
            one.model_copy(update={"stance": said})
            if one.organisation == towards and start <= one.start <= end
            else one
            for one in scenario.centre.stances
        )
        assert stances != scenario.centre.stances, "no stance of record begins there"
        return scenario.model_copy(update={"centre": scenario.centre.model_copy(update={"stances": stances})})

    return change


def out_of_office(name: str, start: date, end: date) -> Change:
    """Governments of record that begin between two days, without one organisation."""

    def change(scenario: Scenario) -> Scenario:
        governments = tuple(
            one.model_copy(update={"offices": {who: share for who, share in one.offices.items() if who != name}})
            if start <= one.start <= end else one
            for one in scenario.centre.governments
        )  # fmt: skip
        return scenario.model_copy(update={"centre": scenario.centre.model_copy(update={"governments": governments})})

    return change


def untaught(name: str) -> Change:
    """One organisation has not learnt to watch."""

    def without(one: Organisation) -> Organisation:
        return one.model_copy(update={"cells": 0.0}) if one.id == name else one

    return lambda scenario: scenario.model_copy(update={"organisations": tuple(map(without, scenario.organisations))})


def act(value: str, start: date, end: date | None = None, **said: object) -> Intervention:
    """One intervention of a plan."""
    span = {"from": start} | ({"to": end} if end else {})
    return Intervention.model_validate({"value": value, **span, **said, "source": ASSUMED})


def plan(name: str, *acts: Intervention) -> Plan:
    """A plan of these interventions."""
    return Plan(name=name, title=name, interventions=acts)


def again(value: str, start: date, times: int, weeks: int, **said: object) -> tuple[Intervention, ...]:
    """The same intervention within one week, repeated every so many weeks."""
    days = [start + timedelta(weeks=weeks * one) for one in range(times)]
    return tuple(act(value, day, day + timedelta(days=6), **said) for day in days)


def _with_state(scenario: Scenario, **update: object) -> Scenario:
    return scenario.model_copy(update={"state": scenario.state.model_copy(update=update)})
