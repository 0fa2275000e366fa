"""The lower 48 bits of a seed are the world, all of it is chance: the same world with other luck after a branch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from mohalla.draw import WORLD_BITS, key, other_luck, world_of
from mohalla.engine.simulate import numbers_of, prepare, simulate
from mohalla.engine.snapshot import Snapshot
from workbench.stepping import armed_town

UNTIL, BRANCH = date(1980, 6, 30), 10
OTHER = other_luck(7)


class Reached(Exception):  # noqa: N818 - no error
    """The branch."""


def past(seed: int) -> Snapshot:
    found: list[Snapshot] = []

    def keep(take: Callable[[], Snapshot]) -> None:
        if take().weeks == BRANCH:
            found.append(take())
            found[0] = found[0]._replace(arrays={name: array.copy() for name, array in found[0].arrays.items()})
            raise Reached

    with pytest.raises(Reached):
        simulate(armed_town(), seed, until=UNTIL, draw=True, keep=keep)
    return found[0]


def test_other_luck_is_the_same_world() -> None:
    assert OTHER == 7 + (1 << WORLD_BITS)
    assert other_luck(OTHER) == 7
    assert world_of(np.uint64(OTHER)) == world_of(np.uint64(7)) == 7
    assert numbers_of(armed_town(), OTHER, draw=True) == numbers_of(armed_town(), 7, draw=True)
    assert numbers_of(armed_town(), 8, draw=True) != numbers_of(armed_town(), 7, draw=True)
    one, other = (
        prepare(armed_town(), seed, scale=10, until=UNTIL, without=(), draw=True).world for seed in (7, OTHER)
    )
    assert {name for name in one.constants if not np.array_equal(one.constants[name], other.constants[name])} == set()


def test_chance_is_another() -> None:
    with np.errstate(over="ignore"):
        assert key(np.uint64(OTHER), 2, 0, 1) != key(np.uint64(7), 2, 0, 1)


def test_after_a_branch_only_chance_differs_and_residents_are_who_they_were() -> None:
    """With another seed's residents hearts would be off their tastes and jump; with other luck they do not."""
    start = past(7)
    lucky = start._replace(question={**start.question, "seed": str(OTHER)})
    one = simulate(armed_town(), 7, until=UNTIL, draw=True, start=start)
    other = simulate(armed_town(), OTHER, until=UNTIL, draw=True, start=lucky)
    assert one["face"].values[:BRANCH].tobytes() == other["face"].values[:BRANCH].tobytes()
    assert one["face"].values[BRANCH + 1 :].tobytes() != other["face"].values[BRANCH + 1 :].tobytes()
    moves = np.abs(np.diff(other["heart"].values.sum((1, 2)), axis=0)).sum(1)
    assert moves[BRANCH - 1] < 2 * moves.mean(), "no jump at the branch"
