"""Every rule keeps its bounds, moves the way its theory says, and treats organisations alike (claim H6)."""

from __future__ import annotations

import ast
import inspect
import math
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mohalla import draw
from mohalla.engine.simulate import simulate
from mohalla.engine.week import BY_NAME, bind
from mohalla.mechanisms import (
    MODULES,
    background,
    coercion,
    command,
    demography,
    election,
    extortion,
    patronage,
    pressures,
    recruitment,
    residents,
    rivalry,
    services,
    tallies,
    treasury,
)
from mohalla.scenario import Scenario
from mohalla.state import BY_NAME as FIELDS
from mohalla.state import Array
from workbench.stepping import SEED, Arrays, armed_town, copied, play, same, start
from workbench.towns import census, organisation, scenario

f4 = np.float32
shares = st.floats(0.0, 1.0)
single = st.floats(0.0, 1.0, width=32).map(f4)
utilities = st.floats(-4.0, 4.0, width=32).map(f4)
years = st.floats(0.0, 60.0, width=32).map(f4)
positive = st.floats(0.01, 100.0)
people = st.floats(0.0, 1e6)
persons = st.integers(0, 100_000)
words = st.integers(0, 2**32 - 1).map(np.uint32)
reversals = st.integers(0, 3)
A_LITTLE = 1e-6  # float32 rounding where two roads lead to one number


def rules_of(module: ModuleType) -> list[str]:
    """Names of the functions marked as rules in a mechanism's file."""
    functions = [node for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.FunctionDef)]
    marks = [(one.name, [mark.id for mark in one.decorator_list if isinstance(mark, ast.Name)]) for one in functions]
    return [name for name, marked in marks if "rule" in marked]


COUNTED_ONE_BY_ONE = {"count_changes"}  # in test_conservation


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.NAME)
def test_every_rule_is_tested_here(module: ModuleType) -> None:
    here = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_rules*.py"))
    short = module.__name__.rpartition(".")[2]
    assert [
        name for name in rules_of(module) if f"{short}.{name}(" not in here and name not in COUNTED_ONE_BY_ONE
    ] == []


# ------------------------------------------------------------------------------------------------------- residents
@given(utilities, utilities)
def test_odds_fall_with_what_is_gained(x: np.float32, more: np.float32) -> None:
    odds, then = residents.odds_against(x), residents.odds_against(f4(x + abs(more)))
    assert 0 < then <= odds < math.exp(17)
    assert residents.odds_against(f4(0)) == 1


@given(utilities, single, single, single)
def test_a_change_worth_more_is_made_whenever_one_worth_less_is(
    gain: np.float32, more: np.float32, chance: np.float32, u: np.float32
) -> None:
    noise = f4(0.1)
    assert residents.moves(f4(gain + more), noise, chance, u) >= residents.moves(gain, noise, chance, u)
    assert not residents.moves(gain, noise, f4(0), u)


@given(single, single, single, st.booleans())
def test_fear_stays_within_bounds_and_harm_only_raises_it(
    fear: np.float32, decay: np.float32, jump: np.float32, witnessed: bool
) -> None:
    after = residents.feels(fear, decay, jump, witnessed)
    assert 0 <= after <= 1
    assert residents.feels(fear, decay, jump, True) >= residents.feels(fear, decay, jump, False)
    assert residents.feels(fear, decay, jump, False) <= fear


@given(years, years, years, reversals)
def test_belief_grows_with_calm_and_shrinks_with_horizon_and_reversals(
    calm: np.float32, more: np.float32, horizon: np.float32, lived: int
) -> None:
    prior = f4(1)
    belief = residents.believes(calm, prior, horizon, lived)
    assert 0 < belief <= 1
    assert residents.believes(f4(calm + more), prior, horizon, lived) >= belief - A_LITTLE
    assert residents.believes(calm, prior, f4(horizon + more), lived) <= belief + A_LITTLE
    assert residents.believes(calm, prior, horizon, min(lived + 1, 3)) <= belief


@given(utilities, utilities, utilities, single)
def test_a_face_is_worth_honesty_and_gain_less_danger(
    honesty: np.float32, gain: np.float32, danger: np.float32, more: np.float32
) -> None:
    worth = residents.worth(1, 1, honesty, gain, danger)
    assert worth == pytest.approx(residents.worth(2, 1, honesty, gain, danger) + honesty, abs=1e-5)
    assert residents.worth(1, 1, honesty, gain, f4(danger + more)) <= worth
    assert residents.worth(1, 1, honesty, f4(gain + more), danger) >= worth


@given(utilities, utilities)
def test_the_better_face_is_taken_and_the_first_of_equals(one: np.float32, other: np.float32) -> None:
    best, most = residents.better(5, one, 7, other)
    assert most == max(one, other)
    assert best == (7 if other > one else 5)


