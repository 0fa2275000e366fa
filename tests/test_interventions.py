"""A plan laid over a world: what it changes, where and when; what it leaves to the bit; and that persons add up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mohalla.calendar import YEARS_PER_WEEK, date_of
from mohalla.engine import branching, interventions
from mohalla.engine.interventions import Course, Laid
from mohalla.engine.simulate import simulate
from mohalla.engine.snapshot import Snapshot
from mohalla.errors import MohallaError
from mohalla.plan import NOTHING, Intervention, Plan
from workbench.stepping import armed_town, copied, play, start

FIRST, LAST = 30, 59
LANTERN, BANYAN = 1, 2
ASKED: dict[str, Any] = {"scale": 10, "until": None, "without": (), "draw": False}


def day(week: int) -> date:
    """The Monday of a week of the armed town."""
    return date_of(week, armed_town().about.start)


def change(value: str, first: int = FIRST, last: int | None = LAST, **said: Any) -> Intervention:
    """One intervention from the Monday of a week to the Sunday of another."""
    spans: dict[str, Any] = {"from": day(first)}
    if last is not None:
        spans["to"] = day(last) + timedelta(days=6)
    return Intervention.model_validate({"value": value, **spans, **said})


def plan(*interventions: Intervention) -> Plan:
    """A plan of these."""
    return Plan(name="p", title="P", interventions=interventions)


def laid(*changes: Intervention) -> Laid:
    """These laid over the armed town before its first week."""
    run = start(armed_town())
    return interventions.lay(plan(*changes), run.world, run.arrays, run.numbers, run.seed, run.without)


def rows(array: str, *changes: Intervention) -> tuple[Any, Any]:
    """An array's dated history as it is, and with these changes."""
    found = laid(*changes)
    return found.world.history[array], interventions.history(found)[array]


def same(one: xr.Dataset, other: xr.Dataset) -> bool:
    """Every variable equal bit for bit."""
    return all(one[name].values.tobytes() == other[name].values.tobytes() for name in one.variables)


# ------------------------------------------------------------------------------------------------------------ imposed
def test_a_value_is_set_from_its_first_week_to_its_last_and_nowhere_else() -> None:
    before, after = rows("delivery", change("services", set=0.9))
    assert (after[FIRST : LAST + 1] == 0.9).all()
    outside = np.r_[0:FIRST, LAST + 1 : len(after)]
    assert (after[outside] == before[outside]).all()


def test_what_has_no_end_lasts_as_long_as_the_run() -> None:
    _, after = rows("delivery", change("services", last=None, set=0.9))
    assert (after[FIRST:] == 0.9).all()


def test_only_the_sectors_and_districts_named_are_touched() -> None:
    before, after = rows("delivery", change("services", set=0.9, sectors=[2]))
    assert (after[FIRST, 1], after[FIRST, 0]) == (0.9, before[FIRST, 0])
    _, everywhere = rows("delivery", change("services", set=0.9, districts=["old-town"]))
    assert (everywhere[FIRST] == 0.9).all()


def test_a_ramp_rises_evenly_to_the_whole() -> None:
    before, after = rows("delivery", change("services", set=0.9, ramp_weeks=9))
    shift = (after - before)[FIRST : LAST + 1, 0] / (0.9 - before[FIRST, 0])
    assert shift[:10] == pytest.approx(np.arange(1, 11) / 10)
    assert shift[10:] == pytest.approx(1.0)


def test_set_comes_before_scale_and_scale_before_add_whatever_the_order_in_the_file() -> None:
    said = [change("raids", organisations=["lantern"], **one) for one in ({"add": 1}, {"scale": 3}, {"set": 2})]
    for order in (said, said[::-1]):
        _, after = rows("raids_planned", *order)
        assert after[FIRST, LANTERN] == pytest.approx(2 * 3 + 1)


def test_values_stay_within_the_bounds_of_their_lever() -> None:
    _, after = rows("delivery", change("services", add=5))
    assert after.max() == 1.0
    _, less = rows("delivery", change("services", add=-5))
    assert less.min() == 0.0


