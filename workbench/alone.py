"""One step, or one poll, run by itself on arrays that a test has set."""

from __future__ import annotations

from functools import cache

import numpy as np

from mohalla.engine.week import BY_NAME, bind
from mohalla.mechanisms import DECLARED, election
from mohalla.mechanisms.tallies import WEEKLY_COUNTS
from mohalla.parameters import declared
from mohalla.state import Array
from workbench.stepping import Arrays, armed_town, copied, play, start

SEED = np.uint64(7)
WEEKS = 400


@cache
def _midway() -> Arrays:
    run = start(armed_town())
    for _ in play(run, 52):
        pass
    return run.arrays


def midway() -> Arrays:
    """The armed town after a year, to be changed as a test likes; the week's counts are nought."""
    arrays = copied(_midway())
    for name in WEEKLY_COUNTS:
        arrays[name][...] = 0
    return arrays


def numbers(mechanism: str, **changed: float) -> dict[str, float]:
    """A mechanism's numbers, some of them changed."""
    known = {name: one.value for name, one in declared(DECLARED[mechanism]).items()}
    assert changed.keys() <= known.keys()
    return known | changed


def stepped(name: str, arrays: Arrays, *, week: int = 1, **changed: float) -> Arrays:
    """A copy of the arrays after one run of a step."""
    found = copied(arrays)
    call = bind(BY_NAME[name], found, numbers(BY_NAME[name].mechanism, **changed))
    call.sweep(week, SEED, call.parameters, *call.arrays)
    return found


def added_up(name: str, arrays: Arrays, counts: tuple[str, ...], weeks: int = WEEKS, **changed: float) -> list[Array]:
    """What a step counts in so many weeks that all begin alike."""
    step, found = BY_NAME[name], copied(arrays)
    call = bind(step, found, numbers(step.mechanism, **changed))
    totals = [np.zeros(arrays[one].shape) for one in counts]
    for week in range(weeks):
        for field in step.writes:
            found[field][...] = 0 if field in WEEKLY_COUNTS else arrays[field]
        call.sweep(week, SEED, call.parameters, *call.arrays)
        for place, one in enumerate(counts):
            totals[place] += found[one]
    return totals


def polled(arrays: Arrays, standing: tuple[float, ...], **changed: float) -> Arrays:
    """The ballots of one poll in which the town is one constituency."""
    units, organisations = arrays["workers"].shape
    ballots: Arrays = {
        "constituency_of": np.zeros(units, np.int32),
        "votes": np.zeros((1, organisations)),
        "votes_true": np.zeros((1, organisations)),
        "eligible": np.zeros(1),
    }
    call = bind(election.POLL, {**copied(arrays), **ballots}, numbers("election", **changed))
    call.sweep(1, SEED, call.parameters, 0, np.array(standing), *call.arrays)
    return ballots