@given(single, single, single, single, single, single)
def test_people_speak_for_calm_services_and_grievance_and_not_from_fear(
    chance: np.float32,
    calm: np.float32,
    delivery: np.float32,
    grievance: np.float32,
    fear: np.float32,
    other: np.float32,
) -> None:
    speaks = residents.speaks_up(chance, calm, delivery, grievance, fear)
    assert 0 <= speaks <= chance
    assert residents.speaks_up(chance, max(calm, other), delivery, grievance, fear) >= speaks
    assert residents.speaks_up(chance, calm, max(delivery, other), grievance, fear) >= speaks
    assert residents.speaks_up(chance, calm, delivery, max(grievance, other), fear) >= speaks
    assert residents.speaks_up(chance, calm, delivery, grievance, max(fear, other)) <= speaks


@given(words)
def test_normal_numbers_are_symmetric_and_bounded(word: np.uint32) -> None:
    assert residents.normal(word) == -residents.normal(np.uint32(~word))
    assert abs(residents.normal(word)) < 3.46


def test_normal_numbers_have_mean_zero_and_spread_one() -> None:
    """All values a byte can have, in each of four places: the moments are exact."""
    variance = 4 * (256**2 - 1) / 12
    assert float(residents.TASTE_SD) == pytest.approx(variance**-0.5)
    assert float(residents.TASTE_MEAN) == 4 * 255 / 2


def test_tastes_for_two_organisations_are_unrelated() -> None:
    """The correlation of 20,000 pairs; beyond 5 / sqrt(20,000) less than once in a million."""
    low, high = np.uint32(12345), np.uint32(67890)
    with np.errstate(over="ignore"):
        pairs = [[residents.taste(low, high, np.uint32(i), k) for k in (1, 2)] for i in range(20_000)]
    assert abs(np.corrcoef(np.array(pairs).T)[0, 1]) < 5 / math.sqrt(20_000)


@given(utilities, st.floats(0, 1.5, width=32).map(f4), st.floats(0, 1.5, width=32).map(f4), single, single, single)
def test_what_is_packed_comes_out_again(
    appeal: np.float32, gain: np.float32, risk: np.float32, worst: np.float32, reach: np.float32, doubt: np.float32
) -> None:
    """To half a step of each: 1/4096 of appeal, 1/65535 of reach, 1/512 of gain, 1/1024 of danger."""
    pull, stake = residents.pack_pull(appeal, reach), residents.pack_stake(gain, risk, worst)
    assert residents.appeal_of(pull) - 8 == pytest.approx(appeal, abs=0.51 / 4096)
    assert residents.reach_of(pull) == pytest.approx(reach, abs=0.51 / 65535)
    assert residents.gain_of(stake) == pytest.approx(gain, abs=0.51 / 512)
    assert residents.danger_of(stake, doubt) == pytest.approx(risk + doubt * worst, abs=1.01 / 1024)


levels = st.floats(0, 1.5, width=32).map(f4)


@given(st.lists(st.tuples(levels, levels, levels), min_size=2, max_size=12))
def test_stakes_are_packed_one_by_one_in_the_neighbourhoods_asked_for_and_in_no_other(
    each: list[tuple[np.float32, np.float32, np.float32]],
) -> None:
    gain, risk, worst = (np.array([column, column], f4) for column in zip(*each, strict=True))
    stakes = np.full((2, len(each)), 7, np.uint32)
    residents.pack_stakes(1, 2, gain, risk, worst, stakes)
    assert stakes[1].tolist() == [int(residents.pack_stake(*one)) for one in each]
    assert stakes[0].tolist() == [7] * len(each)


@given(*[st.floats(-1, 1, width=32).map(f4)] * 3, levels, st.floats(0, 1, width=32).map(f4))
def test_a_cells_pull_is_kin_place_and_what_helps_under_threat(
    kin: np.float32, offered: np.float32, threat: np.float32, shelter: np.float32, reach: np.float32
) -> None:
    def row(value: np.float32) -> np.ndarray:
        return np.array([[0.0, value]], f4)

    pulls = np.zeros((1, 2), np.uint32)
    exposed, rally = np.array([0.5], f4), f4(0.25)
    residents.pack_pulls(
        0, 0, 0, row(kin), row(rally), row(threat), row(offered), row(reach), exposed, row(shelter), pulls
    )
    assert pulls[0, 1] == residents.pack_pull(f4(kin + offered + f4(rally * exposed[0] + threat * shelter)), reach)
    assert pulls[0, 0] == residents.pack_pull(f4(0.0), f4(0.0))


@given(st.floats(-100, 100, width=32).map(f4), st.sampled_from([f4(512), f4(1024), f4(4096)]))
def test_what_does_not_fit_is_held_at_the_edge(x: np.float32, steps: np.float32) -> None:
    assert 0 <= residents.fixed(x, steps, f4(4095)) <= 4095
    assert residents.fixed(f4(-abs(x)), steps, f4(4095)) == 0