def test_yearly_money_is_given_by_the_year_and_held_by_the_week() -> None:
    _, after = rows("funds", change("funds", organisations=["banyan"], set=52.0))
    assert after[FIRST, BANYAN] == pytest.approx(52.0 * YEARS_PER_WEEK)


def test_a_stance_is_imposed_while_it_is_set() -> None:
    found = laid(change("stance", organisations=["banyan"], set="co-opt"))
    history = interventions.history(found)
    assert set(history["stance"][FIRST : LAST + 1, BANYAN]) == {1}
    assert (history["stance_imposed"][FIRST : LAST + 1, BANYAN] == 1).all()
    assert history["stance_imposed"][LAST + 1, BANYAN] == found.world.history["stance_imposed"][LAST + 1, BANYAN]


@pytest.mark.parametrize("kept", [True, False])
def test_an_announcement_counts_down_and_is_remembered_as_kept_or_broken(kept: bool) -> None:
    found = laid(change("announced", set=2.0, kept=kept))
    history = interventions.history(found)
    left = history["announced_years"][FIRST : LAST + 1, 0]
    assert left[0] == 2.0
    assert np.diff(left) == pytest.approx(-YEARS_PER_WEEK, abs=1e-6)
    before = found.world.history["credibility"]
    made = found.world.scenario.centre.announcements.made + len(found.world.scenario.state.operations)
    after = (before[LAST + 1, 0] * made + kept) / (made + 1)
    assert history["credibility"][LAST + 1, 0] == pytest.approx(after)
    assert (history["credibility"][:LAST] == before[:LAST]).all()


# ---------------------------------------------------------------------------------------------- persons, posts, money
def taken(found: Laid, weeks: int) -> list[float]:
    """Act week by week; what was done after each."""
    done = []
    for week in range(FIRST, FIRST + weeks):
        interventions.act(found, week)
        done.append(float(found.arrays[interventions.DONE][0]))
    return done


def test_so_many_are_removed_by_a_date_a_part_each_week_and_counted_where_they_went() -> None:
    found = laid(change("armed", organisations=["lantern"], remove=12))
    before = copied(found.arrays)
    done = taken(found, LAST - FIRST + 5)
    assert done == [int(12 * min(1.0, (week + 1) / 30)) for week in range(34)]
    gone = before["armed"] - found.arrays["armed"]
    assert gone[:, LANTERN].sum() == 12 == found.arrays["left"].sum()
    assert gone.min() == 0
    assert gone[:, BANYAN].sum() == 0


def test_who_is_held_can_come_back() -> None:
    found = laid(change("armed", organisations=["lantern"], remove=12, fate="held"))
    before = found.arrays["armed"].sum()
    taken(found, LAST - FIRST + 1)
    assert found.arrays["held_armed"][:, LANTERN].sum() == 12 == before - found.arrays["armed"].sum()
    assert found.arrays["arrested"].sum() == 12


def test_more_than_there_are_cannot_be_removed_and_the_shortfall_is_said() -> None:
    found = laid(change("armed", organisations=["lantern"], remove=10_000))
    there = int(found.arrays["armed"][:, LANTERN].sum())
    taken(found, LAST - FIRST + 1)
    assert found.arrays["armed"][:, LANTERN].sum() == 0
    assert interventions.shortfalls(found) == [f"intervention 1 (armed): of 10000 to be removed there were {there}"]


def test_a_share_is_of_those_there_when_it_begins_and_only_where_named() -> None:
    found = laid(change("workers", organisations=["lantern"], share=0.5, units=[1, 2], last=FIRST))
    before = found.arrays["workers"][:, LANTERN].copy()
    taken(found, 1)
    after = found.arrays["workers"][:, LANTERN]
    assert before[:2].sum() - after[:2].sum() == int(before[:2].sum() * 0.5 + 0.5)
    assert (after[2:] == before[2:]).all()


