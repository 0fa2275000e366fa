"""Plans for the armed town, and a comparison of them that takes seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from mohalla.calendar import date_of
from mohalla.engine import branching
from mohalla.engine.simulate import simulate
from mohalla.experiments import compare
from mohalla.experiments.compare import Engine, Question
from mohalla.plan import NOTHING, Plan
from mohalla.scenario import Scenario
from workbench.stepping import armed_town

ENGINE = Engine(simulate, branching.past, branching.branched)
BRANCH, UNTIL = date(1980, 9, 1), date(1981, 6, 28)
WEEK = 34


def plan(name: str, value: str, first: int = WEEK, last: int = WEEK + 20, **said: Any) -> Plan:
    """A plan of one intervention, from the Monday of a week to the Sunday of another."""
    start = armed_town().about.start
    span = {"from": date_of(first, start), "to": date_of(last, start) + timedelta(days=6)}
    return Plan.model_validate(
        {"name": name, "title": name.title(), "interventions": [{"value": value, **span, **said}]}
    )


SERVICES = plan("services", "services", set=0.9)
RAIDS = plan("raids", "raids", organisations=["lantern"], set=30)
TWIN = SERVICES.model_copy(update={"name": "twin", "title": "Another name for it"})
IDLE = plan("idle", "services", scale=1.0)  # says something and changes nothing
PLANS = (NOTHING, SERVICES, RAIDS)


def question(
    plans: Sequence[Plan] = PLANS, *, scenario: Scenario | None = None, until: date = UNTIL, branch: date = BRANCH,
    scale: int = 10, without: tuple[str, ...] = (), engine: Engine = ENGINE,
) -> Question:  # fmt: skip
    """A comparison in the armed town."""
    town = scenario or armed_town()
    return Question(town, compare.arms(plans, town, branch, until), branch, until, scale, without, engine)