# ------------------------------------------------------------------------------------- pressures, coercion, services
@given(st.floats(-1, 1), utilities, shares, shares, shares, shares, shares)
def test_standing_rises_with_sympathy_and_falls_with_harm_failure_and_stain(
    kinship: float, tide: float, sympathy: float, grievance: float, failure: float, stain: float, more: float
) -> None:
    p, worth = pressures.Parameters(), 0.8
    standing = pressures.standing(p, worth, kinship, tide, sympathy, grievance, failure, stain)
    assert pressures.standing(p, worth, kinship, tide, max(sympathy, more), grievance, failure, stain) >= standing
    assert pressures.standing(p, worth, kinship, tide, sympathy, max(grievance, more), failure, stain) <= standing
    assert pressures.standing(p, worth, kinship, tide, sympathy, grievance, max(failure, more), stain) <= standing
    assert pressures.standing(p, worth, kinship, tide, sympathy, grievance, failure, max(stain, more)) <= standing


@given(st.floats(0, 2), st.floats(0, 2), shares, shares, shares)
def test_kinship_is_worth_more_to_the_threatened_and_the_shut_out(
    calm: float, added: float, threat: float, exclusion: float, more: float
) -> None:
    def worth(threat: float, exclusion: float, kinship: float = 1.0) -> float:
        at_peace = pressures.identity(calm, added, exclusion) * kinship
        return at_peace + pressures.rallies(added, threat, exclusion, kinship)

    assert calm - 1e-12 <= worth(threat, exclusion) <= calm + added + 1e-12
    assert worth(threat, exclusion) == pytest.approx(worth(exclusion, threat)), "either does"
    assert worth(max(threat, more), exclusion) >= worth(threat, exclusion) - 1e-12
    assert worth(0.0, 0.0) == calm
    assert worth(1.0, exclusion) == pytest.approx(calm + added)
    assert worth(threat, exclusion, -1.0) == pytest.approx(-worth(threat, exclusion)), "strangers repel as kin draw"


@given(shares, shares, shares)
def test_the_state_takes_care_of_threat_where_it_is_present(order: float, more: float, replaces: float) -> None:
    exposed = pressures.left_exposed(order, replaces)
    assert 0 <= exposed <= 1
    assert pressures.left_exposed(max(order, more), replaces) <= exposed
    assert pressures.left_exposed(0.0, replaces) == 1.0


@given(st.floats(0, 60), st.floats(0, 60), st.floats(0.5, 20))
def test_a_longer_record_of_services_is_believed_more(years: float, more: float, horizon: float) -> None:
    assert 0 < pressures.lasts(f4(years), horizon) <= pressures.lasts(f4(years + more), horizon) < 1


@given(shares, shares, shares)
def test_the_worst_remembered_fades_to_the_danger_of_now(level: float, worst: float, forgotten: float) -> None:
    after = pressures.fades(level, worst, forgotten)
    assert level <= after <= max(level, worst)


@given(shares, shares, shares, shares)
def test_calm_is_danger_well_below_the_last_dangerous_spell(
    danger: float, less: float, peak: float, near: float
) -> None:
    if pressures.is_calm(danger, peak, near, 0.02):
        assert pressures.is_calm(min(danger, less), peak, near, 0.02)
        assert pressures.is_calm(danger, max(peak, less), near, 0.02)
    assert pressures.is_calm(0.0, peak, near, 0.02)
    assert not pressures.is_calm(max(peak, 0.02), peak, near, 0.02)


@given(years, years, shares)
def test_the_end_of_a_calm_is_a_relapse_only_where_there_had_been_danger(
    calm: np.float32, enough: np.float32, peak: float
) -> None:
    assert not pressures.is_relapse(calm, enough, 0.0, 0.02)
    assert not pressures.is_relapse(min(calm, enough), enough, peak, 0.02)
    assert pressures.is_relapse(f4(enough + 1), enough, 1.0, 0.02)


@given(shares, shares, shares)
def test_an_unlawful_killing_threatens_wholly_a_lawful_one_in_part(unlawful: float, more: float, lawful: float) -> None:
    threat = pressures.threat_of_state_killing(unlawful, lawful)
    assert lawful - 1e-12 <= threat <= 1 + 1e-12
    assert pressures.threat_of_state_killing(max(unlawful, more), lawful) >= threat - 1e-12
    assert pressures.threat_of_state_killing(1.0, lawful) == 1


@given(shares, people, people, shares, shares)
def test_threat_stays_within_bounds_and_each_death_adds_to_it(
    threat: float, deaths: float, more: float, each: float, decay: float
) -> None:
    after = pressures.felt(threat, deaths, each, decay)
    assert 0 <= after <= 1
    assert pressures.felt(threat, deaths + more, each, decay) >= after - 1e-12
    assert pressures.felt(threat, 0.0, each, decay) <= threat


