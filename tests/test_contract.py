"""Every step of every mechanism keeps its word: it takes what it declares and writes nothing else."""

from __future__ import annotations

import inspect
import re
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numba.core.errors import TypingError

import mohalla
from mohalla.engine.week import BY_NAME, ENGINE_STEPS, IMPOSED_FOR, SCHEDULE, bind
from mohalla.errors import MohallaError
from mohalla.mechanisms import ALWAYS_ON, MODULES, SWITCHABLE, election, residents
from mohalla.parameters import declared
from mohalla.state import BY_NAME as FIELDS
from mohalla.steps import Step
from workbench.stepping import SEED, Arrays, copied, finish, play, same, small_town, start

WEEK = 280  # the operation is under way and every fourth-week step is due
STEPS = [*BY_NAME.values(), residents.SETTLE, election.POLL]
CLAIM = re.compile(r"^(H([1-9]|1[01])|O[1-9]|S([1-9]|1[01])|G([1-9]|1[0-4])|B[1-5]|W[1-5])$")
BEGUN_BY_THE_ENGINE = {
    "workers",
    "armed",
    "budget",
    "cell_count",
    "census_count",
    "people_here",
    "unit_people",
    "adults",
    "traders_here",
    "seats_by_chamber",
    "polled_week",
    "record_years",
    "founded",
    "militancy",
    "cells",
    "watched_years",
}
each_step = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)


@pytest.fixture(scope="module")
def midway() -> tuple[Arrays, dict[str, dict[str, float]]]:
    """The small town in the middle of its operation, and the numbers in force."""
    run = start(small_town())
    for _ in play(run, WEEK):
        pass
    units, organisations = run.arrays["workers"].shape
    ballot: Arrays = {
        "standing": np.ones(organisations),
        "constituency_of": np.arange(units, dtype=np.int32) // 5,
        "votes": np.zeros((2, organisations)),
        "votes_true": np.zeros((2, organisations)),
        "eligible": np.zeros(2),
    }
    return {**run.arrays, **ballot}, run.numbers


def after(step: Step, midway: tuple[Arrays, dict[str, dict[str, float]]], *, plain: bool) -> tuple[Arrays, Arrays]:
    """Every array before and after one run of a step."""
    arrays = copied(midway[0])
    before = copied(arrays)
    call = bind(step, arrays, midway[1][step.mechanism], plain=plain)
    poll = (0, before["standing"]) if step is election.POLL else ()
    with np.errstate(over="ignore"):
        call.sweep(WEEK, SEED, call.parameters, *poll, *call.arrays)
    return before, arrays


@each_step
def test_it_takes_what_it_declares_in_that_order(step: Step) -> None:
    taken = list(inspect.signature(step.sweep).parameters)
    extra = ["chamber", "standing"] if step is election.POLL else []
    first = ["u"] if step.by_unit else []
    assert taken == [*first, "week", "seed", "p", *extra, *step.reads, *step.writes]


@each_step
def test_it_declares_arrays_that_exist_once(step: Step, midway: tuple[Arrays, Any]) -> None:
    names = step.reads + step.writes
    assert set(names) <= midway[0].keys()
    assert len(set(names)) == len(names)


@each_step
@pytest.mark.parametrize("plain", [True, False], ids=["plain", "compiled"])
def test_it_changes_only_what_it_declares(step: Step, plain: bool, midway: tuple[Arrays, Any]) -> None:
    before, arrays = after(step, midway, plain=plain)
    changed = {name for name in arrays if not same(arrays[name], before[name])}
    assert changed <= set(step.writes)


@each_step
def test_plain_and_compiled_write_the_same_bits(step: Step, midway: tuple[Arrays, Any]) -> None:
    slow, fast = (after(step, midway, plain=plain)[1] for plain in (True, False))
    assert [name for name in step.writes if not same(slow[name], fast[name])] == []


@each_step
def test_what_it_only_reads_is_handed_over_read_only(step: Step, midway: tuple[Arrays, Any]) -> None:
    call = bind(step, midway[0], midway[1][step.mechanism], plain=True)
    writeable = [array.flags.writeable for array in call.arrays]
    assert writeable == [False] * len(step.reads) + [True] * len(step.writes)


def trespass(week: int, seed: np.uint64, p: Any, services: Any, harm: Any) -> None:  # noqa: ARG001
    """A sweep that writes to what it said it only reads."""
    harm[0] = 1.0
    services[0] = 1.0


WRONG = Step("trespass", "services", trespass, reads=("services",), writes=("harm",))


def test_a_plain_step_that_writes_to_what_it_only_reads_raises(midway: tuple[Arrays, Any]) -> None:
    with pytest.raises(ValueError, match="read-only"):
        after(WRONG, midway, plain=True)


def test_a_compiled_step_that_writes_to_what_it_only_reads_does_not_compile(midway: tuple[Arrays, Any]) -> None:
    with pytest.raises(TypingError, match="readonly array"):
        after(WRONG, midway, plain=False)


def test_every_step_has_its_place_in_the_week() -> None:
    ordered = [name for _, names in SCHEDULE for name in names]
    assert sorted(ordered) == sorted([*BY_NAME, *ENGINE_STEPS])


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.NAME)
def test_a_mechanism_says_what_it_is_for(module: ModuleType) -> None:
    assert all(CLAIM.match(claim) for claim in module.CLAIMS)
    assert len(set(module.CLAIMS)) == len(module.CLAIMS)
    assert all(step.mechanism == module.NAME for step in module.STEPS)
    assert all(one.known.low <= one.value <= one.known.high for one in declared(module.Parameters).values())


def own_fields(name: str) -> set[str]:
    """What only this mechanism fills, or has imposed: no other's steps, and not the engine before the first week."""
    mine = {field for step in STEPS if step.mechanism == name for field in step.writes}
    others = {field for step in STEPS if step.mechanism != name for field in step.writes}
    imposed = {field for field, mechanism in IMPOSED_FOR.items() if mechanism == name}
    return ((mine | imposed) - others - BEGUN_BY_THE_ENGINE) & FIELDS.keys()


@pytest.mark.parametrize("name", SWITCHABLE)
def test_a_mechanism_switched_off_leaves_its_fields_neutral(name: str) -> None:
    arrays = finish(start(small_town(), without=(name,)))
    filled = {field for field in own_fields(name) if not (arrays[field] == FIELDS[field].neutral).all()}
    assert filled == set()
    assert all(np.isfinite(array).all() for array in arrays.values())


@pytest.mark.parametrize("name", SWITCHABLE)
def test_whatever_is_switched_off_a_run_begins_with_the_same_people_and_shops(name: str) -> None:
    whole, less = start(small_town()).arrays, start(small_town(), without=(name,)).arrays
    assert whole["traders_here"].all()
    for field in ("cell_count", "people_here", "unit_people", "adults", "traders_here"):
        np.testing.assert_array_equal(whole[field], less[field], field)


def test_without_coercion_residents_still_meet_everybody() -> None:
    arrays = finish(start(small_town(), without=("coercion",)))
    hearts = arrays["unit_heart"].sum(axis=(0, 1))
    assert hearts[:3].min() > 0
    assert (arrays["unit_honest"] == arrays["unit_face"]).sum() > 0


@pytest.mark.parametrize("name", ALWAYS_ON)
def test_what_is_always_on_cannot_be_switched_off(name: str) -> None:
    with pytest.raises(MohallaError, match=name):
        mohalla.simulate(small_town(), without=[name])
