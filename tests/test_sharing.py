"""Work that cores share: each thing is done once, whoever comes to it, and nobody waits while there is any left."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import numba
import numpy as np
import pytest
from numba import njit, prange

from mohalla.engine import cpu, sharing
from mohalla.state import Array
from workbench.stepping import copied, play, restless_town, same, start, with_turns

MOST = int(numba.config.NUMBA_NUM_THREADS)


@pytest.fixture(autouse=True)
def _all_threads() -> Iterator[None]:
    cpu.use_threads(None)
    yield
    cpu.use_threads(1)


@njit(parallel=True)
def _all(things: int, cores: int, times: Array, by: Array) -> None:
    """Do each thing: count how often, and write down at which look."""
    begun = np.zeros(things, np.int64)
    for look in prange(cores * things):
        thing = sharing.found(look, things, cores, begun)
        if thing >= 0:
            times[thing] += 1
            by[thing] = look // things


@njit
def _by_one(core: int, things: int, cores: int, begun: Array, order: Array) -> int:
    """All looks of one core, one after the other; returns how much it found to do."""
    done = 0
    for look in range(core * things, (core + 1) * things):
        thing = sharing.found(look, things, cores, begun)
        if thing >= 0:
            order[done] = thing
            done += 1
    return done


@pytest.mark.parametrize("cores", [1, MOST, 2 * MOST, 5], ids=["one", "all", "more than there are", "others"])
@pytest.mark.parametrize("things", [0, 1, 2, 3, 7, 50, 1000])
def test_each_thing_is_done_once(things: int, cores: int) -> None:
    for _ in range(50):
        times, by = np.zeros(things, np.int64), np.full(things, -1)
        _all(things, cores, times, by)
        assert (times == 1).all()
        assert set(by.tolist()) <= set(range(cores))


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_a_core_that_is_alone_does_everything_in_order(cores: int) -> None:
    for core in range(cores):
        begun, order = np.zeros(9, np.int64), np.zeros(9, np.int64)
        assert _by_one(core, 9, cores, begun, order) == 9
        first = core * 9 // cores
        assert order.tolist() == [(first + k) % 9 for k in range(9)], "its own stretch, then what others leave"


def test_what_others_have_begun_is_left_to_them() -> None:
    begun, order = np.array([0, 1, 0, 1, 1, 0, 0]), np.zeros(7, np.int64)
    for core in range(2):
        assert _by_one(core, 7, 2, begun, order) == (4 if core == 0 else 0)
        assert sorted(order[:4].tolist()) == [0, 2, 5, 6]
        assert begun.tolist() == [1] * 7


def test_who_does_which_changes_no_bit() -> None:
    found = []
    for cores in (1, MOST, 3 * MOST):
        run = start(with_turns(restless_town(), 1))
        with patch.object(cpu, "threads", return_value=cores):
            for _ in play(run, 30):
                pass
        found.append(copied(run.arrays))
    for other in found[1:]:
        assert [name for name in found[0] if not same(found[0][name], other[name])] == []