@given(people, people, people, shares, positive, shares, shares)
def test_more_workers_and_followers_see_more(
    workers: float, more: float, adults: float, cells: float, half: float, following: float, eyes: float
) -> None:
    few, many = (coercion.by_cells(number, adults, cells, half) for number in (workers, workers + more))
    seen = coercion.watching(few, following, eyes)
    assert 0 <= seen <= 1 + 1e-12
    assert coercion.watching(many, following, eyes) >= seen - 1e-9
    assert coercion.watching(few, 1.0, eyes) >= seen
    assert coercion.watching(coercion.by_cells(0.0, adults, cells, half), 1.0, eyes) == 0


@given(people, people, st.floats(1.0, 1e6), positive)
def test_numbers_saturate_and_half_is_half(number: float, more: float, adults: float, half: float) -> None:
    level = coercion.saturating(number, adults, half)
    assert 0 <= level < 1 + 1e-12
    assert coercion.saturating(number + more, adults, half) >= level
    assert coercion.saturating(half * adults / 1000, adults, half) == pytest.approx(0.5)


@given(shares, shares)
def test_force_falls_on_the_target_or_on_anybody(watch: float, force: float) -> None:
    assert coercion.sanction(watch, force) + coercion.error(watch, force) == pytest.approx(force)


@given(st.lists(shares, min_size=1, max_size=6))
def test_a_rivals_force_is_that_of_the_strongest_other(forces: list[float]) -> None:
    force = np.array([[0.0, *forces]], np.float32)
    rivals = np.zeros_like(force)
    coercion.strongest_others(0, force, rivals)
    for k in range(1, force.size):
        assert rivals[0, k] == max([0.0, *np.delete(force[0], [0, k])])


@given(shares, shares, shares)
def test_services_move_towards_what_is_ordered(level: float, ordered: float, pace: float) -> None:
    after = services.delivered(level, ordered, pace)
    assert min(level, ordered) - 1e-12 <= after <= max(level, ordered) + 1e-12


# -------------------------------------------------------------------------------------- command, demography, background
@given(st.floats(0.0, 0.999), st.integers(0, 3))
def test_the_dead_are_of_a_community_that_lives_there_and_members_of_one_that_follows(luck: float, victim: int) -> None:
    people, faces = np.array([[0, 50, 150]]), np.array([[[0, 0, 0], [20, 30, 0], [40, 10, 0]]])
    whose = pressures.community_of(luck, 0, victim, people, faces)
    if victim == 1:
        assert whose == 1 + (luck * 40 >= 30), "by its followers, of whom most live in the smaller community"
    else:
        assert whose == 1 + (luck * 200 >= 50), "nobody's member, or without followers here: by residents"


@given(shares, st.floats(0, 100), st.floats(0, 1000), shares, shares)
def test_holders_who_lose_more_members_are_lost_sooner(
    turnover: float, losses: float, members: float, u: float, other: float
) -> None:
    if command.replaced(turnover, losses, members, max(u, other)):
        assert command.replaced(turnover, losses, members, min(u, other))
    assert command.replaced(turnover, losses + 1, members, u) >= command.replaced(turnover, losses, members, u)
    assert not command.replaced(0.0, 0.0, members, u)


@given(shares, shares, shares)
def test_a_new_holder_is_near_the_mean(mean: float, spread: float, u: float) -> None:
    assert 0 <= command.drawn(mean, spread, u) <= 1
    assert abs(command.drawn(mean, spread, u) - min(1.0, max(0.0, mean))) <= spread + 1e-12


@given(shares, shares, shares)
def test_a_chain_is_no_better_than_its_best_and_no_worse_than_its_worst(
    city: float, sector: float, unit: float
) -> None:
    chain = command.chain(city, sector, unit, 0.25, 0.5)
    assert min(city, sector, unit) - 1e-12 <= chain <= max(city, sector, unit) + 1e-12


@given(people, people, shares)
def test_a_community_is_between_two_years_of_its_path(now: float, then: float, share: float) -> None:
    assert min(now, then) - 0.5 - 1e-6 <= demography.target(now, then, share) <= max(now, then) + 0.5 + 1e-6


@given(st.integers(0, 20_000), st.integers(50, 300), shares)
def test_hurdles_of_neighbouring_places_are_spread_evenly(first: int, count: int, offset: float) -> None:
    hurdles = np.array([demography.hurdle(place, offset) for place in range(first, first + count)])
    assert ((hurdles > 0) & (hurdles <= 1)).all()
    assert np.ptp(np.histogram(hurdles, 5, (0, 1))[0]) <= 6


