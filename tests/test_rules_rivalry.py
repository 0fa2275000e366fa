"""Who kills whom where gunmen dispute ground: here or across a border, first or in return, and nobody by order."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.mechanisms import operation, rivalry
from mohalla.parameters import weekly
from mohalla.state import Array
from workbench.stepping import SEED, Arrays, armed_town, call_of, copied, run_call, start

shares = st.floats(0.0, 1.0)
persons = st.integers(0, 10_000)
LANTERN, BANYAN = 1, 2
ALL = np.array([0, LANTERN, BANYAN])
WEEKS = 2000
COUNTS = ("killed", "killings", "causes", "deaths_here")
STATE = ("workers", "armed", "urge", "feuds")


def numbers(**changed: float) -> rivalry.Parameters:
    """The mechanism's numbers as its rules take them."""
    return weekly(rivalry.Parameters, rivalry.Parameters(**changed)._asdict())


# ------------------------------------------------------------------------------------------------------------ rules
@given(persons, persons)
def test_two_forces_are_even_whichever_is_named_first(mine: int, theirs: int) -> None:
    even = rivalry.parity(mine, theirs)
    assert 0 <= even <= 1
    assert even == rivalry.parity(theirs, mine)
    assert (even == 0) == (mine * theirs == 0)
    assert rivalry.parity(mine, mine) == (mine > 0)


