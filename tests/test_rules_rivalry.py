"""Who kills whom where gunmen meet: here or across a border, for ground or in return, and nobody first by order."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mohalla.mechanisms import rivalry
from mohalla.parameters import weekly
from mohalla.state import Array
from workbench.stepping import SEED, Arrays, armed_town, call_of, copied, run_call, start

shares = st.floats(0.0, 1.0)
persons = st.integers(0, 10_000)
LANTERN, BANYAN = 1, 2
WEEKS = 2000
COUNTS = ("killed", "killings", "causes", "deaths_here")
STATE = ("workers", "armed", "urge", "feuds")


def numbers(**changed: float) -> rivalry.Parameters:
    """The mechanism's numbers as its rules take them."""
    return weekly(rivalry.Parameters, rivalry.Parameters(**changed)._asdict())


# ------------------------------------------------------------------------------------------------------------ rules
@given(shares, shares, shares)
def test_rivals_are_met_on_both_sides_of_a_border(here: float, over: float, reach_over: float) -> None:
    met = rivalry.met_on_both_sides(here, over, reach_over)
    assert min(here, over) - 1e-12 <= met <= max(here, over) + 1e-12
    assert rivalry.met_on_both_sides(here, over, 0.0) == here
    assert rivalry.met_on_both_sides(here, over, 1.0) == over


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


@given(st.lists(shares, min_size=3, max_size=6), st.data())
def test_killing_for_ground_is_the_sum_over_pairs(met: list[float], data: st.DataObject) -> None:
    """Each pair by the rule of one pair; nobody kills his own."""
    count = len(met)
    will, armed = (np.array(data.draw(st.lists(shares, min_size=count, max_size=count))) * n for n in (1.0, 50.0))
    chance, gunmen, p = np.array(met), armed.astype(np.int32), numbers()
    chance[0] = 0.0
    friends = np.zeros((count, count + 1), np.int64)
    friends[1:, 0], friends[1:, 1] = 1, np.arange(1, count)
    pairs = [
        rivalry.expected_killings(gunmen[i], will[i], p.killing_per_week, chance[j], 0.0, p.most_each)
        for i in range(1, count)
        for j in range(1, count)
        if i != j
    ]
    assert rivalry.for_ground(p, friends, chance, will, gunmen) == pytest.approx(sum(pairs), abs=1e-12)


def test_patron_and_client_spare_each_other_and_nobody_fights_himself() -> None:
    """Organisation 2 has 1 as its patron; 3 has none."""
    friends = rivalry.friends_of(np.array([0, 0, 1, 0], np.int32))
    assert [sorted(row[1 : row[0] + 1].tolist()) for row in friends] == [[], [1, 2], [1, 2], [3]]


@given(st.floats(0, 100), st.integers(0, 50))
def test_what_is_owed_fades_and_needs_gunmen_and_somebody_to_kill(urge: float, armed: int) -> None:
    p, gunmen, met = numbers(), np.array([0, armed, 0], np.int32), np.array([0.0, 0.0, 0.5])
    owed = np.zeros((3, 3))
    owed[LANTERN, BANYAN] = urge
    expected, alive = rivalry.in_return(p, met, gunmen, owed)
    assert owed[LANTERN, BANYAN] <= urge
    assert expected == min(owed[LANTERN, BANYAN], p.most_each * armed)
    assert alive == (owed > 0).sum()
    assert rivalry.in_return(p, np.zeros(3), gunmen, owed)[0] == 0