def apportioned(now: Array, then: Array, share: float) -> Array:
    """Whole residents of cells (places x communities), as `apportion` gives them."""
    wanted = np.zeros(now.size, np.int64)
    for community in range(now.shape[1]):
        demography.apportion(now.ravel(), then.ravel(), share, community, now.shape[1], wanted)
    return wanted.reshape(now.shape)


@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(1, 4), shares, st.floats(0.1, 50))
def test_whole_residents_add_up_to_their_community(
    seed: int, places: int, communities: int, share: float, size: float
) -> None:
    rng = np.random.default_rng(seed)
    now, then = rng.exponential(size, (2, places, communities)) * (rng.random((places, communities)) > 0.2)
    people, found = now + (then - now) * share, apportioned(now, then, share)
    np.testing.assert_allclose(found.sum(axis=0), people.sum(axis=0), atol=0.5 + 1e-6)
    assert (np.abs(found - people) < 1).all()
    assert not found[people == 0].any(), "nobody settles where nobody lives"


@given(st.lists(st.floats(0, 50), min_size=1, max_size=60), st.data())
def test_as_many_claims_reach_the_height_as_there_are_residents_left(claims: list[float], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(claims)))
    height = demography.height_of(np.array(claims), count)
    found = demography.reaching(np.array(claims), height)
    assert found == sum(claim >= height for claim in claims)
    assert found == count or (found > count and height in (0.0, *claims)), "more only where claims tie"
    assert demography.reaching(np.array(claims), np.nextafter(height, np.inf)) <= count


def test_of_two_cells_with_the_same_claim_one_gets_the_resident() -> None:
    """Parts of 0.2 and 0.8 can have claims equal to the bit; still the city has a hundred residents."""
    parts = np.random.default_rng(198).permutation(np.repeat([0.2, 0.8], 100))[:, None]
    assert apportioned(parts, parts, 0.0).sum() == 100


@given(persons, shares, shares)
def test_no_more_seats_change_hands_than_their_share(count: int, rate: float, u: float) -> None:
    assert abs(demography.how_many(count, rate, u) - count * rate) <= 1


@given(people, shares, positive, persons, people)
def test_businesses_follow_adults_as_far_as_there_is_room(
    adults: float, per_adult: float, per_trader: float, room: int, more: float
) -> None:
    count = demography.businesses(adults, per_adult, per_trader, room)
    assert 0 <= count <= room
    assert demography.businesses(adults + more, per_adult, per_trader, room) >= count


@given(people, shares, positive)
def test_ordinary_murder_is_proportional(adults: float, rate: float, factor: float) -> None:
    assert background.expected(2 * adults, rate, factor) == pytest.approx(2 * background.expected(adults, rate, factor))


@given(st.integers(0, 500), st.lists(st.integers(0, 1000), min_size=1, max_size=40), shares)
def test_imposed_deaths_are_shared_out_to_the_last(total: int, living: list[int], u: float) -> None:
    assume(sum(living) > 0 and u < 1 - 1e-9)
    ends = np.cumsum([0, *living]) / sum(living)
    dead = [background.portion(total, before, after, u) for before, after in pairwise(ends)]
    assert sum(dead) == total
    exact = total * np.diff(ends)
    assert np.abs(dead - exact).max() <= 1


# ------------------------------------------------------------------------------------------------ elections, traders
@given(shares, shares, shares)
def test_no_more_ballots_are_watched_than_are_open(open_ballot: float, watch: float, force: float) -> None:
    assert 0 <= election.watched(open_ballot, watch, force) <= open_ballot


@given(people, people, shares)
def test_a_partys_ballots_lie_between_its_hearts_and_its_faces(face: float, heart: float, open_share: float) -> None:
    votes = election.ballots(face, heart, open_share)
    assert min(face, heart) * (1 - 1e-12) <= votes <= max(face, heart) * (1 + 1e-12)


@given(shares, shares, shares, shares)
def test_patron_and_client_spare_each_others_followers(watch: float, force: float, other: float, guns: float) -> None:
    """Three are there, the second is the third's patron: no danger to each other's followers, the first to all."""
    seen, arms = np.array([[0.0, 0.5, watch, other]]), np.array([[0.0, 0.5, force, guns]])
    danger = (seen * arms)[0]
    risk = danger.sum() - seen * arms
    pressures.spare_friends(0, 0, np.arange(4), np.array([0, 0, 0, 2]), seen, arms, risk)
    assert risk[0].tolist() == pytest.approx([danger.sum(), danger[2:].sum(), danger[1], danger[1]], abs=1e-12)


@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=6, unique=True))
def test_the_winner_has_most_votes_whatever_its_number(votes: list[float]) -> None:
    table = np.array([[0.0, *votes]])
    swapped = table[:, [0, 2, 1, *range(3, table.shape[1])]]
    (first,), (other,) = election.winners(table), election.winners(swapped)
    assert first == np.argmax(table[0])
    assert {1: 2, 2: 1}.get(first, first) == other
    assert election.winners(table * 0) == 0


