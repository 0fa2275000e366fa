"""What words win and cost: bounds, directions that theory demands, and the same for all organisations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.mechanisms import words

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
