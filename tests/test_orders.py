"""What a plan orders an organisation to do: a split and who is first in it, a return, a reshuffle, an appeal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mohalla.calendar import date_of
from mohalla.engine import interventions
from mohalla.engine.interventions import Laid
from mohalla.engine.simulate import simulate
from mohalla.events import Event
from mohalla.mechanisms import DECLARED
from mohalla.parameters import declared
from mohalla.plan import Intervention, Plan, is_force, problems
from mohalla.scenario import Scenario
from workbench.stepping import armed_town, start

WEEK, LANTERN, SPLINTER = 32, 1, 3
SECTORS, UNITS = 2, 4
ASKED: dict[str, Any] = {"scale": 10, "until": None, "draw": False}
SPLIT: dict[str, Any] = {"organisations": ["lantern"], "fate": "splinter"}


def town(slots: int = 1) -> Scenario:
    """The armed town with room for splinters, in which nobody splits or returns by himself."""
    quiet = {
        "defection": {"considered_per_year": 1e-9, "returning_per_year": 1e-9, "least_cadre": 0.5},
        "command": {"reconsidered_per_year": 1e-9},
    }
    return armed_town().model_copy(update={"splinter_slots": slots, "parameters": quiet})


def order(value: str, week: int = WEEK, weeks: int = 4, **said: Any) -> Intervention:
    """An intervention of a month."""
    begins = date_of(week, town().about.start)
    span = {"from": begins, "to": begins + timedelta(days=7 * weeks - 1)}
    return Intervention.model_validate({"value": value, **span, **said})


def plan(*orders: Intervention) -> Plan:
    """A plan of these."""
    return Plan(name="ordered", title="Ordered", interventions=orders)


def ran(*orders: Intervention, **asked: Any) -> xr.Dataset:
    """The town under these orders."""
    return simulate(town(), 1, **{**ASKED, **asked}, plan=plan(*orders))


def weeks_of(run: xr.Dataset, kind: Event) -> list[int]:
    """Weeks in which something happened."""
    return [int(week) for week in run["event_week"].values[run["event_kind"].values == int(kind)]]


def _fresh(slots: int, without: tuple[str, ...] = ()) -> tuple[Any, ...]:
    """What a plan is laid over: the town at its beginning, all posts held for two years by followed holders."""
    run = start(town(slots), without=without)
    run.arrays["tenure"][:], run.arrays["following"][:] = 104, 0.4
    return run.world, run.arrays, run.numbers, run.seed, without


def laid(*orders: Intervention, without: tuple[str, ...] = ()) -> Laid:
    """The town at its beginning with these orders over it; all posts held for two years by followed holders."""
    return interventions.lay(plan(*orders), *_fresh(1, without))


def act(found: Laid) -> None:
    """The week of the orders; draws scramble 64 bits, which overflow."""
    with np.errstate(over="ignore"):
        interventions.act(found, WEEK)


def posts(found: Laid, organisation: int) -> Any:
    """Weeks that the heads of sectors and then of units of an organisation have been in their posts."""
    each = found.arrays["tenure"].size // found.arrays["founded"].size
    return found.arrays["tenure"][organisation * each + 1 : (organisation + 1) * each]


def test_a_split_that_is_ordered_takes_heads_and_those_who_follow_them_and_nobody_is_lost() -> None:
    found = laid(order("heads", remove=2, weeks=1, **SPLIT))
    arrays = found.arrays
    before = (arrays["workers"] + arrays["armed"]).sum(axis=0)
    assert arrays["founded"][SPLINTER] == 0.0
    act(found)
    after = (arrays["workers"] + arrays["armed"]).sum(axis=0)
    assert arrays["founded"][SPLINTER] == 1.0
    assert arrays["parent"][SPLINTER] == LANTERN
    assert before.sum() == after.sum()
    assert after[SPLINTER] == before[LANTERN] - after[LANTERN] > 0
    assert (posts(found, LANTERN) == 0).sum() == 2
    assert interventions.course(found)[0].done == 2.0


def test_heads_without_people_are_passed_over() -> None:
    found = laid(order("heads", remove=2, weeks=1, first="loyal", **SPLIT))
    each = found.arrays["tenure"].size // found.arrays["founded"].size
    first = (LANTERN + 1) * each - UNITS
    found.arrays["loyalty"][first : first + UNITS] = [0.9, 0.1, 0.5, 0.2]
    found.arrays["workers"][0, LANTERN], found.arrays["armed"][0, LANTERN] = 0, 0
    act(found)
    assert np.flatnonzero(posts(found, LANTERN)[-UNITS:] == 0).tolist() == [2, 3]


def test_two_organisations_lose_heads_in_proportion_and_not_the_first_ones_of_the_map() -> None:
    split = {**SPLIT, "organisations": ["lantern", "banyan"]}
    found = laid(order("heads", share=0.5, weeks=1, **split))
    act(found)
    gone = [np.flatnonzero(posts(found, k)[-UNITS:] == 0).tolist() for k in (LANTERN, 2)]
    assert [len(one) for one in gone] == [2, 0], "one slot: the second finds no splinter of its own"
    two = interventions.lay(found.plan, *_fresh(2))
    act(two)
    gone = [np.flatnonzero(posts(two, k)[-UNITS:] == 0).tolist() for k in (LANTERN, 2)]
    assert [len(one) for one in gone] == [2, 2]


def test_who_leads_a_split_becomes_chief_organiser_and_who_follows_takes_the_like_post() -> None:
    found = laid(order("heads", remove=3, weeks=1, **SPLIT))
    act(found)
    each = found.arrays["tenure"].size // found.arrays["founded"].size
    assert found.arrays["tenure"][SPLINTER * each] > 0
    gone = np.flatnonzero(posts(found, LANTERN) == 0)
    assert np.flatnonzero(posts(found, SPLINTER)).tolist() == gone[1:].tolist()


@pytest.mark.parametrize(
    ("first", "array", "values"),
    [
        ("loyal", "loyalty", [0.1, 0.9, 0.5, 0.2]),
        ("disloyal", "loyalty", [0.8, 0.1, 0.5, 0.9]),
        ("followed", "following", [0.1, 0.7, 0.5, 0.2]),
    ],
)
def test_it_can_be_said_who_goes_first(first: str, array: str, values: list[float]) -> None:
    found = laid(order("heads", remove=1, weeks=1, first=first, **SPLIT))
    each = found.arrays["tenure"].size // found.arrays["founded"].size
    heads = slice((LANTERN + 1) * each - UNITS, (LANTERN + 1) * each)
    found.arrays[array][heads] = values
    act(found)
    assert np.flatnonzero(found.arrays["tenure"][heads] == 0).tolist() == [1]


def test_heads_of_sectors_can_be_removed_only_where_named() -> None:
    found = laid(order("sector_heads", share=1.0, weeks=1, organisations=["lantern"], sectors=[2]))
    act(found)
    assert np.flatnonzero(posts(found, LANTERN) == 0).tolist() == [1]


def test_where_there_is_no_room_or_no_defection_nobody_leaves_and_the_shortfall_is_said() -> None:
    full = laid(order("heads", remove=2, weeks=1, **SPLIT))
    full.arrays["founded"][SPLINTER] = 1.0
    off = laid(order("heads", remove=2, weeks=1, **SPLIT), without=("defection",))
    for found in (full, off):
        act(found)
        assert (posts(found, LANTERN) > 0).all()
        assert interventions.shortfalls(found) == [
            "intervention 1 (heads): of 2 who were to leave for a splinter 0 did: none was to go to, or nobody to head"
        ]


def test_a_split_is_told_and_those_who_return_by_order_are_back_with_their_parent() -> None:
    alone = ran(order("sector_heads", share=1.0, weeks=1, **SPLIT))
    assert len(weeks_of(alone, Event.SPLIT)) == 1
    assert len(weeks_of(alone, Event.DEFECTION)) == SECTORS
    assert weeks_of(alone, Event.READMISSION) == []
    back = ran(
        order("sector_heads", share=1.0, weeks=1, **SPLIT),
        order("readmission", week=WEEK + 12, organisations=["lantern"], set=1),
    )
    (week,) = weeks_of(back, Event.READMISSION)
    assert WEEK + 12 <= week < WEEK + 16
    members = (back["armed"] + back["workers"]).sum("sector").sel(organisation="splinter-1").values
    assert members[week - 1] > 0
    assert members[week:].sum() == 0


def test_a_reshuffle_is_done_once_a_month_while_it_is_ordered() -> None:
    assert weeks_of(ran(), Event.RESHUFFLE) == []
    ordered = weeks_of(ran(order("reshuffle", organisations=["lantern"], set=1)), Event.RESHUFFLE)
    assert len(ordered) == 1
    assert WEEK <= ordered[0] < WEEK + 4


def test_an_appeal_that_is_ordered_is_made_whatever_it_costs() -> None:
    before = ran()
    assert weeks_of(before, Event.APPEAL_ABROAD) == []
    after = ran(
        order("appeal", organisations=["lantern"], set=1), order("positions", organisations=["lantern"], set=0.8)
    )
    (week,) = weeks_of(after, Event.APPEAL_ABROAD)
    shield = after["foreign_shield"].sel(organisation="lantern").values
    assert shield[week - 1] == 0.0
    assert shield[week] > 0.0


def test_orders_are_the_same_in_plain_python_and_compiled() -> None:
    orders = (
        order("heads", share=0.5, first="loyal", **SPLIT),
        order("reshuffle", organisations=["lantern"], set=1),
        order("readmission", week=WEEK + 8, organisations=["lantern"], set=1),
        order("appeal", organisations=["lantern"], set=1),
        order("purge_fear", organisations=["lantern"], set=0.5),
    )
    until = date_of(WEEK + 14, town().about.start)
    one, other = (ran(*orders, until=until, plain=plain) for plain in (True, False))
    assert all(one[name].values.tobytes() == other[name].values.tobytes() for name in one.variables)


def test_who_leaves_by_order_is_no_force_of_the_state() -> None:
    assert not is_force(order("heads", remove=2, **SPLIT))
    assert is_force(order("heads", remove=2, organisations=["lantern"]))


@pytest.mark.parametrize(
    ("one", "slots", "words"),
    [
        (order("armed", remove=2, **SPLIT), 1, "fate = 'splinter': only holders lead others to a splinter"),
        (order("chief", remove=1, **SPLIT), 1, "fate = 'splinter': only holders lead others to a splinter"),
        (order("armed", remove=2, organisations=["lantern"], first="loyal"), 1, "first = 'loyal': says which holders"),
        (order("heads", remove=2, **SPLIT), 0, "this scenario has no room for splinters (splinter_slots = 0)"),
        (order("sector_heads", remove=2, fate="splinter"), 1, "value = 'sector_heads': say of which organisations"),
        (order("sector_heads", remove=2, units=[1], **SPLIT), 1, "is one for each sector head; leave out units"),
        (order("raids", set=5, **SPLIT), 1, "fate = 'splinter': only holders lead others to a splinter"),
        (order("defection.noise", set=0.2, first="loyal"), 1, "first = 'loyal': says which holders"),
        (order("appeal", organisations=["lantern"], scale=3), 1, "is an order: `set` it to 1, or to 0 for none"),
        (order("appeal", organisations=["lantern"], set=1, ramp_weeks=4), 1, "is an order: `set` it to 1"),
        (order("readmission", organisations=["lantern"], set=0.3), 1, "is an order: `set` it to 1"),
        (order("reshuffle", organisations=["lantern"], set=1, weeks=2), 1, "let it stand for 28 days"),
        (order("reshuffle", organisations=["lantern"], set=2), 1, "set = 2: must be between 0 and 1 (0 or 1)"),
    ],
)
def test_an_order_that_cannot_be_given_is_refused_in_words(one: Intervention, slots: int, words: str) -> None:
    tables = {name: declared(parameters) for name, parameters in DECLARED.items()}
    found = problems(plan(one), town(slots), tables)
    assert any(words in problem for problem in found), found