@given(shares, shares, st.booleans(), shares)
def test_office_is_a_share(local: float, government: float, sits: bool, weight: float) -> None:
    share = election.office_share(local, government, sits, weight)
    assert 0 <= share <= 1 + 1e-12
    assert election.office_share(local, government, True, weight) >= share


@given(shares, shares, shares, shares, st.floats(0.001, 1.0))
def test_force_makes_paying_worth_while(force: float, more: float, chance: float, cost: float, demand: float) -> None:
    pull = extortion.material(force, chance, cost, demand)
    assert 0 <= pull <= 1
    assert extortion.material(max(force, more), chance, cost, demand) >= pull
    assert extortion.material(force, chance, cost, 2 * demand) <= pull


@given(shares, shares, shares)
def test_paying_lies_between_interest_and_norm(pull: float, norm: float, weight: float) -> None:
    assert min(pull, norm) - 1e-12 <= extortion.pays(pull, norm, weight) <= max(pull, norm) + 1e-12


@given(words, shares)
def test_a_draw_lies_below_a_chance_as_its_number_does(draw: np.uint32, chance: float) -> None:
    assume(int(draw) < 2**32 - 1)
    assert (draw < extortion.draws_below(chance)) == (int(draw) / 2**32 < chance)
    assert extortion.draws_below(0.0) == 0


@given(st.integers(0, 2**63), st.floats(0.0, 0.99), shares, shares)
def test_traders_are_asked_one_by_one(moment: int, chance: float, reporting: float, punishment: float) -> None:
    """Asked or not; who is asked pays below the chance; among the others the first report, the last are punished."""
    before = np.arange(400, dtype=np.uint8) % 2
    paying, asked, key = before.copy(), 0.6, np.uint64(moment)
    with np.errstate(over="ignore"):
        luck = [int(draw.bits(draw.low_half(key), draw.high_half(key), np.uint32(i))) / 2**32 for i in range(400)]
        found = extortion.ask(paying, key, asked, chance, reporting, punishment)
    wanted = [was if one >= asked else one / asked < chance for one, was in zip(luck, before.tolist(), strict=True)]
    refused = [(one / asked - chance) / (1 - chance) for one in luck if asked * chance <= one < asked]
    assert paying.tolist() == wanted
    reports, punished = (sum(one < reporting for one in refused), sum(one >= 1 - punishment for one in refused))
    assert found == (sum(wanted), reports, punished)


# ------------------------------------------------------------------------------------ patronage, recruitment, money
@given(people, people, people, positive, shares, shares)
def test_help_needs_money_or_office_and_competence(
    money: float, more: float, followers: float, half: float, competence: float, office: float
) -> None:
    level = patronage.helps(money, followers, half, competence, office)
    assert 0 <= level <= competence + 1e-12
    assert patronage.helps(money + more, followers, half, competence, office) >= level - 1e-12
    assert patronage.helps(money, followers + more, half, competence, office) <= level + 1e-12
    assert patronage.helps(0.0, followers, half, competence, 0.0) == 0


@given(st.floats(0, 100), st.floats(0, 100), positive, positive)
def test_a_longer_record_is_believed_more(record: float, more: float, prior: float, horizon: float) -> None:
    belief = patronage.believed(record, prior, horizon)
    assert 0 < belief < 1
    assert patronage.believed(record + more, prior, horizon) >= belief


@given(people, people, shares, st.floats(0, 10), shares, positive)
def test_recruits_come_from_a_pool_that_drains(
    pool: float, members: float, rate: float, bereaved: float, most: float, more: float
) -> None:
    new = recruitment.joiners(pool, members, rate, bereaved, most)
    assert 0 <= new <= pool * rate * (1 + bereaved) * (1 + 1e-12)
    assert recruitment.joiners(pool, members + more, rate, bereaved, most) <= new
    assert recruitment.joiners(pool, max(most * pool, 1.0), rate, bereaved, most) == 0
    assert recruitment.joiners(pool, members, rate, bereaved + more, most) >= new


@given(people, shares, shares, shares, shares)
def test_the_unpaid_leave_sooner_and_no_more_leave_than_there_are(
    workers: float, rate: float, unpaid: float, paid: float, other: float
) -> None:
    gone = recruitment.leavers(workers, rate, unpaid, paid)
    assert 0 <= gone <= workers
    assert recruitment.leavers(workers, rate, unpaid, min(paid, other)) >= gone


@given(people, people, people, shares, shares)
def test_gunmen_are_trained_as_far_as_paid_and_fit(
    workers: float, armed: float, affordable: float, training: float, most: float
) -> None:
    new = recruitment.newly_armed(workers, armed, affordable, training, most)
    assert 0 <= new <= workers
    assert new == 0 or armed + new <= affordable * (1 + 1e-12)


