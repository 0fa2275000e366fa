"""What a stance and defiance are worth: bounds, directions that theory demands, and the same for all organisations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.mechanisms import bargaining
from mohalla.mechanisms.bargaining import CO_OPT, CRACK_DOWN, NEUTRAL
from workbench.stepping import defaults

P = defaults("bargaining")
shares = st.floats(0.0, 1.0)
positive = st.floats(0.01, 100.0)
people = st.floats(0.0, 1e7)
deaths = st.integers(0, 10_000)
kin = st.lists(st.integers(-100, 100).map(lambda hundredth: hundredth / 100), min_size=3, max_size=3)
crowd = st.lists(st.integers(0, 100_000), min_size=3, max_size=3).map(lambda some: np.array(some, float))
worth = st.floats(-2.0, 2.0)


@given(deaths, deaths, st.floats(1.0, 30.0), shares, shares, positive)
def test_a_death_of_the_states_own_outrages_no_less_and_media_make_it_louder(
    dead: int, state: int, weight: float, media: float, more: float, amplified: float
) -> None:
    quiet = bargaining.stirred(dead, state, weight, 0.0, amplified)
    assert quiet == dead + weight * state >= dead + state
    low, high = sorted((media, more))
    assert quiet <= bargaining.stirred(dead, state, weight, low, amplified)
    assert bargaining.stirred(dead, state, weight, low, amplified) <= bargaining.stirred(
        dead, state, weight, high, amplified
    )


@given(people, people, people, positive)
def test_outrage_is_a_share_that_rises_with_deaths_and_falls_with_the_size_of_the_city(
    dead: float, more: float, adults: float, half: float
) -> None:
    share = bargaining.outraged(dead, adults, half)
    assert 0 <= share <= bargaining.outraged(dead + more, adults, half) <= 1
    assert bargaining.outraged(dead, adults + more, half) <= share + 1e-12
    assert bargaining.outraged(half, 1e6, half) == pytest.approx(0.5)


@given(people, people, people, positive)
def test_force_restores_less_order_the_more_gunmen_there_are(
    personnel: float, armed: float, more: float, each: float
) -> None:
    share = bargaining.order_restored(personnel, armed, each)
    assert 0 <= bargaining.order_restored(personnel, armed + more, each) <= share <= 1
    assert bargaining.order_restored(0.0, armed, each) == 0


@given(kin, kin, crowd)
def test_overlap_is_mutual_whole_with_oneself_and_nought_without_common_kin(
    one: list[float], other: list[float], crowd: np.ndarray
) -> None:
    kinship = np.array([one, other]).T
    both = bargaining.overlap(kinship, crowd, 0, 1)
    assert both == bargaining.overlap(kinship, crowd, 1, 0)
    assert -1e-9 <= both <= 1 + 1e-9
    whole = bool((crowd * np.maximum(one, 0.0)).any())
    assert bargaining.overlap(kinship, crowd, 0, 0) == pytest.approx(float(whole))
    strangers = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
    assert bargaining.overlap(strangers, crowd, 0, 1) == 0


NOBODY = np.zeros((1, 4))


def checked(strength: np.ndarray, in_office: np.ndarray, founded: np.ndarray | None = None) -> float:
    """What the first of three organisations of one kin could take of its rivals; nobody is in the streets."""
    kinship, people = np.ones((1, 4)), np.ones(1)
    there = np.array([0.0, 1, 1, 1]) if founded is None else founded
    return bargaining.held_in_check(1, strength, in_office, there, kinship, people, NOBODY, NOBODY, NOBODY, NOBODY)


@given(shares, shares, shares, shares)
def test_a_counterweight_is_to_all_it_can_take_from_who_do_not_govern(
    strong: float, other: float, governs: float, more: float
) -> None:
    strength = np.array([0.0, 0.9, strong, other])

    def while_governing(share: float) -> float:
        return checked(strength, np.array([0, 1.0, share, 0]))

    assert while_governing(0.0) == pytest.approx(min(1.0, strong + other))
    assert while_governing(1.0) == pytest.approx(other)
    assert while_governing(max(governs, more)) <= while_governing(min(governs, more))
    assert checked(strength[[0, 1, 3, 2]], np.zeros(4)) == while_governing(0.0)
    assert checked(strength, np.zeros(4), np.array([1.0, 1, 0, 0])) == 0


@given(shares, shares, shares, shares)
def test_any_way_to_take_from_a_rival_adds_to_what_can_be_taken(
    followers: float, street: float, seats: float, more: float
) -> None:
    taken = bargaining.contested(followers, street, seats)
    assert max(followers, street, seats) - 1e-12 <= taken <= 1
    assert bargaining.contested(0.0, 0.0, seats) == pytest.approx(seats)
    assert bargaining.contested(followers, max(street, more), seats) >= taken - 1e-12
    assert taken == pytest.approx(bargaining.contested(seats, followers, street))


def places(rows: list[tuple[int, int, int, int]]) -> tuple[np.ndarray, ...]:
    """Followers of two organisations, their workers, no gunmen, and how far the people are kin of each."""
    followers, workers = (np.array([[0, row[i], row[i + 1]] for row in rows], float) for i in (0, 2))
    return followers, workers, np.zeros_like(workers), np.full(workers.shape, 0.3)


crowds = st.lists(st.tuples(*[st.integers(0, 500)] * 4), min_size=1, max_size=5)


@given(crowds, st.integers(1, 500))
def test_the_street_is_contested_where_the_rival_is_followed(rows: list[tuple[int, int, int, int]], more: int) -> None:
    followers, workers, armed, kin = places(rows)
    street, seats = bargaining.street_and_seats(1, 2, followers, workers, armed, kin)
    assert 0 <= street <= 1
    assert seats == pytest.approx(0.3 if followers[:, 2].any() else 0.0)
    armed[:, 1] += more
    assert bargaining.street_and_seats(1, 2, followers, workers, armed, kin)[0] >= street
    swapped = bargaining.street_and_seats(2, 1, *(one[:, [0, 2, 1]] for one in (followers, workers, armed, kin)))
    assert swapped == pytest.approx(bargaining.street_and_seats(1, 2, followers, workers, armed, kin))
    workers[:, 1], armed[:, 1] = 0, 0
    assert bargaining.street_and_seats(1, 2, followers, workers, armed, kin)[0] == 0


def test_cadre_where_the_rival_is_not_takes_nothing_from_it() -> None:
    followers, workers, armed, kin = places([(0, 100, 0, 9), (100, 0, 50, 0)])
    assert bargaining.street_and_seats(1, 2, followers, workers, armed, kin)[0] == 0


@given(st.lists(st.integers(-100, 100), min_size=3, max_size=3), crowd)
def test_kin_here_are_a_share_of_the_people_here(percent: list[int], people: np.ndarray) -> None:
    kinship = np.array([[0.0, one / 100] for one in percent])
    kin = bargaining.kin_here(0, 1, kinship, people[None])
    assert 0 <= kin <= max(0, *percent) / 100 + 1e-12
    assert bargaining.kin_here(0, 0, kinship, people[None]) == 0


@given(shares, shares, shares, shares)
def test_a_sponsor_wants_the_weak_against_the_strong(
    checked: float, strength: float, outrage: float, more: float
) -> None:
    now = bargaining.sponsor_worth(P, checked, strength, outrage)
    assert bargaining.sponsor_worth(P, max(checked, more), strength, outrage) >= now
    assert bargaining.sponsor_worth(P, checked, max(strength, more), outrage) <= now
    assert bargaining.sponsor_worth(P, checked, strength, max(outrage, more)) <= now
    assert bargaining.sponsor_worth(P, 0.0, strength, outrage) < 0, "there is nobody to set it against"


@given(shares, shares, shares, shares, shares)
def test_an_ally_is_worth_its_seats_as_far_as_they_are_needed_and_presentable(
    seats: float, need: float, legitimacy: float, outrage: float, more: float
) -> None:
    now = bargaining.ally_worth(P, seats, need, legitimacy, outrage)
    assert bargaining.ally_worth(P, max(seats, more), need, legitimacy, outrage) >= now
    assert bargaining.ally_worth(P, seats, max(need, more), legitimacy, outrage) >= now
    assert bargaining.ally_worth(P, seats, need, max(legitimacy, more), outrage) >= now
    assert bargaining.ally_worth(P, seats, need, legitimacy, max(outrage, more)) <= now
    assert bargaining.ally_worth(P, 0.0, need, legitimacy, outrage) < 0, "who has no seats is no ally"


@given(shares, shares, shares, shares, shares)
def test_talks_pay_where_strikes_hurt_and_force_fails(
    concession: float, outrage: float, restored: float, governs: float, more: float
) -> None:
    now = bargaining.talks_worth(P, concession, outrage, restored, governs)
    assert bargaining.talks_worth(P, max(concession, more), outrage, restored, governs) >= now
    assert bargaining.talks_worth(P, concession, max(outrage, more), restored, governs) >= now
    assert bargaining.talks_worth(P, concession, outrage, max(restored, more), governs) <= now
    assert bargaining.talks_worth(P, concession, outrage, restored, max(governs, more)) <= now
    assert bargaining.talks_worth(P, 0.0, outrage, 1.0, governs) < 0


@given(shares, shares, shares, shares, shares, shares)
def test_force_pays_where_outrage_is_great_and_nothing_shields(
    outrage: float, restored: float, shield: float, governs: float, concession: float, more: float
) -> None:
    now = bargaining.force_worth(P, outrage, restored, shield, governs, concession)
    assert bargaining.force_worth(P, max(outrage, more), restored, shield, governs, concession) >= now
    assert bargaining.force_worth(P, outrage, max(restored, more), shield, governs, concession) >= now
    assert bargaining.force_worth(P, outrage, restored, max(shield, more), governs, concession) <= now
    assert bargaining.force_worth(P, outrage, restored, shield, max(governs, more), concession) <= now
    assert bargaining.force_worth(P, outrage, restored, shield, governs, max(concession, more)) <= now
    assert bargaining.force_worth(P, 0.0, restored, shield, governs, concession) < 0


@given(st.lists(worth, min_size=5, max_size=5), st.integers(0, 4), shares)
def test_the_present_stance_is_kept_unless_another_is_clearly_better(
    worths: list[float], present: int, price: float
) -> None:
    chosen = bargaining.preferred(np.array(worths), present, price)
    best = max(worths)
    assert (chosen == present) == (best <= worths[present] + price)
    assert chosen == present or worths[chosen] == best


def test_a_change_has_its_price() -> None:
    worths = np.array([-1.0, 0.04, 0.0, -1.0, 0.06])
    assert bargaining.preferred(worths, NEUTRAL, 0.05) == CRACK_DOWN
    assert bargaining.preferred(worths, NEUTRAL, 0.07) == NEUTRAL
    assert bargaining.preferred(worths, CO_OPT, 0.03) == CO_OPT


@given(shares, shares, shares, positive, shares, shares)
def test_violence_is_more_visible_under_harsh_media_and_less_behind_a_shield(
    base: float, media: float, more: float, amplified: float, shield: float, shielded: float
) -> None:
    now = bargaining.visibility(base, media, amplified, shield, shielded)
    assert 0 <= now <= 1
    assert bargaining.visibility(base, max(media, more), amplified, shield, shielded) >= now
    assert bargaining.visibility(base, media, amplified, max(shield, more), shielded) <= now
    assert bargaining.visibility(base, 0.0, amplified, 0.0, shielded) == base


@given(shares, shares, shares, shares)
def test_defiance_is_the_best_there_is_and_falls_with_what_can_be_lost(
    worth: float, exposure: float, stake: float, more: float
) -> None:
    chosen = bargaining.chosen_defiance(worth, exposure, stake)
    assert 0 <= chosen <= 1
    assert bargaining.chosen_defiance(worth, exposure, max(stake, more)) <= chosen
    assert bargaining.chosen_defiance(worth, max(exposure, more), stake) <= chosen
    assert bargaining.chosen_defiance(worth, exposure, 0.0) == worth
    others = np.linspace(0, 1, 101)
    value = [(worth - exposure * stake) * v - v * v / 2 for v in (chosen, *others)]
    assert value[0] >= max(value[1:]) - 1e-12


@given(shares, shares, shares, shares)
def test_regret_is_what_the_best_choice_would_have_brought_beyond_the_one_made(
    worth: float, exposure: float, stake: float, chosen: float
) -> None:
    def value(v: float) -> float:
        return (worth - exposure * stake) * v - v * v / 2

    best = bargaining.chosen_defiance(worth, exposure, stake)
    assert bargaining.regret(worth, exposure, stake, chosen) == pytest.approx(value(best) - value(chosen), abs=1e-12)
    assert bargaining.regret(worth, exposure, stake, best) == 0


@given(shares, shares, shares, shares, st.integers(0, 50), shares)
def test_a_course_is_kept_until_another_looks_clearly_better(
    worth: float, exposure: float, seen: float, now: float, weeks: int, price: float
) -> None:
    anew = bargaining.decides_anew(worth, exposure, seen, now, weeks, price)
    assert anew == (weeks == 0 or bargaining.regret(worth, exposure, seen, now) > price)
    best = bargaining.chosen_defiance(worth, exposure, seen)
    assert not bargaining.decides_anew(worth, exposure, seen, best, 4, price)
    assert bargaining.decides_anew(worth, exposure, seen, now, 0, price)


@given(shares, shares, shares, shares, shares)
def test_postings_are_won_by_a_say_and_lost_without(
    before: float, say: float, more: float, gained: float, lost: float
) -> None:
    after = bargaining.postings(before, say, gained, lost)
    assert 0 <= after <= 1
    assert bargaining.postings(before, max(say, more), gained, lost) >= after
    assert bargaining.postings(before, 0.0, gained, lost) <= before


@given(st.lists(st.integers(0, 50), min_size=7, max_size=7), shares)
def test_outrage_reckons_each_killing_once_and_forgets_slowly(dead: list[int], media: float) -> None:
    """One killer among two organisations; the axis holds none, both, the state and three others."""
    killings = np.zeros((2, 7, 7), np.int64)
    killings[0, 1] = dead
    here = killings.sum(axis=(1, 2))
    outrage, founded = np.array([0.0, 100.0, 100.0]), np.array([0.0, 1, 1])
    bargaining.reckon(P, killings, here, founded, media, outrage)
    kept = 100.0 * (1.0 - P.outrage_fades_per_week)
    assert outrage[2] == pytest.approx(kept)
    police = dead[3]
    stir = bargaining.stirred(sum(dead) - police, police, P.state_weight, media, P.media_outrage)
    assert outrage[1] == pytest.approx(kept + stir)
