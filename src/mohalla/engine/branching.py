"""A shared past and its branches: what many plans have in common is simulated once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from mohalla.calendar import date_of, week_of
from mohalla.engine import interventions
from mohalla.engine.simulate import Progress, simulate
from mohalla.engine.snapshot import Snapshot
from mohalla.errors import MohallaError
from mohalla.plan import Plan, first_week, plan_text
from mohalla.scenario import Scenario


class _Reached(Exception):  # noqa: N818 - no error: the branch is reached
    """The week at which plans part."""


def past(
    scenario: Scenario, seed: int, *, scale: int, until: date | None, without: Collection[str], draw: bool,
    branch: date, progress: Progress | None = None,
) -> Snapshot:  # fmt: skip
    """The city on the Monday of `branch`, of a run that goes on to `until`: a copy, to be continued under any plan."""
    weeks, kept = week_of(branch, scenario.about.start), list[Snapshot]()
    if weeks < 1:
        raise MohallaError(f"from = {branch}: plans part after the first week of the run, {scenario.about.start}.")

    def keep(take: Callable[[], Snapshot]) -> None:
        snapshot = take()
        if snapshot.weeks == weeks:
            kept.append(snapshot._replace(arrays={name: array.copy() for name, array in snapshot.arrays.items()}))
            raise _Reached

    try:
        simulate(
            scenario, seed, scale=scale, until=until, without=tuple(without), draw=draw, progress=progress, keep=keep
        )
    except _Reached:
        return kept[0]
    raise MohallaError(f"from = {branch}: plans part before the run ends; let it go on for longer.")


def branched(snapshot: Snapshot, plan: Plan, scenario: Scenario) -> Snapshot:
    """The same moment as the beginning of a run under `plan`, to be handed on as `start` together with the plan."""
    begins = first_week(plan, scenario)
    if begins is None:
        return snapshot
    if begins < snapshot.weeks:
        day, branch = (date_of(week, scenario.about.start) for week in (begins, snapshot.weeks))
        raise MohallaError(f"plan {plan.name}: begins in the week of {day}, before plans part on {branch}.")
    memory = {f"state/{name}": array for name, array in interventions.memory(plan, scenario).items()}
    return snapshot._replace(
        question={**snapshot.question, "plan": plan_text(plan)}, arrays={**snapshot.arrays, **memory}
    )