@given(shares, shares, shares)
def test_arms_get_at_least_the_militant_share(militancy: float, insecurity: float, most: float) -> None:
    share = treasury.shares(militancy, insecurity, most)
    assert militancy <= share <= max(militancy, most)
    assert treasury.shares(militancy, 1.0, most) >= share


@given(people, positive)
def test_a_mean_is_the_total_shared_and_nought_where_there_is_nobody(total: float, count: float) -> None:
    assert tallies.mean_of(total, count) * count == pytest.approx(total)
    assert tallies.mean_of(total, 0.0) == 0


@given(people, shares)
def test_what_is_kept_and_passed_on_is_all_there_was(amount: float, rate: float) -> None:
    keeps, passes = treasury.kept(amount, rate)
    assert min(keeps, passes) >= 0
    assert keeps + passes == pytest.approx(amount)


# -------------------------------------------------------------------------------------------------------- rivalry
class Purse(NamedTuple):
    """The numbers `spend` takes."""

    spending_per_week: float = 0.1
    stipend_per_week: float = 0.01
    most_on_pay: float = 0.4
    most_on_arms: float = 0.6


@given(st.floats(0.0, 1e4), st.floats(0.0, 1e5), shares, shares)
def test_what_is_spent_goes_to_workers_first_then_to_arms_and_help(
    money: float, workers: float, militancy: float, insecurity: float
) -> None:
    budget, spending, paid = np.array([0.0, money]), np.zeros((2, 3)), np.ones(2)
    treasury.spend(Purse(), 1, workers, np.full(2, militancy), np.full(2, insecurity), budget, spending, paid)
    assert budget[1] + spending[1].sum() == pytest.approx(money)
    assert spending[1].min() >= -A_LITTLE * money
    assert spending[1, treasury.PAY] == pytest.approx(min(0.04 * money, 0.01 * workers))
    assert paid[1] == (pytest.approx(min(1.0, 4.0 * money / workers)) if workers > 0 else 1.0)
    free = 0.1 * money - spending[1, treasury.PAY]
    assert spending[1, treasury.ARMS] == pytest.approx(free * treasury.shares(militancy, insecurity, 0.6))
    assert not spending[0].any()


@given(people, people, shares)
def test_followers_of_a_unit_lie_between_what_is_known_there_and_from_afar(
    here: float, afar: float, delegation: float
) -> None:
    known = treasury.as_known(here, afar, delegation)
    assert min(here, afar) * (1 - A_LITTLE) <= known <= max(here, afar) * (1 + A_LITTLE)
    assert treasury.as_known(here, afar, 1.0) == here
    assert treasury.as_known(here, afar, 0.0) == afar


class Frights(NamedTuple):
    """The two numbers `frightened` takes."""

    witnesses_per_death: float = 300.0
    punishments_witnessed: float = 15.0


@given(people, people, st.floats(1.0, 1e6))
def test_a_killing_frightens_more_than_a_punishment(deaths: float, punished: float, adults: float) -> None:
    fright = pressures.frightened(Frights(), deaths, punished, adults)
    assert fright * adults == pytest.approx(300 * deaths + 15 * punished)
    assert pressures.frightened(Frights(), deaths + 1, punished, adults) > fright
    assert pressures.frightened(Frights(), deaths, punished, adults * 2) <= fright


@given(st.floats(-1, 1), st.floats(-1, 1), shares)
def test_kin_appeal_and_only_kin_protect(kin: float, tide: float, threat: float) -> None:
    appeal, rally, protection = np.zeros((1, 2)), np.zeros((1, 2)), np.zeros((1, 2))
    kinship, tides = np.array([[0.0, kin]]), np.array([0.0, tide])
    none, p = np.zeros(2), pressures.Parameters()
    pressures.appeal_to_communities(
        0, np.uint64(1), p, np.arange(2), kinship, tides, np.array([threat]), np.zeros(1), none, np.zeros((1, 2)), none,
        none, appeal, rally, protection,
    )  # fmt: skip
    assert appeal[0] == pytest.approx([0.3, 0.6 * kin + tide])
    assert rally[0] == pytest.approx([0.0, 0.8 * threat * kin])
    assert protection[0] == pytest.approx([0.0, 0.5 * threat * max(kin, 0.0)])


@given(st.floats(0.0, 2.0), shares, st.floats(0.0, 1.5), shares)
def test_chosen_violence_is_the_best_there_is(ground: float, office: float, gunmen: float, more: float) -> None:
    """No other violence is worth more: ground won less what is put at risk, with a cost that grows with its square."""
    chosen = rivalry.chosen_will(ground, office, gunmen)
    others = np.linspace(0, 1, 101)
    value = [(ground - office - gunmen) * v - v * v / 2 for v in (chosen, *others)]
    assert value[0] >= max(value[1:]) - 1e-12
    assert rivalry.chosen_will(ground, office + more, gunmen) <= chosen
    assert rivalry.chosen_will(ground, office, gunmen + more) <= chosen


