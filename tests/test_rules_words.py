"""What words win and cost: bounds, directions that theory demands, and the same for all organisations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.events import Event
from mohalla.mechanisms import words
from mohalla.parameters import weekly
from mohalla.state import Array

shares = st.floats(0.0, 1.0)
positive = st.floats(0.01, 100.0)
counts = st.integers(0, 10_000)


@given(counts, counts, counts, counts, counts)
def test_singled_out_is_who_is_raided_beyond_its_share_of_gunmen(
    raids: int, others: int, armed: int, rest: int, more: int
) -> None:
    now = words.singled_out(raids, raids + others, armed, armed + rest)
    assert 0 <= now <= 1
    assert words.singled_out(raids + more, raids + more + others, armed, armed + rest) >= now - 1e-12
    assert words.singled_out(raids, raids + others, armed + more, armed + more + rest) <= now + 1e-12
    assert words.singled_out(0, others, armed, armed + rest) == 0


@given(st.integers(1, 1000), st.integers(1, 1000), st.integers(1, 9))
def test_nobody_is_singled_out_by_raids_in_proportion(mine: int, theirs: int, times: int) -> None:
    assert words.singled_out(times * mine, times * (mine + theirs), mine, mine + theirs) == pytest.approx(0, abs=1e-12)


@given(shares, shares, shares, shares, positive)
def test_sympathy_is_for_one_singled_out_who_is_listened_to(
    excess: float, felt: float, legitimacy: float, more: float, half: float
) -> None:
    now = words.won_sympathy(excess, felt, legitimacy, half)
    assert 0 <= now <= legitimacy
    assert words.won_sympathy(max(excess, more), felt, legitimacy, half) >= now
    assert words.won_sympathy(excess, max(felt, more), legitimacy, half) >= now
    assert words.won_sympathy(excess, felt, max(legitimacy, more), half) >= now
    assert words.won_sympathy(0.0, felt, legitimacy, half) == 0


@given(shares, shares, shares, shares, shares)
def test_legitimacy_is_lost_by_blame_and_comes_back_without(
    before: float, blame: float, more: float, discredit: float, forgiven: float
) -> None:
    after = words.standing_after(before, blame, discredit, forgiven)
    assert 0 <= after <= 1
    assert words.standing_after(before, max(blame, more), discredit, forgiven) <= after
    assert words.standing_after(before, 0.0, discredit, forgiven) >= before
    assert words.standing_after(1.0, 0.0, discredit, forgiven) == 1


@given(shares, shares, shares, shares, shares)
def test_an_appeal_relieves_who_pleases_is_in_danger_and_has_no_shield_yet(
    heard: float, positions: float, shield: float, danger: float, more: float
) -> None:
    now = words.relief(heard, positions, shield, danger)
    assert 0 <= now <= 1
    assert words.relief(heard, max(positions, more), shield, danger) >= now
    assert words.relief(heard, positions, max(shield, more), danger) <= now
    assert words.relief(heard, positions, shield, 0.0) == 0


@given(shares, shares, shares, shares, shares)
def test_an_appeal_disgraces_who_has_office_and_standing_to_lose(
    effort: float, shame: float, legitimacy: float, stake: float, more: float
) -> None:
    now = words.disgrace(effort, shame, legitimacy, stake)
    assert now >= effort == words.disgrace(effort, shame, legitimacy, 0.0)
    assert words.disgrace(effort, shame, legitimacy, max(stake, more)) >= now
    assert words.disgrace(effort, shame, max(legitimacy, more), stake) >= now


@given(shares, shares, shares, shares, shares)
def test_a_shield_grows_only_by_a_leader_abroad_who_pleases(
    before: float, positions: float, more: float, friends: float, fades: float
) -> None:
    after = words.shield_after(before, positions, 1.0, friends, fades)
    assert 0 <= after <= 1
    assert words.shield_after(before, max(positions, more), 1.0, friends, fades) >= after
    assert words.shield_after(before, positions, 0.0, friends, fades) <= before
    assert words.shield_after(before, 0.0, 1.0, friends, fades) <= before


@given(positive, positive, positive)
def test_living_on_a_foreign_states_money_begins_at_half(foreign: float, own: float, more: float) -> None:
    lives = words.kept_from_abroad(foreign, foreign + own)
    assert 0 <= lives <= 1
    assert (lives > 0) == (2 * foreign / (foreign + own) > 1)
    assert words.kept_from_abroad(foreign + more, foreign + more + own) >= lives - 1e-12
    assert words.kept_from_abroad(foreign, foreign / 2) == 1, "were a part of it withheld"
    assert words.kept_from_abroad(0.0, 0.0) == 0


@given(shares, shares, shares, shares)
def test_media_show_a_sponsor(sponsored: float, whispered: float, media: float, more: float) -> None:
    now = words.shown(sponsored, whispered, media)
    assert 0 <= now <= 1 + 1e-12
    assert words.shown(sponsored, whispered, max(media, more)) >= now
    assert words.shown(sponsored, whispered, 0.0) == sponsored * whispered
    assert words.shown(0.0, whispered, media) == 0


# ------------------------------------------------------------------------------------------------- motions (W4)
def numbers(**changed: float) -> words.Parameters:
    """The mechanism's numbers as its rules take them."""
    return weekly(words.Parameters, words.Parameters(**changed)._asdict())


