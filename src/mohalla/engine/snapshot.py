"""A simulation between two weeks, in memory: all it takes to go on from there with the same bits.

What never changes (the map, census paths, dated history) is not kept: scenario and seed give it again. Kept are the
arrays that steps or the engine write, the weeks observed so far and the polls held so far.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from mohalla.calendar import QUARTER
from mohalla.engine import cpu
from mohalla.engine.polls import Outcome, Poll
from mohalla.errors import MohallaError
from mohalla.observables import BY_QUARTER, OBSERVABLES
from mohalla.plan import Plan, plan_text
from mohalla.reading import fingerprint
from mohalla.scenario import Scenario
from mohalla.state import Array
from mohalla.world import run_weeks

OUTCOMES = ("votes", "votes_true", "turnout", "seats")
ROWS_BY = ("week", "quarter")


class Snapshot(NamedTuple):
    """What was asked and with which code, weeks done, seconds they took, and arrays by `part/name`.

    The arrays are those of the simulation itself, which goes on to change them: write or copy them at once.
    """

    question: Mapping[str, str]
    weeks: int
    seconds: float
    arrays: Mapping[str, Array]


def question(
    scenario: Scenario, seed: int, *, scale: int, until: date | None, without: Collection[str], draw: bool,
    plan: Plan | None = None,
) -> dict[str, str]:  # fmt: skip
    """What is simulated and with what, in words: equal for simulations that give the same bits."""
    return {
        "scenario": fingerprint(scenario)[:16],
        "seed": str(seed),
        "scale": str(scale),
        "weeks": str(run_weeks(scenario, until)),
        "without": " ".join(sorted(without)),
        "draw": str(draw),
        "plan": plan_text(plan),
        **cpu.made_with(),
    }


def taken(
    question: Mapping[str, str],
    weeks: int,
    seconds: float,
    state: Mapping[str, Array],
    constants: Mapping[str, Array],
    into: Mapping[str, Array],
    outcomes: Sequence[Outcome],
) -> Snapshot:
    """The simulation as it stands after so many weeks."""
    arrays = {f"state/{name}": state[name] for name in _changing(state, constants)}
    arrays |= {f"observed/{name}": into[name][:rows] for name, rows in _observed(weeks)}
    for held, outcome in enumerate(outcomes):
        arrays |= {f"polls/{held}/{name}": getattr(outcome, name) for name in OUTCOMES}
    return Snapshot(question, weeks, seconds, arrays)


def put_back(
    snapshot: Snapshot,
    state: dict[str, Array],
    constants: Mapping[str, Array],
    into: Mapping[str, Array],
    due: Sequence[Poll],
) -> list[Outcome]:
    """Set a simulation laid out anew to where the snapshot was taken; returns the polls held by then."""
    taken_over = (name.removeprefix("state/") for name in snapshot.arrays if name.startswith("state/"))
    for name in dict.fromkeys([*_changing(state, constants), *taken_over]):
        kept = snapshot.arrays[f"state/{name}"]
        if kept.shape == state[name].shape:
            state[name][...] = kept
        else:  # the list of organisations that can be met grows
            state[name] = kept.copy()
    for name, rows in _observed(snapshot.weeks):
        into[name][:rows] = snapshot.arrays[f"observed/{name}"]
    held = sum(name.startswith("polls/") for name in snapshot.arrays) // len(OUTCOMES)
    return [Outcome(due[k], *(snapshot.arrays[f"polls/{k}/{name}"] for name in OUTCOMES)) for k in range(held)]


def must_be(asked: Mapping[str, str], snapshot: Snapshot) -> None:
    """Refuse to go on with a snapshot of another simulation: results are never mixed."""
    different = differences(asked, snapshot.question)
    if different:
        raise MohallaError(f"this simulation cannot go on from there: {'; '.join(different)}.")


def differences(now: Mapping[str, str], then: Mapping[str, str]) -> list[str]:
    """What differs between two tables, in words."""
    names = [name for name in (*now, *(name for name in then if name not in now)) if now.get(name) != then.get(name)]
    return [f"{name} was {then.get(name) or 'nothing'} and is {now.get(name) or 'nothing'}" for name in names]


def _changing(state: Mapping[str, Array], constants: Mapping[str, Array]) -> list[str]:
    """Arrays that do not come from the world itself: what steps and the engine write."""
    return [name for name, array in state.items() if array is not constants.get(name)]


def _observed(weeks: int) -> Iterator[tuple[str, int]]:
    """Every variable that is filled as weeks pass, and how many of its rows are begun."""
    rows = {"week": weeks, "quarter": -(-weeks // QUARTER)}
    for one in (*OBSERVABLES, *BY_QUARTER):
        if one.dims[0] in ROWS_BY:
            yield one.name, rows[one.dims[0]]
