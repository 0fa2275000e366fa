"""Sweeps that a fault once hid in: who dies in raids, who mourns, who is copied, who strikes first."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mohalla.calendar import YEARS_PER_WEEK
from mohalla.engine.week import BY_NAME, bind, run_call
from mohalla.mechanisms import DECLARED
from mohalla.parameters import declared
from mohalla.state import Array
from workbench.stepping import Arrays, armed_town, copied, finish, play, small_town, start, with_turns

WEEKS = 1500
COUNTS = ("killed", "arrested", "released", "killings", "causes", "deaths_here", "raids", "arrests", "operation_deaths")


@pytest.fixture(scope="module")
def midway() -> Arrays:
    """The armed town after a year."""
    run = start(armed_town())
    for _ in play(run, 52):
        pass
    return run.arrays


def repeated(name: str, arrays: Arrays, counted: str, weeks: int = WEEKS) -> Array:
    """What one step counts, added up over many weeks that all begin alike."""
    first, total = copied(arrays), np.zeros(arrays[counted].shape)
    step = BY_NAME[name]
    values = {one: value.value for one, value in declared(DECLARED[step.mechanism]).items()}
    call = bind(step, arrays, values)
    for week in range(weeks):
        for field in step.writes:
            arrays[field][...] = 0 if field in COUNTS else first[field]
        call.sweep(week, np.uint64(7), call.parameters, *call.arrays)
        total += arrays[counted]
    return total


@pytest.mark.parametrize("raids", [0.3, 30.0])
def test_of_those_found_in_raids_the_stated_share_dies(raids: float, midway: Arrays) -> None:
    """However few are found at a time. Five standard errors: once in two million."""
    arrays = copied(midway)
    arrays["workers"][:, 1:3], arrays["armed"][:, 1:3] = 200, 40
    arrays["raids_planned"][1:3], arrays["unlawful"][:] = raids, 0.0
    arrays["held_workers"][:], arrays["held_armed"][:] = 0, 0
    dead = float(repeated("operation", copied(arrays), "operation_deaths").sum())
    found = dead + float(repeated("operation", copied(arrays), "arrests").sum())
    share = declared(DECLARED["operation"])["killed_share"].value
    assert found > 100
    assert abs(dead - share * found) < 5 * math.sqrt(share * found)


@pytest.mark.parametrize(("will", "weight"), [(1.0, 3), (0.5, 2), (0.0, 1)])
def test_gunmen_are_sought_as_much_more_as_stated(will: float, weight: int, midway: Arrays) -> None:
    """40 gunmen among 200 workers, weighed threefold in the open: of eight found, three. Who lies low is a worker.

    Five standard errors: once in two million.
    """
    arrays = copied(midway)
    arrays["will"][:] = will
    arrays["workers"][:, 1:3], arrays["armed"][:, 1:3] = 200, 40
    arrays["raids_planned"][1:3] = 2.0
    arrays["held_workers"][:], arrays["held_armed"][:] = 0, 0
    gunmen = float((40 - repeated("operation", copied(arrays), "armed")[:, 1:3] / WEEKS).sum()) * WEEKS
    others = float((200 - repeated("operation", copied(arrays), "workers")[:, 1:3] / WEEKS).sum()) * WEEKS
    share = 40 * weight / (40 * weight + 200)
    assert gunmen + others > 1000
    assert abs(gunmen - share * (gunmen + others)) < 5 * math.sqrt(share * (1 - share) * (gunmen + others))


def test_a_member_with_no_followers_around_is_mourned_by_whoever_lives_there(midway: Arrays) -> None:
    """Not always by the community that comes last in the file."""
    arrays = copied(midway)
    arrays["killings"][:], arrays["shock_deaths"][:] = 0, 0
    arrays["unit_face"][:, :, 1] = 0
    arrays["unit_people"][:] = [30, 10]
    arrays["killings"][:, 2, 1] = 1
    arrays["deaths_here"][:] = 1
    mourned = repeated("grief", arrays, "killed_community", weeks=100)
    assert mourned.sum() == 400
    assert abs(mourned[0] - 300) < 5 * math.sqrt(400 * 3 / 16)


def test_the_dead_are_forgotten_though_rivalry_is_off() -> None:
    arrays = start(small_town(), without=("rivalry",)).arrays
    arrays["deaths_memory"][:, 1] = 1.0
    values = {name: one.value for name, one in declared(DECLARED["pressures"]).items()}
    call = bind(BY_NAME["grief"], arrays, values)
    call.sweep(1, np.uint64(7), call.parameters, *call.arrays)
    assert 0.9 < arrays["deaths_memory"][:, 1].min() == arrays["deaths_memory"][:, 1].max() < 1.0


def test_new_seats_copy_different_residents() -> None:
    """A hundred seats added at once to a cell of a hundred: were they alike, all would have one heart."""
    run = start(small_town())
    arrays = run.arrays
    cell = int(np.argmax(arrays["cell_count"]))
    first, count = int(arrays["cell_start"][cell]), int(arrays["cell_count"][cell])
    half = count // 2
    arrays["heart"][first : first + half] = np.arange(half) % 3
    arrays["cell_count"][cell] = half
    call = bind(BY_NAME["growth"], arrays, run.numbers["demography"])
    call.sweep(0, run.seed, call.parameters, *call.arrays)
    assert len(set(arrays["heart"][first + half : first + count].tolist())) == 3


@pytest.mark.parametrize("turn_weeks", [1, 2, 3, 4])
def test_as_many_die_and_move_in_a_year_as_declared(turn_weeks: int) -> None:
    """Whoever is marked with a number has died where it is gone, and moved where it is another's.

    Whole residents are drawn with a variance of a quarter at most for a unit and turn: a standard error of 0.6 % at
    most. Who dies or moves twice in a turn, or both, hides 1 to 2 %. So 5 % are five standard errors beyond that: once
    in a million.
    """
    run = start(with_turns(small_town(), turn_weeks), scale=1)
    arrays, residents = run.arrays, int(run.arrays["cell_count"].sum())
    died, moved, marks = 0, 0, np.arange(1, arrays["fear"].size + 1, dtype=np.float32)
    numbers = {"turnover_per_year": 0.1, "moving_per_year": 0.2}
    calls = [bind(BY_NAME[name], arrays, numbers, at_once=False) for name in ("turnover", "moves")]
    for week in range(208):
        arrays["fear"][:] = marks
        for call in calls:
            run_call(call, week, run.seed)
        gone = arrays["fear"] == 0.0
        died, moved = died + int(gone.sum()), moved + int((arrays["fear"] != marks)[~gone].sum())
    years = 208 * YEARS_PER_WEEK
    assert math.sqrt(0.25 * 208 / turn_weeks * len(arrays["adults"])) < 0.006 * 0.1 * years * residents
    assert died == pytest.approx(0.1 * years * residents, rel=0.05)
    assert moved == pytest.approx(0.2 * years * residents, rel=0.05)


def test_every_number_of_the_state_is_finite_at_the_end() -> None:
    for town in (small_town, armed_town):
        assert all(np.isfinite(array).all() for array in finish(start(town())).values())
