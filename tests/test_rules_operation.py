"""Raids: what guides them, who gives them away, who informs, who resists, and whom they harm."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.mechanisms import operation
from mohalla.state import Array
from workbench.alone import WEEKS, added_up, midway, numbers, stepped
from workbench.stepping import Arrays

shares = st.floats(0.0, 1.0)
positive = st.floats(0.01, 100.0)
people = st.floats(0.0, 1e6)
persons = st.integers(0, 500)
A_LITTLE = 1e-12
STATE, PARTIES = 4, slice(1, 3)  # the armed town: none, two organisations, one slot, then the state


# ----------------------------------------------------------------------------------------------------------- the rules
@given(people, people, positive, people, people, positive, positive)
def test_tips_and_informers_each_guide_and_neither_needs_the_other(
    tips: float, adults: float, tips_half: float, informers: float, members: float, half: float, more: float
) -> None:
    known = operation.guidance(tips, adults, tips_half, informers, members, half)
    assert 0 <= known <= 1
    assert operation.guidance(tips + more, adults, tips_half, informers, members, half) >= known - A_LITTLE
    assert operation.guidance(tips, adults, tips_half, informers + more, members, half) >= known - A_LITTLE
    assert operation.guidance(0.0, adults, tips_half, 0.0, members, half) == 0
    assert operation.guidance(0.0, adults, tips_half, half, 1.0, half) == pytest.approx(0.5)


@given(shares, shares, shares, shares)
def test_guided_raids_find_more(blind: float, more: float, guided: float, further: float) -> None:
    tipped = min(1.0, blind + more)
    share = operation.share_of_cadre(blind, tipped, guided)
    assert blind - A_LITTLE <= share <= tipped + A_LITTLE
    assert operation.share_of_cadre(blind, tipped, max(guided, further)) >= share - A_LITTLE


@given(shares, shares, shares)
def test_friends_inside_warn(penetration: float, more: float, leaked: float) -> None:
    left = operation.unwarned(penetration, leaked)
    assert 0 <= left <= 1
    assert operation.unwarned(max(penetration, more), leaked) <= left
    assert operation.unwarned(0.0, leaked) == 1


@given(shares, shares, shares, shares)
def test_informers_are_safer_where_protected_and_less_so_where_purges_are_feared(
    protection: float, fear: float, found_out: float, more: float
) -> None:
    danger = operation.danger_to_informers(protection, fear, found_out)
    assert 0 <= danger <= 1
    assert operation.danger_to_informers(max(protection, more), fear, found_out) <= danger + A_LITTLE
    assert operation.danger_to_informers(protection, max(fear, more), found_out) >= danger - A_LITTLE
    assert operation.danger_to_informers(1.0, fear, found_out) == 0


@given(st.floats(0, 2), st.floats(0, 2), st.floats(0, 4), st.floats(0.1, 0.5), shares)
def test_the_detained_weigh_what_they_are_offered_against_what_they_betray(
    leniency: float, loyalty: float, cost: float, noise: float, more: float
) -> None:
    chance = operation.informs(leniency, loyalty, cost, noise)
    assert 0 <= chance <= 1
    assert operation.informs(leniency + more, loyalty, cost, noise) >= chance
    assert operation.informs(leniency, loyalty + more, cost, noise) <= chance
    assert operation.informs(leniency, loyalty, cost + more, noise) <= chance
    assert operation.informs(leniency, leniency, 0.0, noise) == 0.5


@given(shares, shares, shares, st.floats(1.0, 6.0))
def test_unlawful_raids_kill_more(killed: float, unlawful: float, more: float, deadliness: float) -> None:
    share = operation.death_share(killed, unlawful, deadliness)
    assert killed - A_LITTLE <= share <= 1
    assert operation.death_share(killed, max(unlawful, more), deadliness) >= share


@given(people, shares, shares, shares, shares)
def test_nobody_dies_resisting_without_force_or_the_will_to(
    raids: float, each: float, defiance: float, force: float, more: float
) -> None:
    dead = operation.resistance(raids, each, defiance, force)
    assert 0 <= dead <= raids * each
    assert operation.resistance(raids, each, max(defiance, more), force) >= dead
    assert operation.resistance(raids, each, 0.0, force) == operation.resistance(raids, each, defiance, 0.0) == 0


@given(persons, persons, st.integers(1, 500), st.floats(1.0, 6.0), st.floats(0, 1, exclude_max=True))
def test_no_more_gunmen_or_workers_are_taken_than_there_are(
    found: int, workers: int, armed: int, weight: float, u: float
) -> None:
    found = min(found, workers + armed)
    gunmen = operation.gunmen_among(found, workers, armed, weight, u)
    assert 0 <= gunmen <= min(found, armed)
    assert found - gunmen <= workers
    assert operation.gunmen_among(found, workers, armed, weight + 1, u) >= gunmen


@given(shares, shares, st.floats(1.0, 6.0))
def test_who_lies_low_is_sought_like_a_worker(will: float, more: float, weight: float) -> None:
    assert 1 <= operation.sought_as(will, weight) <= weight + A_LITTLE
    assert operation.sought_as(max(will, more), weight) >= operation.sought_as(will, weight)
    assert operation.sought_as(0.0, weight) == 1
    assert operation.sought_as(1.0, weight) == pytest.approx(weight)


@given(st.lists(persons, min_size=3, max_size=3), st.lists(persons, min_size=3, max_size=3), st.floats(1.0, 6.0))
def test_gunmen_weigh_as_they_are_sought(workers: list[int], armed: list[int], weight: float) -> None:
    two = [np.array([[0, n] for n in each]) for each in (workers, armed)]
    members, targets = operation.whom_raids_seek(1, *two, weight)
    assert members == sum(workers) + sum(armed)
    assert targets == pytest.approx(sum(workers) + weight * sum(armed))
    assert operation.whom_raids_seek(0, *two, weight) == (0, 0)


@given(people, st.lists(persons, min_size=3, max_size=3))
def test_harm_falls_on_those_who_live_there(harmed: float, residents: list[int]) -> None:
    found = np.zeros(3)
    operation.harm(harmed, np.array(residents), found)
    assert found.sum() == pytest.approx(harmed if sum(residents) else 0.0)
    assert found.tolist() == pytest.approx([harmed * one / max(sum(residents), 1) for one in residents])


@given(st.floats(0, 50), st.floats(1.0, 6.0), shares)
def test_the_open_is_riskier_unless_nobody_is_hunted_or_all_are_taken(
    hunted: float, weight: float, more: float
) -> None:
    risk = operation.risk_in_the_open(hunted, weight)
    assert 0 <= risk + A_LITTLE <= 1
    assert operation.risk_in_the_open(hunted, weight + more) >= risk - A_LITTLE
    assert operation.risk_in_the_open(0.0, weight) == pytest.approx(0.0)
    assert operation.risk_in_the_open(hunted, 1.0) == pytest.approx(0.0)
    assert operation.risk_in_the_open(40.0, weight) == pytest.approx(0.0, abs=1e-6)


# ----------------------------------------------------------------------------------------------------------- the sweep
def raided(raids: float = 4.0) -> Arrays:
    """The armed town with 200 workers and 40 gunmen of each organisation a unit, raided alike; nobody tells."""
    arrays = midway()
    arrays["workers"][:, PARTIES], arrays["armed"][:, PARTIES] = 200, 40
    arrays["raids_planned"][PARTIES], arrays["unlawful"][:] = raids, 0.0
    arrays["will"][:] = 1.0
    for name in ("tips", "informers", "penetration", "defiance", "purge_fear", "hunted", "open_risk"):
        arrays[name][:] = 0.0
    return arrays


def found_and_taken(arrays: Arrays, **changed: float) -> tuple[Array, Array, Array]:
    """By organisation: members found, all who were taken, and members killed."""
    arrested, killed, arrests = added_up("operation", arrays, ("arrested", "killed", "arrests"), **changed)
    dead = killed.sum(axis=0)[PARTIES]
    return arrested.sum(axis=0)[PARTIES] + dead, arrests[PARTIES] + dead, dead


def off(found: float, taken: float, share: float) -> float:
    """How many standard errors a count is from what its share says."""
    return float(abs(found - share * taken) / math.sqrt(share * (1 - share) * taken))


def test_raids_on_an_organisation_with_informers_find_more_of_it_and_of_no_other() -> None:
    """Five standard errors: once in two million."""
    arrays, p = raided(), numbers("operation")
    arrays["informers"][1] = p["informers_half"] * arrays["workers"].shape[0] * 240
    found, taken, _ = found_and_taken(arrays)
    assert off(found[1], taken[1], p["blind_share"]) < 5
    assert off(found[0], taken[0], (p["blind_share"] + p["tipped_share"]) / 2) < 5


def test_raids_given_away_take_as_many_and_find_and_kill_fewer() -> None:
    arrays, p = raided(20.0), numbers("operation")
    open_found, open_taken, open_dead = found_and_taken(arrays)
    arrays["penetration"][1] = 1.0
    found, taken, dead = found_and_taken(arrays)
    assert taken.tolist() == open_taken.tolist()
    assert found[1] == open_found[1]
    assert off(found[0], taken[0], p["blind_share"] * (1 - p["leaked_share"])) < 5
    assert dead[0] < 0.7 * open_dead[0]


def test_gunmen_who_lie_low_are_taken_less_often_though_as_many_members_are() -> None:
    """Five standard errors: once in two million."""
    arrays = raided(20.0)
    arrays["will"][1:3] = 1.0, 0.0
    before = arrays["armed"].sum(axis=0)[PARTIES]
    gunmen, weeks = np.zeros(2), 300
    found, _, _ = found_and_taken(arrays)
    for week in range(weeks):
        after = stepped("operation", arrays, week=week)
        gunmen += before - after["armed"].sum(axis=0)[PARTIES]
    mean = found / WEEKS * weeks
    assert abs(found[0] - found[1]) < 5 * math.sqrt(found.sum())
    for one, weight in enumerate((3.0, 1.0)):
        wanted = mean[one] * weight * 40 / (weight * 40 + 200)
        assert abs(gunmen[one] - wanted) < 5 * math.sqrt(wanted) + 0.02 * wanted


def test_raids_are_remembered_by_what_they_took_of_those_who_lay_low_or_not() -> None:
    arrays = raided(20.0)
    arrays["raids_planned"][2], arrays["hunted"][2] = 0.0, 0.3
    after = stepped("operation", arrays)
    gone = after["arrested"][:, 1].sum() + after["operation_deaths"][1]
    assert gone > 0
    assert after["hunted"][1] == pytest.approx(gone / (arrays["workers"][:, 1] + 3.0 * arrays["armed"][:, 1]).sum())
    assert after["open_risk"][1] == operation.risk_in_the_open(after["hunted"][1], 3.0) > 0
    assert after["open_risk"][2] == operation.risk_in_the_open(0.3, 3.0), "who is no longer raided still remembers"
    faded = stepped("release", after, hunt_memory_per_year=2.0)["hunted"]
    assert faded[1:3] == pytest.approx(after["hunted"][1:3] * (1 - 2 * 7 / 365.25))


def told(arrays: Arrays, **changed: float) -> float:
    """The share of the detained of the first organisation who inform."""
    arrested, informed = added_up("operation", arrays, ("arrested", "informed"), **changed)
    assert arrested[:, 1].sum() > 500
    return float(informed[1] / arrested[:, 1].sum())


def test_protection_makes_informers_and_fear_and_loyalty_unmake_them() -> None:
    arrays = raided(10.0)
    arrays["cohesion"][:] = 0.5
    usual = told(arrays, protection=0.2)
    assert told(arrays, protection=1.0) > 2 * usual > told(arrays, protection=0.0) > 0
    arrays["purge_fear"][:] = 0.6
    assert told(arrays, protection=0.2) < usual / 2
    assert told(arrays, protection=1.0) > 2 * usual, "who is safe need not fear a purge"
    arrays["purge_fear"][:], arrays["cohesion"][:] = 0.0, 1.0
    assert told(arrays, protection=0.2) < usual / 2


def test_informers_are_counted_kept_and_fade() -> None:
    arrays = raided(20.0)
    arrays["informers"][1] = 8.0
    after = stepped("operation", arrays, protection=1.0)
    assert after["informed"][1] > 0
    assert after["informers"][1] == 8.0 + after["informed"][1]
    faded = stepped("release", after, informers_fade_per_year=2.0)["informers"][1]
    assert faded == pytest.approx(after["informers"][1] * (1 - 2 * 7 / 365.25))


def test_who_resists_kills_personnel_and_no_member_of_anybody() -> None:
    arrays = raided(10.0)
    arrays["force"][:, PARTIES], arrays["defiance"][:3] = 0.5, [0.0, 0.8, 0.0]
    counts = ("killings", "raids", "killed", "deaths_here", "causes", "operation_deaths")
    killings, raids, killed, deaths, causes, dead = added_up("operation", arrays, counts, resisting=0.08)
    shot = float(killings[:, 1, STATE].sum())
    mean = 0.08 * 0.8 * 0.5 * raids[1]
    assert abs(shot - mean) < 5 * math.sqrt(mean)
    assert killings[:, 2, STATE].sum() == 0, "the other one does not resist"
    assert killed.sum() == dead.sum() == killings[:, STATE].sum()
    assert deaths.sum() == causes[:, operation.OPERATION].sum() == shot + dead.sum()


def test_personnel_bereave_nobody_here() -> None:
    arrays = midway()
    arrays["killings"][0, 1, STATE] = arrays["deaths_here"][0] = 50
    quiet = midway()
    after, before = stepped("grief", arrays), stepped("grief", quiet)
    assert after["killed_community"].sum() == before["killed_community"].sum() + 50
    assert after["threat"].tolist() == before["threat"].tolist()
    assert after["bereaved"].tolist() == before["bereaved"].tolist()


def test_those_taken_who_are_no_cadre_are_harmed_as_far_as_raids_are_unlawful() -> None:
    arrays = raided(10.0)
    arrays["unit_people"][:] = [30, 10]
    for unlawful in (0.0, 0.4):
        arrays["unlawful"][:] = unlawful
        (harmed,) = added_up("operation", arrays, ("taken_unlawfully",))
        found, taken, _ = found_and_taken(arrays)
        assert harmed == pytest.approx(unlawful * (taken - found).sum() * np.array([0.75, 0.25]))


def test_unlawful_harm_threatens_the_community_it_falls_on() -> None:
    arrays = midway()
    before = stepped("grief", arrays)["threat"]
    arrays["taken_unlawfully"][0] = 40.0
    after = stepped("grief", arrays, threat_per_taken=0.1)["threat"]
    assert after[0] > before[0]
    assert after[1] == before[1]
    arrays["taken_unlawfully"][0] = 0.0
    arrays["shock_deaths"][0] = 4
    assert stepped("grief", arrays)["threat"][0] == pytest.approx(after[0]), "ten taken weigh as one killed"


def test_without_raids_nobody_is_taken_and_nobody_informs() -> None:
    arrays = raided(0.0)
    assert [one.sum() for one in added_up("operation", arrays, ("arrests", "informed", "killed"), WEEKS // 10)] == [
        0
    ] * 3