@given(people, people, st.floats(1.0, 1e6), positive)
def test_more_rivals_are_met_more(gunmen: float, more: float, adults: float, half: float) -> None:
    met = rivalry.chance_of_meeting(gunmen, adults, half)
    assert 0 <= met <= rivalry.chance_of_meeting(gunmen + more, adults, half) <= 1


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 5), st.integers(0, 5))
def test_enmity_is_mutual_and_never_with_oneself_or_a_client(i: int, j: int, of_i: int, of_j: int) -> None:
    assert rivalry.at_odds(i, j, of_i, of_j) == rivalry.at_odds(j, i, of_j, of_i)
    assert not rivalry.at_odds(i, i, of_i, of_i)
    assert not rivalry.at_odds(i, j, j, of_j)


# ------------------------------------------------------------------------------- two organisations swap numbers (H6)
ALIKE = (
    "bargain", "stance", "trade", "collect", "allot", "office", "driven", "will", "remember", "words", "motions",
    "patronage", "order", "watch", "presence", "pressures",
)  # fmt: skip


def exchanged(array: Array, dim: str, axis: int, count: int) -> Array:
    """An array with organisations 1 and 2 in each other's place along one axis."""
    order = [0, 2, 1, *range(3, count)]
    if dim == "organisation":
        return np.take(array, order, axis=axis)
    return array.reshape(count, -1)[order].ravel() if dim == "post" else array


def swapped(arrays: Arrays) -> Arrays:
    """The same state with organisations 1 and 2 in each other's rows."""
    count, found = arrays["budget"].size, {}
    dims = {name: field.dims for name, field in FIELDS.items()} | {"kinship": ("community", "organisation")}
    for name, array in arrays.items():
        whole = array
        for axis, dim in enumerate(dims.get(name, ())):
            whole = exchanged(whole, dim, axis, count)
        found[name] = np.ascontiguousarray(whole)
    found["strongest"] = np.array([0, 2, 1, *range(3, count)], np.uint8)[arrays["strongest"]]
    return found


@pytest.fixture(scope="module")
def midway() -> tuple[Arrays, dict[str, dict[str, float]]]:
    """The armed town after a year and a half; its leaders see all there is, so that they guess nothing."""
    run = start(armed_town())
    for _ in play(run, 78):
        pass
    run.arrays["information"][:] = 1.0
    return copied(run.arrays), run.numbers


@pytest.mark.parametrize("name", ALIKE)
def test_organisations_that_swap_numbers_swap_outcomes(
    name: str, midway: tuple[Arrays, dict[str, dict[str, float]]]
) -> None:
    """Exactly, where nothing is drawn at random."""
    as_it_is, other_way = copied(midway[0]), swapped(midway[0])
    for arrays in (as_it_is, other_way):
        call = bind(BY_NAME[name], arrays, midway[1][BY_NAME[name].mechanism])
        call.sweep(78, SEED, call.parameters, *call.arrays)
    back = swapped(other_way)
    assert [one for one in BY_NAME[name].writes if not same(back[one], as_it_is[one])] == []


def even_town() -> Scenario:
    """Two organisations and two communities that mirror each other in everything."""
    numbers = {"workers": 60, "armed": 30, "funds_per_year": 10.0, "militancy": 0.3}
    lantern = organisation("lantern", "#009E73", 0.8, -0.2, **numbers)
    banyan = organisation("banyan", "#CC79A7", -0.2, 0.8, **numbers)
    return scenario(
        organisations=[lantern, banyan],
        censuses=[census(1975, 5600, 0.5), census(1985, 6400, 0.5)],
        elections__0__boycotts=[],
        elections__0__seats_elsewhere={},
        centre__governments__0__offices={"banyan": 0.3, "lantern": 0.3},
        state__operations__0__targets={"lantern": 0.5, "banyan": 0.5},
        timeline__tides=[],
        timeline__shocks=[],
    )


def test_neither_of_two_equal_organisations_does_better() -> None:
    """Over 40 seeds the mean difference is nought; a fair model goes beyond 5.5 standard errors once in 400,000."""
    town = even_town()
    gaps: dict[str, list[float]] = {"face": [], "heart": [], "armed": [], "income": []}
    for seed in range(40):
        run = simulate(town, seed)
        for name, found in gaps.items():
            last = run[name].isel(week=slice(-52, None))
            total = last.sum([dim for dim in last.dims if dim != "organisation"]).astype(float)
            one, other = (float(total.sel(organisation=which)) for which in ("lantern", "banyan"))
            found.append((one - other) / (one + other))
    errors = {name: np.mean(found) / (np.std(found, ddof=1) / math.sqrt(len(found))) for name, found in gaps.items()}
    assert max(abs(error) for error in errors.values()) < 5.5, errors
