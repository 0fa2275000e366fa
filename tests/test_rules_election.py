"""Polls: who is brought out by a good organiser, and whose unused ballots are cast where nobody can object."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.mechanisms import election
from workbench.alone import midway, polled
from workbench.stepping import Arrays

shares = st.floats(0.0, 1.0)
LANTERN, BANYAN = 1, 2
BOTH = (0.0, 1.0, 1.0, 0.0)
forces = st.lists(st.floats(0.0, 1.0, width=32), min_size=2, max_size=12)


# ----------------------------------------------------------------------------------------------------------- the rules
@given(shares, st.floats(0.5, 1.5), st.floats(0.0, 3.0), shares)
def test_no_more_come_than_there_are(turnout: float, luck: float, organised: float, more: float) -> None:
    coming = election.zeal(turnout, luck, organised)
    assert 0 <= coming <= 1
    assert election.zeal(turnout, luck, organised + more) >= coming


@given(shares, shares, shares, st.floats(0.3, 1.0), shares, shares)
def test_a_better_organiser_brings_out_more_and_the_usual_one_as_many_as_stated(
    organiser: float, effort: float, posts: float, usual: float, weight: float, more: float
) -> None:
    brought = election.tickets(organiser, effort, posts, usual, weight)
    assert brought >= 0
    assert election.tickets(max(organiser, more), effort, posts, usual, weight) >= brought
    assert election.tickets(organiser, max(effort, more), posts, usual, weight) >= brought
    assert election.tickets(organiser, effort, max(posts, more), usual, weight) >= brought
    assert election.tickets(usual, 1.0, usual, usual, weight) == pytest.approx(1.0)
    assert election.tickets(0.0, effort, posts, usual, weight) == pytest.approx(1.0 - weight)


@given(forces)
def test_at_most_one_rules_unopposed(forced: list[float]) -> None:
    force = np.array([[0.0, *forced]], np.float32)
    alone = [election.unopposed(force, 0, k) for k in range(1, force.shape[1])]
    assert min(alone) >= 0
    assert sum(alone) <= 1 + 1e-9
    back = np.ascontiguousarray(force[:, [0, 2, 1, *range(3, force.shape[1])]])
    assert election.unopposed(back, 0, 2) == pytest.approx(alone[0])


@given(shares, shares)
def test_a_rivals_force_keeps_ballots_honest(force: float, rival: float) -> None:
    both, one = np.array([[0.0, force, rival]]), np.array([[0.0, force, 0.0]])
    assert election.unopposed(both, 0, 1) <= election.unopposed(one, 0, 1) == force


# ------------------------------------------------------------------------------------------------------------ the poll
def town(force: float = 0.0, rival: float = 0.0) -> Arrays:
    """The armed town on polling day; the usual holders in every post, nobody watches."""
    arrays = midway()
    arrays["force"][:], arrays["unit_watch"][:] = 0.0, 0.0
    arrays["force"][:, LANTERN], arrays["force"][:, BANYAN] = force, rival
    for name, usual in (("competence", 0.6), ("effectiveness", 0.6), ("effort", 1.0)):
        arrays[name][...] = usual
    return arrays


def stuffed(arrays: Arrays, standing: tuple[float, ...] = BOTH) -> list[float]:
    """Votes reported beyond those meant, as a share of those who did not come."""
    ballots = polled(arrays, standing, stuffing=0.2)
    beyond = ballots["votes"][0] - ballots["votes_true"][0]
    unused = ballots["eligible"][0] - ballots["votes_true"][0].sum()
    return [float(one) for one in beyond / unused]


def test_ballots_are_stuffed_for_whom_nobody_opposes() -> None:
    assert stuffed(town()) == pytest.approx([0.0] * 4)
    assert stuffed(town(0.8)) == pytest.approx([0.0, 0.2 * 0.8, 0.0, 0.0])
    assert stuffed(town(0.8, 0.8)) == pytest.approx([0.0, 0.2 * 0.8 * 0.2, 0.2 * 0.8 * 0.2, 0.0])


def test_who_does_not_stand_gets_none_and_still_keeps_others_from_it() -> None:
    assert stuffed(town(0.8, 1.0), (0.0, 1.0, 0.0, 0.0)) == pytest.approx([0.0] * 4)
    assert stuffed(town(0.8, 0.5), (0.0, 1.0, 0.0, 0.0)) == pytest.approx([0.0, 0.2 * 0.8 * 0.5, 0.0, 0.0])


@given(shares, shares)
def test_nobody_votes_twice_however_ballots_are_stuffed(force: float, rival: float) -> None:
    ballots = polled(town(force, rival), BOTH, stuffing=1.0, turnout_engaged=0.95)
    assert ballots["votes"].sum() <= ballots["eligible"].sum() * (1 + 1e-9)
    assert ballots["votes_true"].sum() <= ballots["votes"].sum() * (1 + 1e-9)


def test_a_party_without_an_organiser_brings_out_fewer_and_the_other_as_many() -> None:
    arrays = town()
    usual = polled(arrays, BOTH, ticket_weight=0.3)["votes"][0]
    posts = arrays["competence"].size // arrays["budget"].size
    arrays["competence"][LANTERN * posts] = 0.0
    without = polled(arrays, BOTH, ticket_weight=0.3)["votes"][0]
    assert without[LANTERN] == pytest.approx(0.7 * usual[LANTERN])
    assert without[BANYAN] == usual[BANYAN]
    arrays["competence"][LANTERN * posts] = 0.6
    arrays["effort"][LANTERN, 0] = 0.5
    assert polled(arrays, BOTH, ticket_weight=0.3)["votes"][0, LANTERN] == pytest.approx(0.85 * usual[LANTERN])


def test_the_posts_above_a_unit_count_there_alone() -> None:
    arrays = town()
    arrays["effectiveness"][0, LANTERN] = 0.0
    lost = polled(town(), BOTH)["votes"][0] - polled(arrays, BOTH)["votes"][0]
    here = arrays["unit_heart"][0, :, LANTERN].sum() / arrays["unit_heart"][:, :, LANTERN].sum()
    assert lost[LANTERN] / polled(town(), BOTH)["votes"][0, LANTERN] == pytest.approx(0.3 * here, rel=0.1)
    assert lost[BANYAN] == 0


@given(st.floats(0, 500), st.floats(0, 500), st.floats(0, 500))
def test_seats_in_an_assembly_are_of_all_its_seats(won: float, more: float, others: float) -> None:
    held = election.seats_held(won, won + others)
    assert 0 <= held <= 1
    assert election.seats_held(won + more, won + more + others) >= held - 1e-12
    assert election.seats_held(0.0, 0.0) == 0