@given(shares, shares, shares, shares, shares)
def test_a_motion_takes_by_the_voice_of_who_moves_and_what_there_is_to_charge(
    weight: float, seats: float, legitimacy: float, charge: float, more: float
) -> None:
    mine = words.voice(seats, legitimacy)
    lost = words.taken(weight, mine, charge)
    assert 0 <= lost <= min(weight, seats, legitimacy, charge)
    assert words.taken(weight, words.voice(seats, max(legitimacy, more)), charge) >= lost
    assert words.taken(weight, mine, max(charge, more)) >= lost
    assert words.taken(weight, words.voice(0.0, legitimacy), charge) == 0, "who has no seats is not heard"


@given(shares, shares, shares, shares)
def test_what_is_answered_takes_less_by_the_voice_of_the_answer(
    lost: float, mover: float, answerer: float, more: float
) -> None:
    left = words.contested(lost, mover, answerer)
    assert 0 <= left <= lost + 1e-12
    assert words.contested(lost, mover, max(answerer, more)) <= left + 1e-12
    assert mover == 0 or words.contested(lost, mover, 0.0) == pytest.approx(lost)


@given(shares, shares, shares, shares, shares, shares)
def test_an_answer_is_worth_more_the_more_it_saves_and_the_more_there_is_to_answer_with(
    lost: float, more: float, legitimacy: float, mine: float, other: float, charge: float
) -> None:
    p = numbers()
    now = words.answer_worth(p, lost, legitimacy, 0.5, mine, other, charge)
    assert words.answer_worth(p, max(lost, more), legitimacy, 0.5, mine, other, charge) >= now - 1e-12
    assert words.answer_worth(p, lost, legitimacy, 0.5, mine, other, max(charge, more)) >= now
    assert words.answer_worth(p, lost, legitimacy, 0.5, 0.0, max(other, 1e-9), charge) == pytest.approx(
        -p.motion_effort
    )


@given(shares, shares)
def test_only_what_is_worse_than_before_is_news(blame: float, before: float) -> None:
    assert words.news(blame, before) == max(0.0, blame - before)
    assert words.news(blame, blame) == 0


def two_parties(
    seats: tuple[float, float], charge: tuple[float, float], legitimacy: tuple[float, float]
) -> tuple[Array, Array, Array, Array]:
    """Two parties of an assembly: which are founded, their seats, standing and what there is to charge them with."""
    return (
        np.array([0.0, 1.0, 1.0]), np.array([0.0, *seats]), np.array([1.0, *legitimacy]), np.array([0.0, *charge])
    )  # fmt: skip


@given(shares, shares, shares, shares, shares, shares, shares)
def test_a_motion_is_worth_more_the_more_there_is_to_charge_and_less_where_it_is_answered(
    seat: float, other: float, charge: float, more: float, against: float, one: float, two: float
) -> None:
    p = numbers()
    _, seats, legitimacy, charges = two_parties((seat, other), (0.0, charge), (one, two))
    worth = words.motion_worth(p, 1, 2, seats, legitimacy, charges)
    assert -p.motion_effort - 1e-12 <= worth <= two * p.motion_weight * seat * one * charge - p.motion_effort + 1e-12
    assert words.motion_worth(p, 1, 2, seats, legitimacy, np.array([0.0, against, charge])) <= worth + 1e-12
    silent = np.array([0.0, seat, 0.0])
    assert words.motion_worth(p, 1, 2, silent, legitimacy, charges) >= worth - 1e-12, "who has no seats cannot answer"
    louder = np.array([0.0, 0.0, max(charge, more)])
    assert words.motion_worth(p, 1, 2, silent, legitimacy, louder) >= words.motion_worth(
        p, 1, 2, silent, legitimacy, charges
    )  # fmt: skip


@given(shares, shares, shares, shares, shares, shares)
def test_the_motion_taken_up_is_worth_most_of_all_that_pay(
    seat: float, other: float, charge: float, against: float, one: float, two: float
) -> None:
    p = numbers()
    founded, seats, legitimacy, charges = two_parties((seat, other), (charge, against), (one, two))
    pairs = [(m, k) for m, k in ((1, 2), (2, 1)) if seats[m] > 0 and charges[k] > 0]
    worths = {pair: words.motion_worth(p, *pair, seats, legitimacy, charges) for pair in pairs}
    best = words.best_motion(p, founded, seats, legitimacy, charges)
    assert best == (0, 0) if max(worths.values(), default=0.0) <= 0 else worths[best] == max(worths.values())
    assert words.best_motion(p, np.zeros(3), seats, legitimacy, charges) == (0, 0), "nobody is founded"