@given(st.integers(1, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_upper_hand_ends_a_dispute(weaker: int, more: int, further: int) -> None:
    assert rivalry.parity(weaker, weaker + more + further) <= rivalry.parity(weaker, weaker + more) + 1e-12


@given(shares, shares, shares)
def test_ground_is_disputed_that_is_not_held_or_not_safe(not_held: float, insecure: float, more: float) -> None:
    ground = rivalry.ground_disputed(not_held, insecure)
    assert not_held - 1e-12 <= ground <= 1 + 1e-12
    assert rivalry.ground_disputed(not_held, max(insecure, more)) >= ground - 1e-12
    assert rivalry.ground_disputed(max(not_held, more), insecure) >= ground - 1e-12
    assert rivalry.ground_disputed(not_held, 0.0) == not_held


@given(shares, shares, shares)
def test_what_is_at_stake_is_held_by_the_two_and_most_where_followers_could_go_over(
    held: float, share: float, streets: float
) -> None:
    stake = rivalry.between(held, share * held, streets)
    assert streets * held - 1e-12 <= stake <= held + 1e-12
    assert rivalry.between(held, held, streets) == pytest.approx(held)
    assert rivalry.between(0.0, 0.0, streets) == 0


kin = st.lists(st.floats(-1, 1), min_size=3, max_size=3)
places = st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=2, max_size=2)


def contested(faces: Array, kinship: Array, streets: float) -> Array:
    """What each two have at stake among all communities of a unit, in followers."""
    at_stake = np.zeros((1, 3, 3))
    for c in range(len(faces)):
        rivalry.contest(numbers(streets=streets), 0, c, ALL, faces[None], kinship, at_stake)
    return np.asarray(at_stake[0])


def stakes_of(
    faces: Array,
    people: Array,
    kinship: Array,
    patron: tuple[int, ...] = (0, 0, 0),
) -> Array:
    """What is at stake in a unit between each two."""
    found, patrons = np.zeros((1, 3, 3), np.float32), np.array(patron, np.int32)
    found[0, LANTERN, BANYAN] = found[0, BANYAN, LANTERN] = 9.0
    rivalry.dispute(0, 0, SEED, numbers(), ALL, patrons, kinship, people[None], faces[None], found)
    return np.asarray(found[0])


@given(places, kin, kin)
def test_what_is_at_stake_is_the_same_for_both_and_nothing_between_friends(
    followers: list[list[int]], one: list[float], other: list[float]
) -> None:
    faces, kinship = np.array(followers), np.array([[0.0, *one[:2]], [0.0, *other[:2]]])
    people = faces.sum(axis=1) + 10
    found = stakes_of(faces, people, kinship)
    assert found[LANTERN, BANYAN] == found[BANYAN, LANTERN]
    assert 0 <= found[LANTERN, BANYAN] <= 1
    assert (found[LANTERN, BANYAN] == 0) == (faces[:, 1:].sum() == 0)
    for patron in ((0, 2, 0), (0, 0, 1)):
        assert stakes_of(faces, people, kinship, patron).sum() == 0


@given(places, kin, kin)
def test_followers_are_winnable_as_far_as_the_other_is_their_kin(
    followers: list[list[int]], one: list[float], other: list[float]
) -> None:
    faces, kinship = np.array(followers), np.array([[0.0, *one[:2]], [0.0, *other[:2]]])
    held, of_lantern, of_banyan = faces[:, 1:].sum(), faces[:, LANTERN], faces[:, BANYAN]
    winnable = of_lantern @ np.maximum(kinship[:, BANYAN], 0) + of_banyan @ np.maximum(kinship[:, LANTERN], 0)
    assert contested(faces, kinship, 1.0)[LANTERN, BANYAN] == held
    assert contested(faces, kinship, 0.0)[LANTERN, BANYAN] == pytest.approx(winnable, abs=1e-12)
    assert contested(faces, np.ones((2, 3)), 0.0)[LANTERN, BANYAN] == held
    assert contested(faces, -np.ones((2, 3)), 0.0).sum() == 0


def test_more_is_at_stake_between_those_who_live_by_the_same_people() -> None:
    faces, people, stakes = np.array([[0, 30, 30]]), np.array([100]), {}
    for name, theirs in (("kin", 0.8), ("strangers", -0.4)):
        stakes[name] = stakes_of(faces, people, np.array([[0.0, 0.8, theirs]]))[LANTERN, BANYAN]
    assert stakes["kin"] == pytest.approx(0.6 * (0.5 + 0.5 * 0.8))
    assert stakes["strangers"] == pytest.approx(0.5 * 0.6 + 0.5 * 0.3 * 0.8), (
        "streets, and those of theirs who are its kin"
    )


@given(shares, shares, shares, shares)
def test_the_state_comes_between_as_far_as_it_is_there_and_has_no_friends_among_them(
    order: float, more: float, penetration: float, broken_up: float
) -> None:
    let = rivalry.let_happen(order, penetration, broken_up)
    assert 1 - broken_up - 1e-12 <= let <= 1
    assert rivalry.let_happen(max(order, more), penetration, broken_up) <= let + 1e-12
    assert rivalry.let_happen(order, max(penetration, more), broken_up) >= let - 1e-12
    assert rivalry.let_happen(0.0, penetration, broken_up) == rivalry.let_happen(order, 1.0, broken_up) == 1


@given(shares, persons, persons, shares, shares, shares)
def test_ground_is_fought_for_where_both_have_gunmen_and_something_is_at_stake(
    will: float, mine: int, theirs: int, met: float, stake: float, more: float
) -> None:
    deaths = rivalry.for_ground(will, 0.01, mine, theirs, met, stake)
    assert 0 <= deaths <= 0.01 * mine + 1e-12
    assert rivalry.for_ground(max(will, more), 0.01, mine, theirs, met, stake) >= deaths
    assert rivalry.for_ground(will, 0.01, mine, theirs, max(met, more), stake) >= deaths
    assert rivalry.for_ground(will, 0.01, mine, theirs, met, max(stake, more)) >= deaths
    assert rivalry.for_ground(0.0, 0.01, mine, theirs, met, stake) == 0
    assert rivalry.for_ground(will, 0.01, 0, theirs, met, stake) == 0
    assert rivalry.for_ground(will, 0.01, mine, 0, met, stake) == 0
    assert rivalry.for_ground(will, 0.01, mine, theirs, met, 0.0) == 0


@given(st.floats(0, 1e4), shares, st.floats(0, 1))
def test_an_urge_only_fades_and_ends(urge: float, fades: float, forgotten: float) -> None:
    later = rivalry.remembered(urge, fades, forgotten)
    assert 0 <= later <= urge
    assert later == 0 or later >= forgotten


@given(persons, persons, st.floats(0, 1, exclude_max=True))
def test_who_is_killed_is_armed_as_often_as_members_are(gunmen: int, workers: int, luck: float) -> None:
    assert rivalry.is_gunman(gunmen, gunmen, luck) == (gunmen > 0)
    assert not rivalry.is_gunman(0, workers, luck)
    assert rivalry.is_gunman(gunmen, gunmen + workers, luck) == (luck * (gunmen + workers) < gunmen)


class Corner(NamedTuple):
    """Two units next to each other, in the order in which the rules of a pair take them."""

    will: Array
    order: Array
    penetration: Array
    met: Array
    at_stake: Array
    workers: Array
    armed: Array
    urge: Array


def corner(armed: list[list[int]], *, will: float = 1.0, order: float = 0.0, workers: int = 0) -> Corner:
    """Everything is at stake between everybody, and nobody owes anything."""
    units, count = 2, len(armed[0])
    met = np.zeros((units, count))
    rivalry.meetings(numbers(), np.array(armed, np.int32), np.full(units, 1000.0), met, np.zeros_like(met, np.uint32))
    return Corner(
        np.full(count, will), np.full(units, order), np.zeros(count), met,
        np.ones((units, count, count), np.float32), np.full((units, count), workers, np.int32),
        np.array(armed, np.int32), np.zeros((units, count, count)),
    )  # fmt: skip


def without_oneself(one: Corner) -> Corner:
    for k in range(one.will.size):
        one.at_stake[:, k, k] = 0.0
    return one


def all_who_have_gunmen(one: Corner) -> Array:
    who = np.zeros(one.armed.shape, np.uint32)
    rivalry.meetings(numbers(), one.armed, np.full(len(who), 1000.0), one.met.copy(), who)
    return who


guns = st.lists(st.lists(st.integers(0, 50), min_size=4, max_size=4), min_size=2, max_size=2)


def test_who_is_not_there_is_not_met() -> None:
    met, who = np.zeros((1, 3)), np.zeros((1, 3), np.uint32)
    rivalry.meetings(numbers(), np.array([[7, 0, 2]]), np.array([10_000.0]), met, who)
    assert who.tolist() == [[2, 0, 0]]
    assert met[0].tolist() == [0, 0, pytest.approx(rivalry.chance_of_meeting(2, 10_000.0, numbers().meeting_half))]


@given(guns, shares, shares)
def test_a_units_killing_is_the_sum_over_pairs_and_falls_on_each_by_its_share(
    armed: list[list[int]], luck: float, order: float
) -> None:
    p, here = numbers(), without_oneself(corner([[0, *row[1:]] for row in armed], order=order))
    pairs = {
        (i, j, w): rivalry.of_pair(p, i, j, 0, 1, *here)[w] for i in range(1, 4) for j in range(1, 4) for w in (0, 1)
    }
    total = sum(pairs.values())
    assert rivalry.killing_of(p, 0, 1, 1, *here, all_who_have_gunmen(here)) == pytest.approx(total)
    assert min(pairs.values()) >= 0
    assert [pair for (i, j, _), pair in pairs.items() if i == j and pair > 0] == []
    pair = rivalry.picked(p, 0, 1, *here, luck * total * 0.999)
    assert pairs.get(pair, 0.0) > 0 or total == 0
    assert rivalry.picked(p, 0, 1, *here, total * 1.01 + 1e-9) == (0, 0, 0)


@given(guns)
def test_killing_for_ground_among_all_of_a_unit_is_the_sum_over_its_gunmen(armed: list[list[int]]) -> None:
    p, here = numbers(), corner([[0, *row[1:]] for row in armed])
    who = all_who_have_gunmen(here)
    for side, share in ((0, 1.0 - p.reach_over), (1, p.reach_over)):
        ground = (here.will, here.met, here.at_stake, here.armed)
        pairs = sum(rivalry.ground_of_pair(p, LANTERN, j, 0, 1, *ground)[side] for j in range(1, 4))
        assert share * rivalry.over_all(p, who, 0, LANTERN, side, *ground) == pytest.approx(pairs)


@given(st.integers(0, 50), st.floats(0, 1e4), st.integers(0, 100), st.integers(0, 100))
def test_what_is_owed_needs_gunmen_and_somebody_to_kill_armed_or_not(
    armed: int, urge: float, workers: int, next_door: int
) -> None:
    p, here = numbers(), corner([[0, armed, 0], [0, 0, 0]], will=0.0)
    here.urge[0, LANTERN, BANYAN] = urge
    here.workers[:, BANYAN] = workers, next_door
    owed = rivalry.of_pair(p, LANTERN, BANYAN, 0, 1, *here)
    assert sum(owed) == pytest.approx(min(urge, p.most_each * armed) if workers + next_door else 0.0)
    assert (owed[0] > 0) <= (workers > 0)
    assert (owed[1] > 0) <= (next_door > 0)


@given(st.floats(0, 1e4), persons, st.floats(0.5, 4.0))
def test_no_gunman_kills_more_in_return_than_he_can(urge: float, mine: int, most: float) -> None:
    assert rivalry.in_return(urge, mine, most) <= min(urge, most * mine)
    assert rivalry.in_return(urge, 0, most) == 0


def test_what_a_pair_is_expected_to_do_is_for_the_ground_and_owed() -> None:
    p, here = numbers(), corner([[0, 10, 5], [0, 0, 20]], workers=30)
    here.urge[0, LANTERN, BANYAN] = 0.5
    ground = rivalry.ground_of_pair(p, LANTERN, BANYAN, 0, 1, here.will, here.met, here.at_stake, here.armed)
    owed = rivalry.owed_of_pair(p, LANTERN, BANYAN, 0, 1, here.workers, here.armed, here.urge)
    both = rivalry.of_pair(p, LANTERN, BANYAN, 0, 1, *here)
    assert both == pytest.approx(np.add(ground, owed))
    assert ground[0] / ground[1] == pytest.approx(
        4 * rivalry.for_ground(1.0, 1.0, 10, 5, 5 / 5.2, 1.0) / rivalry.for_ground(1.0, 1.0, 10, 20, 20 / 20.2, 1.0)
    )  # fmt: skip
    assert owed[0] / owed[1] == pytest.approx(4 * 35 / 50), "four fifths of their chances are here, with 35 members"


@given(shares, shares)
def test_the_state_breaks_up_what_is_owed_as_well(order: float, penetration: float) -> None:
    p, here = numbers(), corner([[0, 10, 10], [0, 10, 10]])
    here.urge[0, LANTERN, BANYAN] = 1.0
    alone = sum(rivalry.of_pair(p, LANTERN, BANYAN, 0, 1, *here))
    here.order[:], here.penetration[LANTERN] = order, penetration
    assert sum(rivalry.of_pair(p, LANTERN, BANYAN, 0, 1, *here)) == pytest.approx(
        alone * rivalry.let_happen(order, penetration, p.broken_up)
    )


@given(st.lists(st.floats(0, 100), min_size=4, max_size=4))
def test_urges_alive_are_counted(urges: list[float]) -> None:
    owed = np.zeros((3, 3))
    owed[1:, 1:] = np.array(urges).reshape(2, 2)
    before = owed.copy()
    assert rivalry.a_week_later(numbers(), owed.reshape(-1)) == (owed > 0).sum()
    assert (owed <= before).all()
    assert not owed[0].any()


# ----------------------------------------------------------------------------------------------------------- sweeps
@cache
def town() -> Arrays:
    """The armed town before its first week."""
    return start(armed_town()).arrays


def street() -> Arrays:
    """The armed town emptied of cadre and of feuds; its four units lie side by side."""
    arrays = copied(town())
    for name in (*COUNTS, *STATE):
        arrays[name][...] = 0
    arrays["will"][:] = 1.0
    arrays["adults"][:] = 1000.0
    arrays["at_stake"][:], arrays["order"][:], arrays["penetration"][:] = 0.0, 0.0, 0.0
    arrays["at_stake"][:, LANTERN, BANYAN] = arrays["at_stake"][:, BANYAN, LANTERN] = 1.0
    return arrays


def killings(arrays: Arrays, weeks: int = WEEKS, *, again: bool = True, **changed: float) -> Array:
    """Killings by unit, killer and victim over many weeks, which all begin alike where `again`."""
    first, total = copied(arrays), np.zeros(arrays["killings"].shape)
    call = call_of("rivalry", arrays, **changed)
    for week in range(weeks):
        for name in (*COUNTS, *(STATE if again else ())):
            arrays[name][...] = first[name] if name in STATE else 0
        run_call(call, week, SEED)
        total += arrays["killings"]
    return total


def neighbours(arrays: Arrays) -> tuple[int, int]:
    """Two units that share a side."""
    adjacent = arrays["unit_adjacent"]
    return next((u, int(v)) for u in range(len(adjacent)) for v in adjacent[u] if v >= 0)


def test_gunmen_reach_rivals_next_door_only_as_far_as_they_reach_over() -> None:
    arrays = street()
    here, there = neighbours(arrays)
    arrays["armed"][here, LANTERN], arrays["armed"][there, BANYAN] = 50, 50
    arrays["workers"][there, BANYAN] = 500
    assert killings(copied(arrays), reach_over=0.0).sum() == 0
    found = killings(copied(arrays), reach_over=0.5)
    assert found[there, LANTERN, BANYAN] > 20
    assert found.sum(axis=0)[LANTERN, BANYAN] == found[there, LANTERN, BANYAN], "they die where they were"
    assert found.sum(axis=0)[BANYAN, LANTERN] == found[here, BANYAN, LANTERN] > 20, "and answer in kind"
    far = street()
    far["armed"][here, LANTERN], far["armed"][here, BANYAN], far["workers"][here, BANYAN] = 50, 50, 500
    assert killings(far, reach_over=0.5)[here, LANTERN, BANYAN] > found[there, LANTERN, BANYAN]


def test_as_many_are_killed_as_the_rule_says() -> None:
    """Five standard errors: once in two million."""
    arrays = street()
    arrays["armed"][0, LANTERN], arrays["armed"][0, BANYAN], arrays["workers"][0, BANYAN] = 50, 20, 400
    arrays["at_stake"][:, LANTERN, BANYAN], arrays["at_stake"][:, BANYAN, LANTERN] = 0.6, 0.0
    arrays["order"][:] = 0.5
    p = numbers()
    met = rivalry.chance_of_meeting(20, 1000.0, p.meeting_half)
    each = rivalry.for_ground(1.0, p.killing_per_week, 50, 20, met, 0.6)
    wanted = WEEKS * each * rivalry.let_happen(0.5, 0.0, p.broken_up)
    found = killings(arrays, reach_over=0.0)[0, LANTERN]
    assert abs(found[BANYAN] - wanted) < 5 * math.sqrt(wanted)
    assert abs(found[-1] - p.bystander_share * found[BANYAN]) < 5 * math.sqrt(p.bystander_share * wanted)


def test_an_unarmed_party_kills_nobody_and_is_killed_for_no_ground() -> None:
    arrays = street()
    arrays["armed"][:, LANTERN], arrays["workers"][:, BANYAN] = 100, 1000
    assert killings(arrays, 100, killing_per_year=40.0).sum() == 0


def test_the_presence_of_the_state_keeps_killings_from_happening_unless_it_is_penetrated() -> None:
    found = {}
    for name, order, penetration in (("absent", 0.0, 0.0), ("present", 1.0, 0.0), ("penetrated", 1.0, 1.0)):
        arrays = street()
        arrays["armed"][:, 1:3], arrays["order"][:], arrays["penetration"][1:3] = 100, order, penetration
        found[name] = killings(arrays, 300).sum()
    assert found["absent"] == found["penetrated"] > 500
    assert found["present"] == pytest.approx(0.4 * found["absent"], rel=0.15)


def test_each_killing_is_answered_by_as_many_as_stated() -> None:
    """A hundred killings laid to the lantern's account at once, in a town where nobody wants ground."""
    arrays, p = street(), numbers()
    arrays["armed"][:], arrays["armed"][0, BANYAN], arrays["workers"][0, LANTERN] = 0, 1000, 30_000
    arrays["will"][:] = 0.0
    arrays["urge"][0, BANYAN, LANTERN] = 100 * p.branching * p.urge_decay_per_week / (1 - p.urge_decay_per_week)
    arrays["feuds"][0] = 1
    found = killings(arrays, 40, again=False)
    assert abs(found[0, BANYAN, LANTERN] - 100 * p.branching) < 5 * math.sqrt(100 * p.branching)
    assert arrays["urge"][0, LANTERN, BANYAN] > 0, "the lantern has no gunmen, but has not forgotten"


def test_feuds_are_the_urges_that_are_alive_and_end_when_all_have_faded() -> None:
    arrays = street()
    arrays["armed"][:, 1:3], arrays["workers"][:, BANYAN] = 100, 500
    killings(arrays, 50, again=False)
    assert arrays["feuds"].sum() > 0
    assert arrays["feuds"].tolist() == (arrays["urge"] > 0).sum(axis=(1, 2)).tolist()
    arrays["will"][:], arrays["armed"][:] = 0.0, 0
    killings(arrays, 400, again=False)
    assert arrays["feuds"].sum() == arrays["urge"].sum() == 0


def test_neither_of_two_equal_sides_strikes_first() -> None:
    """Five standard errors: once in two million."""
    arrays = street()
    arrays["armed"][:, 1:3], arrays["workers"][:, 1:3] = 3, 0
    found = killings(arrays, killing_per_year=40.0).sum(axis=0)
    both = found[LANTERN, BANYAN] + found[BANYAN, LANTERN]
    assert both > 1000
    assert abs(found[LANTERN, BANYAN] - found[BANYAN, LANTERN]) < 5 * math.sqrt(both)


def test_nobody_dies_twice() -> None:
    arrays = street()
    arrays["armed"][:, LANTERN], arrays["armed"][0, BANYAN], arrays["workers"][0, BANYAN] = 20, 20, 3
    found = killings(arrays, 200, again=False, killing_per_year=50.0)
    assert found[:, LANTERN, BANYAN].sum() == 23
    assert arrays["workers"][0, BANYAN] == arrays["armed"][0, BANYAN] == 0


def test_patron_and_client_spare_each_other() -> None:
    arrays = street()
    arrays["armed"][:, 1:3], arrays["workers"][:, 1:3] = 100, 400
    arrays["unit_face"][:, :, 1:3] = 20
    run_call(call_of("dispute", arrays), 0, SEED)
    assert arrays["at_stake"].sum() > 0
    arrays["patron"][LANTERN] = BANYAN
    run_call(call_of("dispute", arrays), 0, SEED)
    assert killings(arrays, 100).sum() == arrays["at_stake"].sum() == 0


def test_an_organisation_wants_ground_it_lacks_and_is_careful_of_office() -> None:
    arrays = street()
    arrays["adults"][:], arrays["followers"][:] = 1000.0, 0.0
    arrays["followers"][:, BANYAN] = 900.0
    run_call(call_of("will", arrays), 0, SEED)
    assert arrays["will"][LANTERN] > arrays["will"][BANYAN]
    before = arrays["will"][LANTERN]
    arrays["office"][LANTERN] = 0.8
    run_call(call_of("will", arrays), 0, SEED)
    assert arrays["will"][LANTERN] < before


def test_who_holds_all_fights_for_it_where_rivals_have_gunmen() -> None:
    arrays = street()
    arrays["followers"][:], arrays["office"][:], arrays["seats_share"][:] = 0.0, 0.0, 0.0
    arrays["followers"][:, BANYAN] = 1000.0
    arrays["armed"][:, LANTERN] = 0
    run_call(call_of("will", arrays), 0, SEED)
    assert arrays["will"][BANYAN] == 0
    arrays["armed"][:, LANTERN] = 5
    run_call(call_of("will", arrays), 0, SEED)
    assert arrays["will"][BANYAN] == pytest.approx(0.5)


def test_who_is_hunted_lies_low_and_who_is_taken_anyway_does_not() -> None:
    """S1 and S5: what counts is what lying low would spare."""
    arrays = street()
    arrays["followers"][:], arrays["office"][:], arrays["seats_share"][:] = 0.0, 0.0, 0.0
    found = []
    for hunted in (0.0, 0.5, 8.0):
        arrays["open_risk"][LANTERN] = operation.risk_in_the_open(hunted, 3.0)
        run_call(call_of("will", arrays, ground_worth=0.8), 0, SEED)
        found.append(float(arrays["will"][LANTERN]))
    assert found[0] == pytest.approx(0.8)
    assert found[1] < 0.5
    assert found[2] == pytest.approx(0.8, abs=0.01)


def test_armed_rivals_among_its_followers_make_it_insecure() -> None:
    arrays = street()
    arrays["followers"][:], arrays["followers"][0, LANTERN] = 0.0, 500.0
    found = []
    for gunmen in (0, 5, 50):
        arrays["armed"][0, BANYAN] = gunmen
        run_call(call_of("will", arrays), 0, SEED)
        found.append(float(arrays["insecurity"][LANTERN]))
    assert found == [0.0, pytest.approx(0.5), pytest.approx(50 / 55)]
