"""Work that cores share: each thing is done once, whoever comes to it, and nobody waits while there is any left."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import numba
import numpy as np
import pytest
from numba import njit, prange

from mohalla import load
from mohalla.engine import cpu, sharing, simulate
from mohalla.scenario import Scenario
from mohalla.state import Array
from workbench.stepping import Arrays, copied, restless_town, same, start, with_turns

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
        assert (by >= 0).all()


def test_to_look_and_to_mark_is_one_thing() -> None:
    """Two that look before either marks would both begin: too seldom to be seen from outside."""
    _by_one(0, 1, 1, np.zeros(1, np.int64), np.zeros(1, np.int64))
    (code,) = _by_one.inspect_llvm().values()
    assert "atomicrmw xchg" in code


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


def after(town: Scenario, scale: int, weeks: int, cores: int, *, apart: bool = False) -> Arrays:
    """The state after so many weeks, as the engine runs them, where it thinks that there are so many cores."""
    run = start(town, scale=scale)
    with patch.object(cpu, "threads", return_value=cores), np.errstate(over="ignore"):
        for week, _ in simulate.play(run, [], [], apart=apart, stops=("observe",)):
            if week == weeks:
                break
    return copied(run.arrays)


def test_who_does_which_changes_no_bit() -> None:
    city = load("karachi")
    alone = after(city, 500, 60, 1)
    assert alone["unit_first"].size > 20
    for cores in (MOST, 3 * MOST):
        shared = after(city, 500, 60, cores)
        assert [name for name in alone if not same(alone[name], shared[name])] == []


@pytest.mark.parametrize("weeks_a_turn", [1, 7])
def test_where_it_is_nobodys_turn_nothing_is_done(weeks_a_turn: int) -> None:
    """Four units with turns of seven weeks: in three of those nobody has one."""
    town = with_turns(restless_town(), weeks_a_turn)
    together, apart = after(town, 10, 40, MOST), after(town, 10, 40, 1, apart=True)
    assert [name for name in together if not same(together[name], apart[name])] == []
