"""Steps that go by unit: one pass over the units does what each of them does alone, with the same bits."""

from __future__ import annotations

import ast
import inspect
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.engine import by_unit, polls, simulate
from mohalla.engine.week import BY_NAME, SCHEDULE, bind, bind_pass, bind_week, run_call, step_order
from mohalla.scenario import Scenario
from mohalla.steps import has_turn
from workbench.stepping import (
    SEED,
    Arrays,
    armed_town,
    call_of,
    copied,
    one_place,
    play,
    restless_town,
    same,
    start,
    with_turns,
)

WEEKS = 60


def calls_of_the_pass() -> list[ast.Call]:
    """The calls in the loop over units, in order."""
    function = ast.parse(inspect.getsource(by_unit.sweep)).body[0]
    units = next(node for node in ast.walk(function) if isinstance(node, ast.For))
    wanted = [node for node in units.body if isinstance(node, ast.If) and ast.unparse(node.test).startswith("to_")]
    return [node.body[0].value for node in wanted]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("step", "call"), list(zip(by_unit.STEPS, calls_of_the_pass(), strict=True)), ids=by_unit.NAMES
)
def test_the_pass_hands_each_step_what_it_declares(step: object, call: ast.Call) -> None:
    declared = BY_NAME[step.name]  # type: ignore[attr-defined]
    handed = [argument.id for argument in call.args[4:]]  # type: ignore[attr-defined]
    assert handed == [*declared.reads, *declared.writes]
    assert ast.unparse(call.func) == f"{declared.mechanism}.{declared.sweep.__name__}"
    numbers = ast.unparse(call.args[3])
    assert numbers == (f"of_{declared.mechanism}" if declared.mechanism in by_unit.NUMBERS else "None")


def test_it_goes_through_its_steps_in_the_order_of_the_week() -> None:
    names = [name for _, steps in SCHEDULE for name in steps]
    assert [name for name in names if name in by_unit.NAMES] == list(by_unit.NAMES)
    first = names.index(by_unit.NAMES[0])
    assert tuple(names[first : first + len(by_unit.NAMES)]) == by_unit.NAMES, "and nothing comes between them"


def weeks_of(town: Scenario, without: tuple[str, ...], *, apart: bool) -> Arrays:
    """The state after some weeks."""
    run = start(town, without=without)
    due = polls.calendar(town, run.world.weeks)
    with np.errstate(over="ignore"):
        for week, step in simulate.play(run, due, [], apart=apart):
            if (week, step) == (WEEKS, "observe"):
                break
    return copied(run.arrays)


@pytest.mark.parametrize("without", [(), ("coercion",), ("extortion",), ("coercion", "extortion")])
def test_together_and_apart_are_the_same_weeks(without: tuple[str, ...]) -> None:
    together, apart = (weeks_of(restless_town(), without, apart=one) for one in (False, True))
    assert [name for name in together if not same(together[name], apart[name])] == []


def test_the_pass_is_one_call_and_apart_there_is_one_for_each_step() -> None:
    run = start(armed_town())
    together = [call if isinstance(call, str) else call.name for call in bind_week(run.arrays, run.numbers)]
    apart = [call if isinstance(call, str) else call.name for call in bind_week(run.arrays, run.numbers, apart=True)]
    assert apart == list(step_order())
    assert " ".join(by_unit.NAMES) in together
    assert len(together) == len(apart) - len(by_unit.NAMES) + 1


def test_steps_that_are_not_wanted_write_nothing() -> None:
    run = start(armed_town())
    for _ in play(run, 10):
        pass
    arrays = copied(run.arrays)
    call = bind_pass([], arrays, run.numbers, 4)
    call.sweep(10, SEED, call.parameters, *call.arrays)
    assert [name for name in arrays if not same(arrays[name], run.arrays[name])] == []


@given(st.integers(1, 40), st.integers(1, 13))
def test_every_unit_has_one_turn_in_so_many_weeks(units: int, weeks: int) -> None:
    done: list[tuple[int, int]] = []
    noting = BY_NAME["watch"]._replace(sweep=lambda u, week, *_: done.append((u, week)))
    sweep = by_unit.over_units(noting, units, weeks)
    for week in range(7 * weeks, 8 * weeks):
        sweep(week, SEED, None)
    assert sorted(u for u, _ in done) == list(range(units))
    assert all(has_turn(u, week, weeks) for u, week in done)


def test_who_has_no_turn_stays_as_he_was_and_is_counted_as_he_was() -> None:
    talkative = restless_town().parameters | {"extortion": {"reporting": 0.9}}
    run, quiet = start(restless_town().model_copy(update={"parameters": talkative})), ("heart", "face", "fear")
    arrays, spoken = run.arrays, 0
    for week, step in simulate.play(run, polls.calendar(run.world.scenario, run.world.weeks), [], apart=True):
        if step == by_unit.NAMES[0]:
            before = copied(arrays)
        if step != "moves":
            continue
        for u, (first, last) in enumerate(pairwise(arrays["unit_first"] * arrays["threat"].size)):
            seats = slice(arrays["cell_start"][first], arrays["cell_start"][last])
            if has_turn(u, week, 4):
                spoken += int(arrays["unit_tips"][u] + arrays["reporting_here"][u])
                continue
            assert [one for one in quiet if not same(before[one][seats], arrays[one][seats])] == []
            assert [one for one in ("unit_face", "force") if not same(before[one][u], arrays[one][u])] == []
            assert arrays["unit_tips"][u] == arrays["reporting_here"][u] == 0, "what was told is told once"
        if week == WEEKS:
            break
    assert spoken > 0


