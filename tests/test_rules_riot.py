"""Riots: who is wronged, who works it, who answers whom where; and that no death is counted twice."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.engine.simulate import simulate
from mohalla.events import KIND, ORGANISATION, SIZE, UNIT, Event
from mohalla.mechanisms import riot
from mohalla.parameters import weekly
from mohalla.state import Array
from workbench.places import calm_street as street
from workbench.stepping import Arrays, call_of, run_call
from workbench.towns import scenario

shares = st.floats(0.0, 1.0)
luck = st.floats(0.0, 1.0, exclude_max=True)
counts = st.integers(0, 1000)
WEAVERS, BOATMEN = 0, 1
LANTERN, BANYAN = 1, 2
COUNTS = ("riot_deaths", "riot_work", "killings", "causes", "deaths_here")
RIOT = 1


def numbers(**changed: float) -> riot.Parameters:
    """The mechanism's numbers as its rules take them."""
    return weekly(riot.Parameters, riot.Parameters(**changed)._asdict())


# ------------------------------------------------------------------------------------------------------------ rules
@given(shares, shares, shares, shares)
def test_incidents_need_strangers_and_threat_makes_more(share: float, threat: float, more: float, quiet: float) -> None:
    often = riot.friction(share, threat, quiet)
    assert 0 <= often <= 0.25 + 1e-12
    assert riot.friction(share, max(threat, more), quiet) >= often - 1e-12
    assert riot.friction(1.0, threat, quiet) == riot.friction(0.0, threat, quiet) == 0
    assert riot.friction(share, 0.0, quiet) == pytest.approx(quiet * share * (1 - share))


@given(shares, st.floats(-1, 1), counts, counts)
def test_who_works_a_wrong_wants_ground_is_kin_and_has_gunmen(will: float, kin: float, armed: int, more: int) -> None:
    work = riot.worked(will, kin, armed, 5.0)
    assert 0 <= work <= min(will, max(kin, 0.0))
    assert riot.worked(will, kin, armed + more, 5.0) >= work
    assert riot.worked(0.0, kin, armed, 5.0) == riot.worked(will, 0.0, armed, 5.0) == 0
    assert riot.worked(will, -abs(kin), armed, 5.0) == riot.worked(will, kin, 0, 5.0) == 0


@given(shares, shares, st.floats(0.1, 0.45), st.floats(0.45, 0.9))
def test_a_worked_killing_is_answered_more_and_never_by_as_many(
    work: float, more: float, low: float, top: float
) -> None:
    found = riot.answers(work, low, top)
    assert low - 1e-12 <= found <= top + 1e-12 < 1, "answers to answers die out"
    assert riot.answers(max(work, more), low, top) >= found - 1e-12


@given(shares, shares, shares, shares)
def test_the_state_stops_killing_as_far_as_it_is_there_and_not_penetrated(
    order: float, more: float, penetration: float, stopped: float
) -> None:
    let = riot.unstopped(order, penetration, stopped)
    assert 1 - stopped - 1e-12 <= let <= 1
    assert riot.unstopped(max(order, more), penetration, stopped) <= let + 1e-12
    assert riot.unstopped(order, max(penetration, more), stopped) >= let - 1e-12
    assert riot.unstopped(0.0, penetration, stopped) == riot.unstopped(order, 1.0, stopped) == 1


@given(st.floats(0, 1e4), shares, shares)
def test_resentment_only_fades_and_ends(urge: float, fades: float, forgotten: float) -> None:
    later = riot.lasting(urge, fades, forgotten)
    assert 0 <= later <= urge
    assert later == 0 or later >= forgotten


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_what_would_have_been_anyway_is_not_the_workers_doing(mean: float, unworked: float) -> None:
    share = riot.share_worked(mean, unworked)
    assert 0 <= share < 1
    assert mean * (1 - share) == pytest.approx(min(mean, unworked))


people = st.lists(st.lists(counts, min_size=3, max_size=3), min_size=1, max_size=5).map(np.array)