def test_what_is_added_goes_where_some_are_already_or_to_the_people_where_none_are() -> None:
    found = laid(change("workers", organisations=["lantern"], add=41, last=FIRST))
    before = found.arrays["workers"][:, LANTERN].copy()
    taken(found, 1)
    assert (found.arrays["workers"][:, LANTERN] - before).sum() == 41
    empty = laid(change("workers", organisations=["lantern"], add=41, last=FIRST))
    empty.arrays["workers"][:, LANTERN] = 0
    taken(empty, 1)
    assert empty.arrays["workers"][:, LANTERN].sum() == 41
    assert empty.arrays["workers"][:, LANTERN].min() > 0


def test_money_is_taken_and_given() -> None:
    found = laid(change("budget", organisations=["lantern", "banyan"], share=0.25, last=FIRST))
    found.arrays["budget"][[LANTERN, BANYAN]] = 8.0, 4.0
    taken(found, 1)
    assert found.arrays["budget"][[LANTERN, BANYAN]] == pytest.approx([6.0, 3.0])
    given = laid(change("budget", organisations=["lantern"], add=5.0, last=FIRST))
    given.arrays["budget"][LANTERN] = 1.0
    taken(given, 1)
    assert given.arrays["budget"][LANTERN] == pytest.approx(6.0)


def test_the_chief_goes_and_only_that_post_falls_vacant() -> None:
    found = laid(change("chief", organisations=["lantern"], remove=1, last=FIRST))
    found.arrays["tenure"][:] = 10
    taken(found, 1)
    posts = found.arrays["tenure"].size // found.arrays["founded"].size
    assert np.flatnonzero(found.arrays["tenure"] == 0).tolist() == [LANTERN * posts]


def test_raids_go_to_gunmen_whosever_they_are_as_far_as_they_are_even_handed() -> None:
    found = laid(change("evenness", set=0.5))
    arrays = found.arrays
    arrays["armed"][:] = 0
    arrays["armed"][0, [LANTERN, BANYAN]] = 10, 30
    arrays["raids_planned"][:] = 0.0
    arrays["raids_planned"][LANTERN] = 8.0
    interventions.act(found, FIRST)
    assert arrays["raids_planned"][[LANTERN, BANYAN]] == pytest.approx([4.0 + 1.0, 3.0])


# --------------------------------------------------------------------------------------------------------- conditions
def test_a_condition_must_hold_for_so_many_weeks_running() -> None:
    when = {"measure": "armed", "organisation": "lantern", "above": 5, "for_weeks": 3}
    found = laid(change("services", set=0.9, when=when))
    arrays, begun = found.arrays, []
    for week in range(FIRST, LAST):
        arrays["armed"][:, LANTERN] = 0 if week == FIRST + 6 else 10
        if interventions.wait(found, week):
            begun.append(week)
    assert begun == [FIRST + 9]
    history = interventions.history(found)["delivery"]
    assert (history[FIRST + 9 : LAST + 1] == 0.9).all()
    assert (history[: FIRST + 9] == found.world.history["delivery"][: FIRST + 9]).all()
    assert interventions.course(found) == [Course(day(FIRST + 9).isoformat(), None, 0.0)]


def test_what_becomes_of_interventions_is_known() -> None:
    never = {"measure": "killings", "above": 1e6, "for_weeks": 1}
    found = laid(change("armed", organisations=["lantern"], remove=10_000), change("services", set=0.9, when=never))
    there = int(found.arrays["armed"][:, LANTERN].sum())
    taken(found, LAST - FIRST + 1)
    assert interventions.course(found) == [
        Course(day(FIRST).isoformat(), 10_000.0, there), Course(None, None, 0.0)
    ]  # fmt: skip


def test_killings_are_those_of_four_weeks() -> None:
    found = laid(change("services", set=0.9, when={"measure": "killings", "below": 7, "for_weeks": 1}))
    found.arrays["deaths_here"][:] = 0
    for week, deaths in enumerate([5, 5, 5, 5, 1, 1, 1, 1, 1], start=FIRST):
        found.arrays["deaths_here"][0] = deaths
        if interventions.wait(found, week):
            break
    assert week == FIRST + 7
    assert found.arrays[interventions.DEATHS].sum() == 4