@given(st.floats(0, 0.999999), st.floats(0.01, 1), st.floats(0.01, 1))
def test_a_death_falls_on_each_pair_by_its_share(luck: float, one: float, other: float) -> None:
    p, armed, will = numbers(), np.array([0, 10, 10], np.int32), np.array([0.0, one, other])
    none, nobody = np.zeros((3, 3)), np.zeros(3, np.int32)
    met, each = np.array([0.0, 1.0, 1.0]), 10 * p.killing_per_week
    assume(abs(luck * (one + other) - one) > 1e-9)
    pair = rivalry.picked(p, nobody, met, will, armed, none, luck * (one + other) * each)
    assert pair == ((LANTERN, BANYAN) if luck * (one + other) < one else (BANYAN, LANTERN))
    assert rivalry.picked(p, nobody, met, will, armed, none, (one + other) * each * 1.01) == (0, 0)


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
    arrays["armed"][here, LANTERN], arrays["workers"][there, BANYAN] = 200, 500
    assert killings(copied(arrays), reach_over=0.0).sum() == 0
    found = killings(copied(arrays), reach_over=0.5)
    assert found[there, LANTERN, BANYAN] > 20
    assert found.sum(axis=0)[LANTERN, BANYAN] == found[there, LANTERN, BANYAN], "they die where they were"
    far = street()
    far["armed"][here, LANTERN], far["workers"][here, BANYAN] = 200, 500
    assert killings(far, reach_over=0.5)[here, LANTERN, BANYAN] > found[there, LANTERN, BANYAN]


def test_as_many_are_killed_as_the_rule_says() -> None:
    """Five standard errors: once in two million."""
    arrays = street()
    arrays["armed"][0, LANTERN], arrays["workers"][0, BANYAN] = 50, 400
    p = numbers()
    met = rivalry.chance_of_meeting(400, 1000.0, p.meeting_half)
    wanted = WEEKS * rivalry.expected_killings(50, 1.0, p.killing_per_week, met, 0.0, p.most_each)
    found = killings(arrays, reach_over=0.0)[0, LANTERN]
    assert abs(found[BANYAN] - wanted) < 5 * math.sqrt(wanted)
    assert abs(found[-1] - p.bystander_share * found[BANYAN]) < 5 * math.sqrt(p.bystander_share * wanted)


def test_each_killing_is_answered_by_as_many_as_stated() -> None:
    """A hundred killings laid to the lantern's account at once, in a town where nobody wants ground."""
    arrays, p = street(), numbers()
    arrays["armed"][0, BANYAN], arrays["workers"][0, LANTERN] = 1000, 30_000
    arrays["will"][:] = 0.0
    arrays["urge"][0, BANYAN, LANTERN] = 100 * p.branching * p.urge_decay_per_week / (1 - p.urge_decay_per_week)
    arrays["feuds"][0] = 1
    found = killings(arrays, 40, again=False)
    assert abs(found[0, BANYAN, LANTERN] - 100 * p.branching) < 5 * math.sqrt(100 * p.branching)
    assert arrays["urge"][0, LANTERN, BANYAN] > 0, "the lantern has no gunmen, but has not forgotten"


def test_feuds_are_the_urges_that_are_alive_and_end_when_all_have_faded() -> None:
    arrays = street()
    arrays["armed"][:, LANTERN], arrays["workers"][:, BANYAN] = 100, 500
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
    arrays["armed"][:, LANTERN], arrays["workers"][0, BANYAN] = 1000, 3
    found = killings(arrays, 100, again=False, killing_per_year=50.0)
    assert found[:, LANTERN, BANYAN].sum() == 3
    assert arrays["workers"][0, BANYAN] == 0


def test_patron_and_client_spare_each_other() -> None:
    arrays = street()
    arrays["armed"][:, 1:3], arrays["workers"][:, 1:3] = 100, 400
    arrays["patron"][LANTERN] = BANYAN
    assert killings(arrays, 100).sum() == 0


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


def test_armed_rivals_among_its_followers_make_it_insecure() -> None:
    arrays = street()
    arrays["followers"][:], arrays["followers"][0, LANTERN] = 0.0, 500.0
    found = []
    for gunmen in (0, 5, 50):
        arrays["armed"][0, BANYAN] = gunmen
        run_call(call_of("will", arrays), 0, SEED)
        found.append(float(arrays["insecurity"][LANTERN]))
    assert found == [0.0, pytest.approx(0.5), pytest.approx(50 / 55)]