@given(people)
def test_encounters_are_mutual_and_need_both(residents: Array) -> None:
    for u in range(len(residents)):
        met = riot.encounters(residents, u, 0, 1)
        assert met == riot.encounters(residents, u, 1, 0)
        assert (met > 0) == bool(residents[u, 0] and residents[u, 1])


@given(people, luck)
def test_an_answer_comes_where_both_live(residents: Array, lot: float) -> None:
    u = riot.meeting_place(residents, 0, 2, lot)
    if u >= 0:
        assert residents[u, 0] > 0 < residents[u, 2]
    else:
        assert sum(riot.encounters(residents, v, 0, 2) for v in range(len(residents))) == pytest.approx(0, abs=1e-9)


@given(st.lists(shares, min_size=3, max_size=3), st.lists(counts, min_size=3, max_size=3))
def test_the_organisation_at_work_is_the_one_that_can_most(will: list[float], armed: list[int]) -> None:
    kinship, p = np.array([[0.0, 0.8, 0.4]]), numbers()
    each = [riot.worked(will[k], kinship[0, k], armed[k], p.gunmen_half) for k in range(3)]
    k, work = riot.at_work(p, 0, kinship, np.array(will), np.array(armed))
    assert work == max(each[1:])
    assert each[k] == work
    assert (k == 0) == (work == 0)


@given(st.lists(counts, min_size=3, max_size=3), shares, shares, luck)
def test_a_wrong_is_between_two_communities_that_live_there(
    residents: list[int], threat: float, often: float, lot: float
) -> None:
    c, d = riot.wronged(numbers(), np.array(residents), np.full(3, threat), often, lot * often)
    assert (c, d) == (-1, -1) or (c != d and residents[c] > 0 < residents[d])
    assert riot.wronged(numbers(), np.array([residents[0], 0, 0]), np.full(3, threat), often, lot * often) == (-1, -1)


@given(st.integers(0, 20))
def test_resentments_add_up_and_are_counted_once(times: int) -> None:
    urge, unrest = np.zeros((1, 2, 2)), np.zeros(1, np.int32)
    for _ in range(times):
        riot.resent(0, WEAVERS, BOATMEN, 1.0, 0.5, urge, unrest)
    assert urge[0, WEAVERS, BOATMEN] == times
    assert unrest[0] == (times > 0)


@given(luck)
def test_a_killing_is_resented_at_home_as_often_as_stated(lot: float) -> None:
    urge, unrest = np.zeros((2, 2, 2)), np.zeros(2, np.int32)
    both_live_elsewhere = np.array([[0, 50], [50, 50]])
    riot.resent_here_or_elsewhere(numbers(stays=0.4), 0, WEAVERS, BOATMEN, both_live_elsewhere, lot, urge, unrest)
    assert unrest.tolist() == ([1, 0] if lot < 0.4 else [0, 1])


@given(st.floats(0.01, 5.0), st.booleans())
def test_without_an_organisation_a_wrong_is_answered_all_the_same(urge: float, attacked: bool) -> None:
    p, urges, fell = numbers(), np.full((1, 2, 2), urge), np.zeros((2, 2), np.int64)
    unrest, work = np.zeros(1, np.int32), np.zeros((2, 2), np.int32)
    nobody, kin = np.zeros((1, 2), np.int32), np.array([[0.0, 0.8], [0.0, 0.0]])
    with np.errstate(over="ignore"):
        k = riot.strike_back(
            0, np.uint64(1), p, 0, WEAVERS, BOATMEN, np.ones((1, 2)), kin, np.ones(2), nobody, np.zeros(1), np.zeros(2),
            attacked, urges, unrest, fell, work,
        )  # fmt: skip
    assert k == work.sum() == 0
    assert urges[0, WEAVERS, BOATMEN] == riot.lasting(urge, 1 - p.urge_decay_per_week, p.forgotten)
    assert fell.sum() == fell[WEAVERS, BOATMEN]
    assert unrest[0] == (urges[0, WEAVERS, BOATMEN] > 0)