def test_what_frightens_is_all_that_happened_since_the_last_turn() -> None:
    run, since, earlier = start(restless_town()), np.zeros(4, int), 0
    for week, step in play(run, WEEKS):
        if step == "grief":
            earlier += int((since * (run.arrays["deaths_here"] == 0)).sum())
            since += run.arrays["deaths_here"]
            assert run.arrays["frightening"].tolist() == since.tolist()
        if step == "pressures":
            since[[has_turn(u, week, 4) for u in range(4)]] = 0
    assert earlier > 0, "some was of a week before"


def test_a_unit_has_the_means_of_its_neighbourhoods() -> None:
    run = start(restless_town())
    for _ in play(run, 30):
        pass
    arrays = run.arrays
    for u, (first, last) in enumerate(pairwise(arrays["unit_first"])):
        for means, values in (("unit_watch", "watch"), ("unit_risk", "risk")):
            mean = arrays[values][first:last].astype(float).mean(axis=0)
            assert arrays[means][u] == pytest.approx(mean, abs=1e-12)
    assert arrays["unit_watch"].max() > 0 < arrays["unit_risk"].max()


@pytest.mark.parametrize("name", by_unit.NAMES)
def test_units_may_be_done_in_any_order(name: str) -> None:
    """What one unit writes no other reads: so any core may do any of them at any time."""
    run, step, found = start(armed_town()), BY_NAME[name], []
    for _ in play(run, 30):
        pass
    for units in (range(run.world.sizes["unit"]), reversed(range(run.world.sizes["unit"]))):
        arrays = copied(run.arrays)
        call = bind(step, arrays, run.numbers[step.mechanism], plain=True)
        with np.errstate(over="ignore"):
            for u in units:
                step.sweep(u, 30, SEED, call.parameters, *call.arrays)
        found.append(arrays)
    assert [one for one in step.writes if not same(found[0][one], found[1][one])] == []


def lived(weeks_a_turn: int, weeks: int = 48) -> Arrays:
    """A place of danger and harm after so many weeks, in turns of one week or of four."""
    arrays = one_place(4000, organisations=3)
    arrays["turn_weeks"] = np.array([weeks_a_turn])
    arrays["entered"] = np.arange(3)
    arrays["adults"][:], arrays["people_here"][:] = 4000.0, 4000
    arrays["watch"][0, 1], arrays["force"][0, 1], arrays["services"][:] = 0.5, 0.4, 0.0
    arrays["calm_years"][:], arrays["fear"][:], arrays["harm"][:] = 3.0, 0.5, 0.0
    arrays["peak"][:], arrays["remembered"][:] = 1.0, 0.6
    quiet = call_of("residents", arrays, taste_spread=0.0, meetings_per_year=0.0, faces_per_year=0.0)
    feel = call_of("pressures", arrays, near_worst=0.9)
    for week in range(0, weeks, weeks_a_turn):
        run_call(feel, week, SEED)
        arrays["harm"][:] = 0.0
        run_call(quiet, week, SEED)
    return arrays


def test_four_turns_of_a_week_come_to_one_of_four() -> None:
    """What grows by the week is the same; what fades in shares of what is left differs by half a share of a turn."""
    weekly, monthly = lived(1), lived(4)
    assert monthly["calm_years"][0] == pytest.approx(weekly["calm_years"][0], rel=1e-5)
    assert monthly["calm_years"][0] > 3.9
    for name, within in (("fear", 0.03), ("remembered", 0.02), ("resentment", 0.05)):
        mine, theirs = (arrays[name].flat[1] for arrays in (monthly, weekly))
        assert mine == pytest.approx(theirs, rel=within)
    assert weekly["fear"][1] < 0.35
    assert weekly["remembered"][0, 1] == pytest.approx(0.6 * math.exp(-48 * 7 / 365.25 / 4), rel=0.01)
    assert weekly["resentment"][0, 1] > 0.03


def test_blind_force_is_witnessed_as_often_in_any_turns() -> None:
    arrays = {weeks: one_place(1000, organisations=2) for weeks in (1, 4)}
    for weeks, one in arrays.items():
        one["turn_weeks"], one["adults"][:] = np.array([weeks]), 1000.0
        one["force"][0, 1], one["watch"][0, 1] = 0.5, 0.2
        run_call(call_of("pressures", one), 0, SEED)
    assert arrays[4]["harm"][0] == pytest.approx(4 * arrays[1]["harm"][0])
    assert arrays[1]["harm"][0] == pytest.approx(0.01 * 0.8 * 0.5)


@pytest.mark.parametrize("weeks", [1, 3, 4])
def test_plain_and_compiled_agree_whatever_the_turns(weeks: int) -> None:
    found = []
    for plain in (True, False):
        run = start(with_turns(restless_town(), weeks), plain=plain)
        for _ in play(run, 40):
            pass
        found.append(copied(run.arrays))
    assert [name for name in found[0] if not same(found[0][name], found[1][name])] == []