# ----------------------------------------------------------------------------------------------- a whole simulation
BUSY = plan(
    change("armed", organisations=["lantern"], remove=20),
    change("services", set=0.9, ramp_weeks=5),
    change("raids", organisations=["banyan"], add=4),
    change("evenness", set=1.0),
    change("discipline.purge_per_year", scale=2.0),
    change("chief", organisations=["banyan"], remove=1, last=FIRST),
    change("funds", organisations=["lantern"], scale=0.5, when={"measure": "killings", "below": 500, "for_weeks": 4}),
)


def test_a_plan_that_does_nothing_changes_not_a_bit() -> None:
    assert same(simulate(armed_town(), 1, **ASKED), simulate(armed_town(), 1, **ASKED, plan=NOTHING))


def test_before_its_first_week_a_plan_is_nothing_and_then_it_is_something() -> None:
    one, other = simulate(armed_town(), 1, **ASKED), simulate(armed_town(), 1, **ASKED, plan=BUSY)
    by_week = [name for name in one.variables if one[name].dims[:1] == ("week",)]
    assert all(np.array_equal(one[name][:FIRST], other[name][:FIRST]) for name in by_week)
    assert not np.array_equal(one["services"][FIRST], other["services"][FIRST])
    assert other.attrs["plan"] == "p"


def test_plain_python_and_compiled_code_agree_under_a_plan() -> None:
    asked = {**ASKED, "until": day(LAST)}
    assert same(
        simulate(armed_town(), 1, **asked, plan=BUSY), simulate(armed_town(), 1, **asked, plan=BUSY, plain=True)
    )


def test_a_branch_of_a_shared_past_is_the_run_that_was_never_branched() -> None:
    past = branching.past(armed_town(), 1, **ASKED, branch=day(FIRST))
    assert past.weeks == FIRST
    for each in (BUSY, NOTHING):
        whole = simulate(armed_town(), 1, **ASKED, plan=each)
        branch = simulate(armed_town(), 1, **ASKED, plan=each, start=branching.branched(past, each, armed_town()))
        assert same(whole, branch)


def test_a_run_under_a_plan_goes_on_from_a_snapshot_with_the_same_bits() -> None:
    kept: list[Snapshot] = []

    def keep(take: Any) -> None:
        snapshot = take()
        if snapshot.weeks == FIRST + 10:
            kept.append(snapshot._replace(arrays=copied(dict(snapshot.arrays))))

    whole = simulate(armed_town(), 1, **ASKED, plan=BUSY, keep=keep)
    assert same(whole, simulate(armed_town(), 1, **ASKED, plan=BUSY, start=kept[0]))
    with pytest.raises(MohallaError, match="this simulation cannot go on from there: plan was"):
        simulate(armed_town(), 1, **ASKED, start=kept[0])


def test_a_plan_that_begins_before_the_branch_is_refused() -> None:
    past = branching.past(armed_town(), 1, **ASKED, branch=day(FIRST + 1))
    with pytest.raises(MohallaError, match=f"plan p: begins in the week of {day(FIRST)}, before plans part on"):
        branching.branched(past, BUSY, armed_town())


@pytest.mark.parametrize(("week", "words"), [(0, "plans part after the first week"), (500, "let it go on for longer")])
def test_plans_part_within_the_run(week: int, words: str) -> None:
    with pytest.raises(MohallaError, match=words):
        branching.past(armed_town(), 1, **ASKED, branch=day(week))


def test_persons_add_up_under_a_plan() -> None:
    """Members of each organisation change by those who joined, left, were killed, taken and came back, no others."""
    run = start(armed_town())
    run = run._replace(laid=interventions.lay(BUSY, run.world, run.arrays, run.numbers, run.seed, run.without))
    arrays = run.arrays
    before = (arrays["workers"] + arrays["armed"]).sum(axis=0)
    for week, step in play(run, LAST + 5):
        if step == "plan":
            came = arrays["left"].sum(axis=0) + arrays["arrested"].sum(axis=0)
            now = (arrays["workers"] + arrays["armed"]).sum(axis=0)
            assert (before - now == came).all(), week
        if step == "clear":
            before = (arrays["workers"] + arrays["armed"]).sum(axis=0)