# ----------------------------------------------------------------------------------------------------------- sweeps
def weeks_of(arrays: Arrays, weeks: int, seed: int = 1, **changed: float) -> Arrays:
    """What is counted in these weeks, added up; a shock falls in the first of them only."""
    total = {name: np.zeros(arrays[name].shape) for name in COUNTS}
    call = call_of("riot", arrays, **changed)
    for week in range(weeks):
        for name in COUNTS:
            arrays[name][...] = 0
        run_call(call, week, np.uint64(seed))
        arrays["shock_deaths"][:] = 0
        for name in COUNTS:
            total[name] += arrays[name]
    return total


def shocked(arrays: Arrays, deaths: int, by: int = BOATMEN) -> Arrays:
    """The same with an outbreak against the weavers."""
    arrays["shock_deaths"][WEAVERS], arrays["shock_by"][WEAVERS] = deaths, by
    return arrays


QUIET = {"incidents_per_year": 0.0}


def test_where_nobody_is_wronged_nobody_dies() -> None:
    assert weeks_of(street(), 100, **QUIET)["riot_deaths"].sum() == 0


def test_an_outbreak_is_answered_by_the_community_that_was_hit_and_by_as_many_as_stated() -> None:
    """The first answers fall on the boatmen, the answers to them on the weavers; five standard errors."""
    p, found = numbers(), np.zeros(2)
    for seed in range(20):
        found += weeks_of(shocked(street(), 200), 40, seed, **QUIET)["riot_deaths"]
    n = p.answered
    boatmen, weavers = 4000 * n / (1 - n**2), 4000 * n**2 / (1 - n**2)
    spread = 5 * math.sqrt(4000 * n / (1 - n) ** 3)
    assert abs(found[BOATMEN] - boatmen) < spread
    assert abs(found[WEAVERS] - weavers) < spread


def test_the_presence_of_the_state_stops_part_of_the_answers_unless_it_is_penetrated() -> None:
    found = {}
    for name, order, penetration in (("absent", 0.0, 0.0), ("present", 1.0, 0.0), ("penetrated", 1.0, 1.0)):
        total = 0.0
        for seed in range(20):
            arrays = shocked(street(), 200)
            arrays["armed"][:, LANTERN], arrays["order"][:], arrays["penetration"][LANTERN] = 20, order, penetration
            total += weeks_of(arrays, 1, seed, **QUIET)["riot_deaths"][BOATMEN]
        found[name] = total
    assert found["present"] == pytest.approx(0.4 * found["absent"], rel=0.15)
    assert found["penetrated"] == found["absent"] > 300


def test_an_outbreak_at_nobodys_hands_or_counted_whole_is_not_answered() -> None:
    assert weeks_of(shocked(street(), 200, by=-1), 40, **QUIET)["riot_deaths"].sum() == 0


def test_answers_come_only_where_both_live() -> None:
    arrays = shocked(street(), 300)
    arrays["unit_people"][:3, BOATMEN] = 0
    found = weeks_of(arrays, 40, **QUIET)
    assert found["deaths_here"][:3].sum() == 0
    assert found["deaths_here"][3] > 20


def test_where_they_meet_nowhere_there_is_nothing_to_answer() -> None:
    arrays = shocked(street(), 300)
    arrays["unit_people"][:2, BOATMEN] = arrays["unit_people"][2:, WEAVERS] = 0
    assert weeks_of(arrays, 40)["riot_deaths"].sum() == 0


def cascade(workers: int, seeds: int = 300) -> float:
    """Mean dead of one incident in a unit where the lantern, kin of the weavers, has so many gunmen."""
    total = 0.0
    for seed in range(seeds):
        arrays = street()
        arrays["armed"][:, LANTERN] = workers
        arrays["unit_people"][:, WEAVERS] = 50
        call = call_of("riot", arrays, incidents_per_year=1e6)
        arrays["adults"][1:] = 0.0
        arrays["threat"][WEAVERS], arrays["threat"][BOATMEN] = 1.0, 0.0
        run_call(call, 0, np.uint64(seed))
        total += arrays["riot_deaths"].sum()
        arrays["adults"][:] = 0.0
        total += weeks_of(arrays, 30, seed, **QUIET)["riot_deaths"].sum()
    return total / seeds