@given(shares, shares, shares, shares, shares, shares)
def test_a_debate_takes_standing_uses_up_the_charge_and_is_told(
    seat: float, other: float, charge: float, against: float, one: float, two: float
) -> None:
    p = numbers()
    _, seats, legitimacy, charges = two_parties((seat, other), (charge, against), (one, two))
    events, count = np.zeros((9, 7)), np.zeros(1, np.int64)
    words.debate(p, 3, 1, 2, seats, legitimacy, charges, events, count)
    kinds = [int(row[1]) for row in events[: count[0]]]
    assert kinds in ([Event.MOTION], [Event.MOTION, Event.COUNTER_MOTION])
    assert 0 <= legitimacy[2] <= two
    assert events[0, 6] == pytest.approx(two - legitimacy[2])
    assert charges[2] == 0
    answered = len(kinds) == 2
    assert (charges[1], legitimacy[1] == one) == ((0.0, one == legitimacy[1]) if answered else (charge, True))


@given(shares, shares, shares)
def test_an_accusation_is_heard_in_every_assembly_and_of_one_party(before: float, share: float, more: float) -> None:
    charge = np.full((2, 3), before)
    words.accuse(charge, 1, share)
    assert (charge[:, [0, 2]] == before).all()
    assert charge[0, 1] == charge[1, 1] == pytest.approx(before + share * (1 - before))
    louder = np.full((2, 3), before)
    words.accuse(louder, 1, max(share, more))
    assert louder[0, 1] >= charge[0, 1] - 1e-12


@given(shares, shares)
def test_a_charge_lapses_in_every_assembly_and_for_one_party(before: float, kept: float) -> None:
    charge = np.full((2, 3), before)
    words.lapse(charge, 1, kept)
    assert (charge[:, [0, 2]] == before).all()
    assert (charge[:, 1] == before * kept).all()


def sitting(
    seats: tuple[float, float], charge: tuple[float, float], legitimacy: tuple[float, float] = (1.0, 1.0), **p: float
) -> tuple[list[tuple[int, int, int]], list[float], list[float]]:
    """One month of an assembly of two parties: what was moved, standing after it, and charges left."""
    held, found = np.array([0.0, *seats]), np.array([0.0, 1.0, 1.0])
    standing, charged = np.array([1.0, *legitimacy]), np.array([[0.0, *charge]])
    events, count = np.zeros((9, 7)), np.zeros(1, np.int64)
    words.move(0, np.uint64(1), numbers(**p), found, held[None, :], standing, charged, events, count)
    rows = [(int(row[1]), int(row[2]), int(row[3])) for row in events[: count[0]]]
    return rows, standing[1:].tolist(), charged[0, 1:].tolist()


def test_who_has_done_nothing_is_not_moved_against() -> None:
    assert sitting((0.5, 0.5), (0.0, 0.0)) == ([], [1.0, 1.0], [0.0, 0.0])


def test_who_has_no_seats_neither_moves_nor_answers() -> None:
    assert sitting((0.0, 0.0), (1.0, 1.0))[0] == []
    assert sitting((0.5, 0.0), (0.0, 1.0))[0] == [(Event.MOTION, 1, 2)]


def test_motion_is_answered_with_motion_where_there_is_a_voice_to_answer() -> None:
    moved, standing, charge = sitting((0.6, 0.4), (0.3, 1.0))
    assert moved == [(Event.MOTION, 1, 2), (Event.COUNTER_MOTION, 2, 1)]
    assert charge == [0.0, 0.0], "a charge is brought once"
    assert standing == pytest.approx([1 - 0.1 * 0.4 * 0.3, 1 - 0.1 * 0.6 * 1.0 * 0.6])


def test_who_would_lose_more_by_the_answer_keeps_quiet() -> None:
    assert sitting((0.3, 0.7), (1.0, 0.2))[0][0] == (Event.MOTION, 2, 1), "the other has cause and voice"
    assert sitting((0.1, 0.9), (0.2, 0.1), (1.0, 1.0), motion_effort=0.0)[0][0][1] == 2


def test_trifles_and_the_discredited_are_left_alone() -> None:
    assert sitting((0.9, 0.1), (0.0, 0.01))[0] == []
    assert sitting((0.9, 0.1), (0.0, 1.0), (1.0, 0.01))[0] == []


@given(shares, shares, shares, shares, shares, shares)
def test_parties_that_swap_numbers_swap_motions(
    seat: float, other: float, charge: float, against: float, one: float, two: float
) -> None:
    moved, standing, left = sitting((seat, other), (charge, against), (one, two))
    back, mirrored, rest = sitting((other, seat), (against, charge), (two, one))
    assert len(moved) == len(back)
    alike = (seat, charge, one) == (other, against, two) or len(moved) == 0
    if not alike and moved[0][1] != back[0][1]:
        assert [(kind, 3 - a, 3 - b) for kind, a, b in back] == moved
        assert mirrored == pytest.approx(standing[::-1])
        assert rest == left[::-1]
    assert all(0 <= after <= before + 1e-12 for after, before in zip(standing, (one, two), strict=True))
