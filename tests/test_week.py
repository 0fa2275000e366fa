"""How a week runs: every step in its place, some not every week, and what is imposed set anew each Monday."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.calendar import YEARS_PER_WEEK
from mohalla.engine import by_unit
from mohalla.engine.lending import Lent
from mohalla.engine.week import (
    BY_NAME,
    CLEAR,
    ENGINE_STEPS,
    IMPOSED_FOR,
    PERIOD,
    SCHEDULE,
    WHO_THERE_IS,
    Call,
    bind_again,
    bind_week,
    due_in,
    impose,
    kernel_parameters,
    news,
    read_only,
    run_call,
    step_order,
)
from mohalla.mechanisms import DECLARED, MODULES, SWITCHABLE
from mohalla.mechanisms.tallies import WEEKLY_COUNTS
from mohalla.parameters import declared
from mohalla.state import BY_NAME as FIELDS
from mohalla.steps import has_turn
from mohalla.world import build
from workbench.stepping import Arrays, armed_town, copied, finish, play, same, start
from workbench.stepping import step as take
from workbench.towns import scenario

EVERY_STEP = tuple(name for _, names in SCHEDULE for name in names)
SEED = np.uint64(1)


# --------------------------------------------------------------------------------------------------------- the order
def test_nothing_is_left_out_unless_asked_for() -> None:
    assert step_order() == EVERY_STEP
    assert len(set(EVERY_STEP)) == len(EVERY_STEP)


@given(st.sets(st.sampled_from(SWITCHABLE)))
def test_without_mechanisms_the_others_keep_their_order(without: set[str]) -> None:
    left = step_order(without)
    assert left == tuple(name for name in EVERY_STEP if name in left)
    gone = {step.name for module in MODULES if module.NAME in without for step in module.STEPS}
    assert set(EVERY_STEP) - set(left) == gone
    assert set(ENGINE_STEPS) <= set(left)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("imposed", "founding"),  # who is founded this week is there for all that follows
        ("collect", "allot"),  # what comes in can be spent
        ("allot", "recruitment"),  # who is paid can stay
        (CLEAR, "recruitment"),  # counts of the week start from nought ...
        (CLEAR, "rivalry"),
        ("losses", CLEAR),  # ... after those have read them who look back at last week
        ("losses", "command"),  # a post that fell vacant is filled
        (CLEAR, "discipline"),
        ("defection", "readmission"),  # a slot is not taken in the month in which it falls free
        ("rivalry", "grief"),  # the week's dead are mourned this week
        ("background", "grief"),
        ("watch", "pressures"),
        ("pressures", "residents"),  # residents know what is offered and threatened
        ("residents", "poll"),  # ballots count faces and hearts of this week
        ("path", "growth"),
        ("growth", "moves"),  # who moves finds everybody at home
        ("growth", "shops"),
        ("shops", "observe"),  # what is recorded is the week as it ended
    ],
)
def test_what_needs_something_comes_after_it(earlier: str, later: str) -> None:
    assert EVERY_STEP.index(earlier) < EVERY_STEP.index(later)


def test_a_bound_week_is_the_order_of_the_week() -> None:
    run = start(scenario(), plain=True)
    for without in ((), ("extortion",), SWITCHABLE):
        calls = bind_week(run.arrays, run.numbers, without, plain=True)
        assert tuple(one if isinstance(one, str) else one.name for one in calls) == step_order(without)
        assert {one for one in calls if isinstance(one, str)} == set(ENGINE_STEPS)


def test_every_week_does_the_same_steps() -> None:
    run = start(scenario(), without=("rivalry",), plain=True)
    moments = list(play(run, 3))
    weeks = [tuple(name for _, name in group) for _, group in groupby(moments, key=lambda one: one[0])]
    assert weeks == [step_order(("rivalry",))] * 3


def test_what_is_news_and_what_steps_move_is_all_that_has_to_be_imposed() -> None:
    """Imposing only that leaves the same as imposing everything, week after week."""
    history = {
        "tide": np.repeat([[0.0, 1.0], [0.5, 1.0]], 3, axis=0),
        "stance": np.full((6, 2), 2),
        "reshuffle_ordered": np.arange(12.0).reshape(6, 2),
    }
    arrays = {"tide": np.zeros(2), "stance": np.zeros(2, np.int32), "reshuffle_ordered": np.zeros(2)}
    assert "stance" in {name for step in BY_NAME.values() for name in step.writes}
    told = news(arrays, history, 6, without=("command",))
    assert [len(rows) for rows in told] == [1, 1, 1, 2, 1, 1]
    impose(0, arrays, history, without=("command",))
    for week in range(6):
        arrays["stance"][...] = 7  # a step did that
        for here, row in told[week]:
            here[:] = row
        assert arrays["tide"].tolist() == history["tide"][week].tolist()
        assert arrays["stance"].tolist() == [2, 2]
        assert arrays["reshuffle_ordered"].tolist() == [0, 0], "of a mechanism that is off"


# ------------------------------------------------------------------------------------------------------- every so often
def test_of_what_is_due_only_steps_where_somebody_waits_are_named() -> None:
    """In whatever order weeks are asked for: what is due is the same every so many weeks."""
    done: list[str] = []
    calls: list[Call | str] = [
        Call("weekly", 1, lambda *taken: done.append(f"weekly {taken}"), "p", ("a", "b")),
        "news",
        "poll",
        Call("monthly", 4, lambda *_: done.append("monthly"), "p", ()),
    ]
    own = {"poll": lambda week, _seed: done.append(f"poll {week}")}
    every = ["weekly", "news", "poll", "monthly"]
    waited_for: list[tuple[tuple[str, ...] | None, list[str]]] = [
        (None, every),
        (("poll",), ["poll"]),
        (("monthly", "poll"), ["poll", "monthly"]),
        ((), []),
    ]
    for stops, names in waited_for:
        in_week = due_in(calls, own, stops)
        for week in (1, PERIOD, 3, PERIOD + 1):
            done.clear()
            steps = in_week(week)
            assert [stop for stop, _, _ in steps if stop] == names
            for _, sweep, taken in steps:
                if sweep:
                    sweep(week, SEED, *taken)
            first = [f"weekly {(week, SEED, 'p', 'a', 'b')}", f"poll {week}"]
            assert done == first + ["monthly"] * (week % 4 == 0)


@pytest.mark.parametrize(("every", "done"), [(1, list(range(10))), (4, [0, 4, 8]), (13, [0])])
def test_a_step_runs_every_so_many_weeks(every: int, done: list[int]) -> None:
    seen: list[int] = []
    call = Call("counting", every, lambda week, *_: seen.append(week), None, ())
    for week in range(10):
        run_call(call, week, SEED)
    assert seen == done


@pytest.mark.parametrize("name", ["path", "shops"])
def test_bound_calls_keep_the_rhythm_that_was_declared(name: str) -> None:
    run = start(scenario(), plain=True)
    calls = {one.name: one for one in bind_week(run.arrays, run.numbers, plain=True) if isinstance(one, Call)}
    assert calls[name].every == BY_NAME[name].every == {"path": 13, "shops": 4}[name]
    written = [run.arrays[one] for one in BY_NAME[name].writes]
    for array in written:
        array[...] = 0
    for week in range(1, calls[name].every):
        run_call(calls[name], week, run.seed)
    assert not any(array.any() for array in written)
    run_call(calls[name], calls[name].every, run.seed)
    assert any(array.any() for array in written)


def test_people_come_and_go_at_the_first_turn_of_a_quarter_only() -> None:
    run = start(armed_town())
    assert run.arrays["turn_weeks"][0] == 4
    counts = [run.arrays["cell_count"].copy() for _, step in play(run) if step == "growth"]
    cells = np.repeat(np.arange(run.world.sizes["unit"]), np.diff(run.arrays["unit_first"]) * len(run.arrays["threat"]))
    for week in range(1, len(counts)):
        grown = np.unique(cells[counts[week] != counts[week - 1]])
        assert all(has_turn(int(u), week, 4) for u in grown), "nobody comes or goes where it is no unit's turn"
    moved = [week for week in range(1, len(counts)) if (counts[week] != counts[week - 1]).any()]
    assert moved
    assert {week % 13 for week in moved} <= {0, 1, 2, 3}
    assert len({week % 13 for week in moved}) > 1, "each unit at its own turn"


# ------------------------------------------------------------------------------------------------------------ imposed
def history(weeks: int = 5) -> Arrays:
    """Rows that say which week they are."""
    return {name: np.full((weeks, 2), np.arange(weeks)[:, None]) + 1.0 for name in (*IMPOSED_FOR, "tide", "founded")}


@given(st.sets(st.sampled_from(SWITCHABLE)), st.integers(0, 4))
def test_what_is_imposed_is_that_of_the_week_and_nothing_for_what_is_off(without: set[str], week: int) -> None:
    arrays = {name: np.zeros(2) for name in history()}
    impose(week, arrays, history(), without)
    for name, values in arrays.items():
        off = IMPOSED_FOR.get(name) in without
        assert values.tolist() == ([0, 0] if off else [week + 1, week + 1])


def test_what_is_imposed_for_a_mechanism_is_read_by_it() -> None:
    for name, mechanism in IMPOSED_FOR.items():
        assert mechanism in SWITCHABLE
        assert any(name in step.reads for step in BY_NAME.values() if step.mechanism == mechanism) or name in {
            "announced_years",
            "credibility",
        }


def test_an_array_that_steps_hold_is_filled_and_not_replaced() -> None:
    arrays = {name: np.zeros(2) for name in history()}
    held = dict(arrays)
    impose(2, arrays, history())
    assert all(arrays[name] is held[name] for name in held)


def test_history_fills_arrays_of_the_state_and_fits_them() -> None:
    world = build(scenario(), 1)
    arrays = start(scenario(), plain=True).arrays
    for name, rows in world.history.items():
        assert name in FIELDS
        assert rows.shape == (world.weeks, *arrays[name].shape)


@pytest.mark.parametrize(("without", "raids"), [((), True), (("operation",), False)])
def test_an_operation_that_is_off_raids_nobody_in_any_week(without: tuple[str, ...], raids: bool) -> None:
    run = start(armed_town(), without=without)
    planned = [run.arrays["raids_planned"].sum() for _, step in play(run) if step == "imposed"]
    assert bool(np.any(planned)) is raids


def test_the_week_of_a_shock_is_the_week_of_its_dead() -> None:
    run = start(scenario(), plain=True)
    dead = {week: int(run.arrays["shock_deaths"].sum()) for week, step in play(run, 36) if step == "observe"}
    assert {week: count for week, count in dead.items() if count} == {34: 2}


def held(one: Call | str) -> list[bytes]:
    """What is in the arrays that are lent to a call."""
    lent = [taken.of for taken in one.arrays if isinstance(taken, Lent)] if isinstance(one, Call) else []
    return [array.tobytes() for array in lent if isinstance(array, np.ndarray)]


def test_what_is_bound_again_is_what_would_be_bound_anew() -> None:
    run = start(armed_town())
    week = bind_week(run.arrays, run.numbers)
    for name in WHO_THERE_IS:
        run.arrays[name] = np.array([0, 2], np.uint32)
    anew, again = bind_week(run.arrays, run.numbers), bind_again(week, run.arrays, run.numbers)
    assert [held(one) for one in again] == [held(one) for one in anew]
    others = {one.name for one, before in zip(again, week, strict=True) if isinstance(one, Call) and one != before}
    assert others == {"standing", " ".join(by_unit.NAMES)}
    assert not any(held(one) == held(before) for one, before in zip(again, week, strict=True) if one != before)


# ------------------------------------------------------------------------------------------------------------- clearing
DEATHS = ("deaths_here", "killings", "causes")


def test_clearing_empties_the_weeks_counts_and_leaves_stocks_alone() -> None:
    arrays = finish(start(armed_town()))
    for name in WEEKLY_COUNTS:
        arrays[name][...] = 7
    before = copied(arrays)
    take("clear", arrays)
    assert [name for name in WEEKLY_COUNTS if arrays[name].any()] == []
    assert [name for name in set(arrays) - set(WEEKLY_COUNTS) if not same(before[name], arrays[name])] == []
    assert arrays["armed"].any()


def test_deaths_are_those_of_one_week() -> None:
    """In every unit those by killer, by cause and all are as many: nothing is carried over from the week before."""
    run = start(armed_town())
    for _, step in play(run):
        if step == CLEAR:
            assert not run.arrays["killings"].any()
        if step == "observe":
            by_unit = [run.arrays[name].reshape(len(run.arrays["deaths_here"]), -1) for name in DEATHS]
            np.testing.assert_array_equal(by_unit[0].sum(axis=1), by_unit[1].sum(axis=1))
            np.testing.assert_array_equal(by_unit[0].sum(axis=1), by_unit[2].sum(axis=1))


# ------------------------------------------------------------------------------------------------------------- numbers
@pytest.mark.parametrize("name", DECLARED)
def test_kernels_get_rates_per_week_or_turn_and_all_else_as_it_is(name: str) -> None:
    values = {key: one.value for key, one in declared(DECLARED[name]).items()}
    handed = kernel_parameters(name, values, 3)._asdict()
    period, weeks = ("turn", 3) if name in {"residents", "extortion"} else ("week", 1)
    assert len(handed) == len(values)
    for key, value in values.items():
        rate = key.endswith("_per_year")
        inside = key.removesuffix("_per_year") + f"_per_{period}" if rate else key
        assert handed[inside] == pytest.approx(value * (weeks * YEARS_PER_WEEK if rate else 1), rel=1e-6)


def test_only_residents_count_in_single_precision() -> None:
    kinds: dict[str, set[Any]] = {
        name: {type(one) for one in kernel_parameters(name, {k: v.value for k, v in declared(kind).items()}, 4)}
        for name, kind in DECLARED.items()
    }
    assert kinds.pop("residents") == {np.float32}
    assert set().union(*kinds.values()) == {float}


def test_a_read_only_view_shows_changes_and_takes_none() -> None:
    array = np.zeros(3)
    view = read_only(array)
    array[0] = 1.0
    assert view[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        view[1] = 1.0
    array[1] = 1.0
