"""Made-up answers of a comparison, in which every difference is known beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import xarray as xr

from mohalla.calendar import date_of
from mohalla.experiments import comparison
from mohalla.experiments.compare import AGAIN, Found, Question, Rule, arms
from mohalla.experiments.effects import When, measured
from mohalla.plan import NOTHING, Plan
from tests.fake_run import fake_dataset, tiny_scenario
from workbench.plans import ENGINE

BRANCH_WEEK, WEEKS = 200, 521


def asked(plans: Sequence[Plan]) -> Question:
    """A comparison in Harbour, from 1993-11-01 to its end."""
    town = tiny_scenario()
    branch, until = date_of(BRANCH_WEEK, town.about.start), town.about.end
    return Question(town, arms(plans, town, branch, until), branch, until, 10, (), ENGINE)


def plan(name: str, value: str = "services") -> Plan:
    """A plan of two years that says something of its own."""
    one = {"value": value, "set": round(0.1 + 0.01 * (sum(map(ord, name)) % 90), 2)}
    span = {"from": "1994-01-03", "to": "1996-01-07"}
    return Plan.model_validate({"name": name, "title": name.title(), "interventions": [{**one, **span}]})


PLANS = (NOTHING, plan("served"), plan("watched"))
Changes = Mapping[str, Mapping[str, Sequence[float | None]]]


def found(question: Question, seeds: int, changes: Changes) -> Found:
    """Answers for each seed; `changes` are values by plan and measure, one a seed."""
    worlds: Found = {}
    for seed in range(1, seeds + 1):
        first = measured(fake_dataset(tiny_scenario(), seed, WEEKS), tiny_scenario(), When(BRANCH_WEEK, BRANCH_WEEK))
        worlds[seed] = {name: deepcopy(first) for name in (*(arm.name for arm in question.arms), AGAIN)}
        for name, table in changes.items():
            for measure, values in table.items():
                _put(worlds[seed][name], measure, values[seed - 1])
    return worlds


def _put(answer: Any, measure: str, value: float | None) -> None:
    part = answer["city"] if measure in answer["city"] else answer["organisations"]["lamp"]
    assert measure in part
    part[measure] = value


def compared(
    seeds: int = 6, changes: Changes | None = None, plans: Sequence[Plan] = PLANS, rule: Rule | None = None
) -> xr.Dataset:
    """A comparison in which plans change just this."""
    question = asked(plans)
    return comparison.dataset(found(question, seeds, changes or {}), question, "lamp", rule, 200)