def test_one_incident_kills_more_where_an_organisation_works_it() -> None:
    alone, worked = cascade(0), cascade(20)
    assert alone > 0.1
    assert worked > 3 * alone


def test_work_needs_kin_gunmen_and_a_will_to_fight() -> None:
    found = {}
    for name in ("all", "no kin", "no gunmen", "no will"):
        arrays = shocked(street(), 300)
        arrays["armed"][:, LANTERN] = 0 if name == "no gunmen" else 20
        arrays["will"][:] = 0.0 if name == "no will" else 1.0
        if name == "no kin":
            arrays["kinship"][:, LANTERN] = [-0.2, -0.2]
        found[name] = weeks_of(arrays, 40, **QUIET)["riot_work"]
    assert found["all"][BOATMEN, LANTERN] > 20
    assert [name for name, work in found.items() if work.sum()] == ["all"]


def test_those_killed_by_work_are_among_the_dead_and_all_are_counted_alike() -> None:
    arrays = shocked(street(), 300)
    arrays["armed"][:, 1:3] = 20
    found = weeks_of(arrays, 40)
    dead, bystander = found["riot_deaths"].sum(), arrays["killings"].shape[1] - 1
    assert dead > 50
    assert (found["riot_work"].sum(axis=1) <= found["riot_deaths"]).all()
    assert found["killings"][:, 0, bystander].sum() == found["killings"].sum() == dead
    assert found["causes"][:, RIOT].sum() == found["causes"].sum() == found["deaths_here"].sum() == dead


def test_more_incidents_happen_where_communities_mix_and_feel_threatened() -> None:
    found = {}
    for name, boatmen, threat in (("apart", 0, 1.0), ("calm", 50, 0.0), ("threatened", 50, 1.0)):
        arrays = street()
        arrays["unit_people"][:, BOATMEN], arrays["threat"][:] = boatmen, threat
        found[name] = weeks_of(arrays, 2000, incidents_per_year=4000.0)["riot_deaths"].sum()
    assert found["apart"] == 0
    assert found["threatened"] > 2.5 * found["calm"] > 0


def test_unrest_is_counted_and_ends() -> None:
    arrays = shocked(street(), 50)
    weeks_of(arrays, 1, **QUIET)
    assert arrays["unrest"].sum() > 0
    assert arrays["unrest"].tolist() == (arrays["riot_urge"] > 0).sum(axis=(1, 2)).tolist()
    weeks_of(arrays, 300, **QUIET)
    assert arrays["unrest"].sum() == arrays["riot_urge"].sum() == 0


def test_a_riot_worth_telling_is_told_with_who_worked_it() -> None:
    arrays = shocked(street(), 2000)
    arrays["armed"][:, LANTERN] = 20
    weeks_of(arrays, 2, **QUIET)
    told = arrays["events"][: int(arrays["event_count"][0])]
    assert len(told) > 0
    assert set(told[:, KIND]) == {Event.RIOT}
    assert told[:, SIZE].min() >= riot.Parameters().told_from
    assert LANTERN in told[:, ORGANISATION]
    assert set(told[:, UNIT]) <= set(range(4))


def test_a_riot_threatens_the_community_it_hits() -> None:
    """The outbreak itself hits the weavers; only its answers hit the boatmen."""
    hit = scenario(timeline__shocks__0__deaths=300)
    with_answers, without = (simulate(hit, without=off)["threat"].sel(community="boatmen") for off in ((), ("riot",)))
    assert float(with_answers.max()) > float(without.max()) + 0.1


def test_with_background_off_no_outbreak_is_answered() -> None:
    run = simulate(scenario(timeline__shocks__0__deaths=300), without=["background"])
    assert run["killings_cause"].sel(cause="riot").values.sum() < 20
    answered = simulate(scenario(timeline__shocks__0__deaths=300))
    assert answered["killings_cause"].sel(cause="riot").values.sum() > 330
